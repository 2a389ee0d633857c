import { Buffer } from "node:buffer";
import type { Reject } from "../../lib/errors/mod.ts";
import {
  type LogSummary,
  normalizeLog,
  type NormalizeLogOptions,
} from "../../lib/log_parser/mod.ts";

/** A record as it is read back from the NDJSON. */
export type Row = Record<string, unknown>;

/** Everything that came out of one log. */
export interface Normalized {
  readonly rows: Row[];
  readonly rejects: Reject[];
  readonly summary: LogSummary;
  readonly ndjson: string;
}

/** More than what detection holds on to. */
const SAMPLE_BYTES = 256 * 1024;

/** 2026-01-15T00:00:00Z, the modification time of every log in these tests. */
export const MTIME_MS = Date.UTC(2026, 0, 15);

/** Normalizes text or bytes, delivered in pieces of a given size. */
export async function normalize(
  input: string | Uint8Array,
  options: Partial<NormalizeLogOptions> = {},
  pieceSize = 1 << 20,
): Promise<Normalized> {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const batches = normalizeLog(pieces(bytes, pieceSize, (options.format ?? "auto") !== "auto"), {
    source: "logs/x.log",
    fileHash: "0123456789abcdef0123",
    mtimeMs: MTIME_MS,
    ...options,
  });
  const rejects: Reject[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let ndjson = "";
  let records = 0;
  while (true) {
    const next = await batches.next();
    if (next.done) {
      const rows = ndjson.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
      if (rows.length !== records) throw new Error(`${rows.length} rows, ${records} announced`);
      return { rows, rejects, summary: next.value, ndjson };
    }
    ndjson += decoder.decode(next.value.ndjson);
    records += next.value.records;
    rejects.push(...next.value.rejects);
  }
}

/** Normalizes one line and returns its record without the columns that every record has. */
export async function oneRow(
  line: string,
  options: Partial<NormalizeLogOptions> = {},
): Promise<Row> {
  const { rows, rejects } = await normalize(`${line}\n`, options);
  if (rows.length !== 1 || rejects.length !== 0) {
    throw new Error(`${rows.length} rows, refused: ${rejects.map((r) => r.message).join("; ")}`);
  }
  const row = { ...rows[0] };
  const fixed =
    "record_id source_file source_offset line_start line_count parser_version timestamp_nanos timestamp_precision";
  for (const name of fixed.split(" ")) delete row[name];
  return row;
}

/** Yields Buffers that are overwritten afterwards: what is kept of them must have been copied. */
async function* pieces(
  bytes: Uint8Array,
  size: number,
  reuse: boolean,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    yield piece;
    if (reuse || at > SAMPLE_BYTES) piece.fill(0);
  }
}
