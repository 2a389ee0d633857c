import { parseHttpDate } from "./parse_http_date.ts";
import type { RateLimitInfo } from "./parse_rate_limit.ts";

/** From here on a number is taken for an instant (2001 in seconds, 1970 in ms), below it for a delay. */
const EPOCH_SECONDS_FROM = 1_000_000_000;
const EPOCH_MS_FROM = 100_000_000_000;

/**
 * Parses the `X-RateLimit-Remaining` and `X-RateLimit-Reset` headers that many APIs send.
 *
 * No standard fixes the form of the reset: a number up to a billion is a delay in seconds, a larger one an instant in
 * seconds or ms since the epoch, counted from the response's own `Date` where it has one.
 *
 * @param headers The response's headers; the `X-Rate-Limit-*` spelling is read as well.
 * @param now Local time in ms since the epoch, for responses without `Date`.
 * @returns What is left, or `undefined` where the headers are absent or malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const headers = new Headers({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30" });
 * assertEquals(parseXRateLimit(headers)?.reset, 30_000);
 * ```
 */
export function parseXRateLimit(
  headers: Headers,
  now: number = Date.now(),
): RateLimitInfo | undefined {
  const remaining = number(field(headers, "remaining"));
  if (remaining === undefined) return undefined;
  const reset = number(field(headers, "reset"));
  return {
    name: "",
    remaining: Math.floor(remaining),
    reset: reset === undefined ? undefined : delay(reset, headers, now),
  };
}

function field(headers: Headers, name: string): string | null {
  return headers.get(`x-ratelimit-${name}`) ?? headers.get(`x-rate-limit-${name}`);
}

function number(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : undefined;
}

function delay(reset: number, headers: Headers, now: number): number {
  if (reset < EPOCH_SECONDS_FROM) return Math.ceil(reset * 1000);
  const instant = reset >= EPOCH_MS_FROM ? reset : reset * 1000;
  const from = parseHttpDate(headers.get("date")?.trim() ?? "", now) ?? now;
  return Math.max(0, Math.ceil(instant - from));
}
