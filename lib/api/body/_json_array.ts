import { decodeUtf8 } from "./decode_utf8.ts";
import { LARGE_RECORD, largeFrame } from "./large_record.ts";
import { withoutLineBreaks } from "./line_breaks.ts";
import type { PageRecord } from "./page_record.ts";

const NULL_BYTES = new TextEncoder().encode("null");

/** The bytes that stand for a record in the frame. */
export function frameBytes({ bytes, value }: PageRecord): Uint8Array {
  if (value === undefined) return NULL_BYTES;
  return bytes.length < LARGE_RECORD ? bytes.slice() : largeFrame(bytes);
}

/** Takes the line breaks out of a record that is valid. */
export function withOneLine(record: PageRecord): PageRecord {
  return record.value === undefined
    ? record
    : { ...record, bytes: withoutLineBreaks(record.bytes) };
}

/** Parses the inside of an array; `undefined` if it is not valid. */
export function tryParseArray(before: string, bytes: Uint8Array) {
  try {
    return parseArray(before, bytes);
  } catch {
    return undefined; // one of its records is not valid: then each is read by itself
  }
}

/** Parses the inside of an array, with what precedes it. @throws {SyntaxError | TypeError} If it is not valid. */
export function parseArray(
  before: string,
  bytes: Uint8Array,
): { readonly values: readonly unknown[]; readonly broken: boolean } {
  const text = decodeUtf8(bytes);
  const values = JSON.parse(`${before}${text}]`) as unknown[];
  return { values, broken: text.includes("\n") || text.includes("\r") };
}
