import { parseWait } from "./parse_wait.ts";

/** What a `Retry-After` date is counted from. */
export interface RetryAfterOptions {
  /** The response's own `Date` header; a date is relative to it, so that a wrong local clock does no harm. */
  readonly date?: string | null;
  /** The local time in ms since the epoch; used where the response has no `Date`. @default {Date.now()} */
  readonly now?: number;
}

/** A comma between two values; the one within a date stands behind the day's name. */
const BETWEEN_VALUES = /(?<![a-z]),/;

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3) into the wait that it asks for.
 *
 * Digits are seconds; otherwise one of the three HTTP date forms. What goes beyond the RFC is met in the wild, and
 * ignoring it would mean to come back too early: the other forms of {@linkcode parseWait}, an instant in seconds since
 * the epoch and dates of other zones among them, and of several values the one that asks for the longest wait counts.
 *
 * @param value The header's value.
 * @returns The wait in ms: 0 where the date has passed; `undefined` where the value is absent or malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseRetryAfter("120"), 120_000);
 * assertEquals(
 *   parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", { date: "Sun, 06 Nov 1994 08:49:30 GMT" }),
 *   7_000,
 * );
 * assertEquals(parseRetryAfter("soon"), undefined);
 * ```
 */
export function parseRetryAfter(
  value: string | null,
  options: RetryAfterOptions = {},
): number | undefined {
  if (value === null) return undefined;
  const parts = value.split(BETWEEN_VALUES).map((part) => parseWait(part, options));
  const waits = parts.filter((wait) => wait !== undefined);
  // A comma may be part of a date.
  if (waits.length === 0) return parseWait(value, options);
  return Math.max(...waits);
}
