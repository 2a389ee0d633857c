import { basename } from "node:path";
import type { ApiClient, StreamRequest } from "../../api/mod.ts";
import { writeAllSync } from "../../io/mod.ts";
import type { FetchedPage, FetchReport } from "./fetch_report.ts";

const LINE_FEED = new Uint8Array([0x0a]);

/**
 * Reads a stream to its end and writes its records as JSON lines, byte for byte as they were sent.
 *
 * @param path The file; it is replaced.
 * @returns Which page is where in the file, and whether everything is there.
 * @throws {HttpError | SuspendedError} If a page cannot be had; what was written stays.
 */
export async function fetchRecords(
  client: ApiClient,
  request: StreamRequest,
  path: string,
): Promise<Omit<FetchReport, "accessLog">> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const written: FetchedPage[] = [];
  let bytes = 0;
  const append = (piece: Uint8Array) => {
    writeAllSync(file, piece);
    bytes += piece.length;
  };
  const pages = client.pages(request);
  for (;;) {
    const step = await pages.next();
    if (step.done) {
      const { stopReason, total, proven: complete, read } = step.value;
      return {
        file: basename(path),
        records: read,
        bytes,
        pages: written,
        stopReason,
        total,
        complete,
      };
    }
    const { number, url, requestId, attempts, records, sha256 } = step.value;
    const fromByte = bytes;
    for (const record of records) {
      append(record.bytes);
      append(LINE_FEED);
    }
    const page = { number, url, requestId, attempts, sha256, fromByte, toByte: bytes };
    written.push({ ...page, records: records.length });
  }
}
