/** Records from the first to the last of all, without a unit or in one of the server's own (RFC 9110, section 14.4). */
const RECORDS = /^(?:(?!bytes\s)[!#$%&'*+.^`|~\w-]+\s+)?\d+-\d+\/(\d+)$/i;

/**
 * Reads out of a `Content-Range` header how many records there are in all, as PostgREST says it.
 *
 * @returns The number; `undefined` if the range is one of bytes, or the number is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(totalOfRange("0-9/47"), 47);
 * assertEquals(totalOfRange("items 0-9/*"), undefined);
 * assertEquals(totalOfRange("bytes 0-99/1000"), undefined);
 * ```
 */
export function totalOfRange(value: string | null): number | undefined {
  const total = Number(RECORDS.exec(value?.trim() ?? "")?.[1]);
  return Number.isSafeInteger(total) ? total : undefined;
}
