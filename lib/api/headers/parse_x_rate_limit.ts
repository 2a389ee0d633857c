import type { RateLimitInfo } from "./parse_rate_limit.ts";
import { parseWait } from "./parse_wait.ts";

/**
 * Parses the `X-RateLimit-Remaining` and `X-RateLimit-Reset` headers that many APIs send.
 *
 * No standard fixes the form of the reset: it is any of those of {@linkcode parseWait}. `X-RateLimit-Reset-After` is a
 * delay in seconds.
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
  return { name: "", remaining: Math.floor(remaining), reset: parseXReset(headers, now) };
}

/** Returns how long it is until the quota is full again, in ms. */
function parseXReset(headers: Headers, now: number): number | undefined {
  const after = parseWait(field(headers, "reset-after"), { unit: "s" });
  return after ?? parseWait(field(headers, "reset"), { now, date: headers.get("date") });
}

function field(headers: Headers, name: string): string | null {
  return headers.get(`x-ratelimit-${name}`) ?? headers.get(`x-rate-limit-${name}`);
}

function number(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : undefined;
}
