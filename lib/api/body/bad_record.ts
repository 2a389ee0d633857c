import { PaginationError } from "../../errors/mod.ts";
import { parseDotPath } from "../../grammar/mod.ts";
import type { DotPath } from "../../grammar/mod.ts";
import { LARGE_RECORD, parseLarge } from "./large_record.ts";
import type { PageRecord } from "./page_record.ts";

const strict = new TextDecoder("utf-8", { fatal: true });
/** How much of a record is kept that is too large to keep. */
export const HEAD_BYTES = 4096;

/** Reads one record; one that is not valid becomes a record without value, so that it can be rejected by itself. */
export function readRecord(bytes: Uint8Array, byteOffset: number): PageRecord {
  try {
    const value = bytes.length < LARGE_RECORD
      ? JSON.parse(strict.decode(bytes))
      : parseLarge(bytes);
    return { bytes, value, byteOffset };
  } catch (error) {
    const fault = error instanceof SyntaxError
      ? "the record is not valid JSON"
      : "the record is not UTF-8; if the API uses another charset, declare it by charset";
    return { bytes, value: undefined, byteOffset, fault };
  }
}

/** Builds the record that stands for one that is larger than allowed; `head` is its beginning. */
export function tooLargeRecord(
  head: Uint8Array,
  about: { readonly byteOffset: number; readonly size: number; readonly limit: number },
): PageRecord {
  const { byteOffset, size, limit } = about;
  const fault = `the record has ${size} bytes, max_record_size allows ${limit}; ` +
    `only its first ${head.length} are kept`;
  return { bytes: head, value: undefined, byteOffset, fault, isTooLarge: true };
}

/**
 * Says whether elements of an array follow one another properly: one comma between them, and nothing else but blanks.
 *
 * @param bounds Start and end of each element by turns.
 * @param around Where the array's inside starts and ends.
 */
export function isProperlySeparated(
  bytes: Uint8Array,
  bounds: readonly number[],
  around: { readonly start: number; readonly end: number; readonly commaFirst: boolean },
): boolean {
  let at = around.start;
  for (let index = 0; index < bounds.length; index += 2) {
    const start = bounds[index] ?? 0;
    const wanted = index > 0 || around.commaFirst ? 1 : 0;
    if (commasIn(bytes, at, start) !== wanted) return false;
    at = bounds[index + 1] ?? 0;
  }
  return commasIn(bytes, at, around.end) === 0;
}

/** Counts the commas in a gap; `NaN` if there is anything but commas and blanks. */
function commasIn(bytes: Uint8Array, start: number, end: number): number {
  let commas = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x2c) commas++;
    else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return NaN;
  }
  return commas;
}

/**
 * Refuses to take a cursor out of a record that was rejected: it would be missing, and a missing cursor is an end.
 *
 * @param wanted Dot path of the cursor.
 * @param records Where the records are, and which of them are bad.
 * @throws {PaginationError} If the path leads into a bad record.
 */
export function refuseBadRecord(
  wanted: string,
  records: { readonly path: DotPath; readonly isBad: (index: number) => boolean },
): void {
  const { path, isBad } = records;
  const keys = parseDotPath(wanted);
  const index = keys[path.length];
  const isInside = index !== undefined && path.every((key, depth) => keys[depth] === key);
  if (!isInside || !/^-?\d+$/.test(index) || !isBad(Number(index))) return;
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: "${wanted}" is in a record that is rejected`,
    { context: { path: wanted } },
  );
}
