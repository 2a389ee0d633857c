const ESCAPES =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs;

/**
 * Says whether a text of JSON has an escape that is half of a surrogate pair, as is left of an emoji that was cut in two.
 *
 * JSON allows it, but it is no character: DuckDB does not read a file with it, and Spark shows `?` (RFC 8259, 8.2).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(hasHalfSurrogate(String.raw`{"a":"\ud83d"}`));
 * assert(!hasHalfSurrogate(String.raw`{"a":"\ud83d\ude00 \\ud83d"}`));
 * ```
 */
export function hasHalfSurrogate(json: string): boolean {
  if (!/\\u[dD]/.test(json)) return false;
  for (const [, half] of json.matchAll(ESCAPES)) if (half !== undefined) return true;
  return false;
}
