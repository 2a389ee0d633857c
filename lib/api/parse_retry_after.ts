import { parseHttpDate } from "./parse_http_date.ts";

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
 * Digits are seconds; otherwise one of the three HTTP date forms. Two things beyond the RFC, since both are met in
 * the wild and ignoring them would mean to come back too early: decimal seconds are accepted, and of several
 * values the one that asks for the longest wait counts.
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
  let longest = 0;
  for (const part of value.split(BETWEEN_VALUES)) {
    const wait = parseOne(part.trim(), options);
    if (wait === undefined) return undefined;
    longest = Math.max(longest, wait);
  }
  return longest;
}

function parseOne(text: string, options: RetryAfterOptions): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    return Math.min(Math.ceil(Number(text) * 1000), Number.MAX_SAFE_INTEGER);
  }
  const now = options.now ?? Date.now();
  const target = parseHttpDate(text, now);
  if (target === undefined) return undefined;
  const from = parseHttpDate(options.date?.trim() ?? "", now) ?? now;
  return Math.max(0, target - from);
}
