import type { ApiResponse } from "./api_response.ts";
import type { PageRecord } from "./page_record.ts";
import { withoutLineBreaks } from "./_line_breaks.ts";
import { refusal } from "./_refusal.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads a body of one JSON value a line.
 *
 * A line that is no JSON becomes a record without value, so that it can be refused by itself. A last line without line
 * break that is no JSON means that the body was cut off.
 *
 * @throws {HttpError} If the body was cut off.
 */
export function readJsonLines(response: ApiResponse, from: number): PageRecord[] {
  const { body } = response;
  const records: PageRecord[] = [];
  for (let start = from; start < body.length;) {
    const found = body.indexOf(LF, start);
    const end = found < 0 ? body.length : found;
    const bytes = body.subarray(start, body[end - 1] === CR && end > start ? end - 1 : end);
    const value = parseLine(bytes);
    if (value === undefined && found < 0 && !isBlank(bytes)) {
      throw refusal(response, "http-body-invalid", "its last line is cut off");
    }
    if (!isBlank(bytes)) {
      const clean = value === undefined ? bytes : withoutLineBreaks(bytes);
      records.push({ bytes: clean, value, byteOffset: start });
    }
    start = end + 1;
  }
  return records;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function parseLine(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return value;
  } catch {
    return undefined; // no JSON value is undefined: the caller tells a bad line by it
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
