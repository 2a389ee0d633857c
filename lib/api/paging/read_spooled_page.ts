import { createHash } from "node:crypto";
import { PaginationError } from "../../errors/mod.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import { refuseBadRecord } from "../body/bad_record.ts";
import { CsvPieces, framingOf } from "../body/csv_pieces.ts";
import { decodeUtf8 } from "../body/decode_utf8.ts";
import { JsonLinePieces } from "../body/json_line_pieces.ts";
import { JsonPieces } from "../body/json_pieces.ts";
import { type DotPath, parseDotPath, valueAt } from "../../grammar/mod.ts";
import { pageView } from "./page_view.ts";
import { type PieceReader, pieces } from "../body/pieces.ts";
import { isEmptyList } from "./page_facts.ts";
import type { ReadOptions, ReadPage } from "./read_page.ts";
import { bodyFault, recordsMissing, refusal, refuseLastLine } from "./refusal.ts";
import type { SpooledBody } from "../body/spooled_body.ts";
import { SpooledRecords } from "../body/spooled_records.ts";

/**
 * Checks a body in a file to its end, without keeping its records.
 *
 * What a paginator or a predicate sees of a JSON body is its frame: the body with only the first and the last record.
 *
 * @throws {HttpError} As for a body in memory.
 */
export function readSpooledPage(
  response: ApiResponse,
  body: SpooledBody,
  options: ReadOptions,
): ReadPage {
  const { format, path, maxRecordBytes: limit } = options;
  if (format !== "json") {
    const make = () =>
      format === "csv" ? new CsvPieces(framingOf(response)) : new JsonLinePieces(limit);
    const { length, sha256, first, last } = check(response, body, make());
    if (format === "jsonl") refuseLastLine(response, { first, last }, options.bodyError);
    const view = pageView(response, { records: length, value: undefined, json: response.body });
    return { records: new SpooledRecords(body, make, length), sha256, view };
  }
  const reader = new JsonPieces(path, limit);
  const { length, sha256 } = check(response, body, reader);
  const json = reader.frame();
  const value = parseFrame(response, json);
  const report = options.bodyError?.(value, length, response.url);
  if (report !== undefined) {
    throw refusal(response, "http-body-error", `the body reports an error: ${report}`);
  }
  const kept = valueAt(value, path);
  const isNone = isEmptyList(value, options);
  if (!isNone && !Array.isArray(kept)) {
    throw recordsMissing(response, path, { ...options, found: kept, body: value });
  }
  if (!isNone && !reader.found) {
    const state = `in a body too large for memory no path leads to "${
      path.join(".")
    }" from its end`;
    throw refusal(response, "http-records-missing", state, { transient: false });
  }
  const view = pageView(response, { records: length, value, json });
  const text = (wanted: string, asJson?: boolean) => {
    refuseInner(wanted, path);
    refuseBadRecord(wanted, { path, isBad: (index) => reader.isBad(index) });
    return view.text(wanted, asJson);
  };
  const records = new SpooledRecords(body, () => new JsonPieces(path, limit), length);
  return { records, sha256, view: { ...view, text } };
}

function check(
  response: ApiResponse,
  body: SpooledBody,
  reader: PieceReader,
): { length: number; sha256: string; first: unknown; last: unknown } {
  const hash = createHash("sha256");
  let length = 0;
  let first: unknown;
  let last: unknown;
  try {
    for (const { records, bytes } of pieces(body, reader)) {
      if (length === 0) first = records[0]?.value;
      if (records.length > 0) last = records.at(-1)?.value;
      length += records.length;
      hash.update(bytes);
    }
  } catch (error) {
    throw bodyFault(response, error);
  }
  const sha256 = (length === 0 ? createHash("sha256") : hash).digest("hex");
  return { length, sha256, first, last };
}

function parseFrame(response: ApiResponse, frame: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(frame));
  } catch (error) {
    throw bodyFault(response, error);
  }
}

/** A cursor inside a record other than the first and the last would be looked for in vain: better to say so. */
function refuseInner(wanted: string, path: DotPath): void {
  const keys = parseDotPath(wanted);
  const index = keys[path.length];
  const inside = index !== undefined && path.every((key, depth) => keys[depth] === key);
  if (!inside || index === "0" || index === "-1") return;
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: of a body too large for memory, "${wanted}" is not kept, only the first and the last record are`,
    { context: { path: wanted } },
  );
}
