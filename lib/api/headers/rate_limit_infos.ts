import { parseHttpDate } from "./parse_http_date.ts";
import { parseRateLimit, parseRateLimitFields, type RateLimitInfo } from "./parse_rate_limit.ts";
import { EPOCH_SECONDS_FROM } from "./parse_wait.ts";
import { parseXRateLimit } from "./parse_x_rate_limit.ts";

/** Quotas that an answer speaks of. */
export interface Quotas {
  /** Of the `RateLimit` fields. */
  readonly standard: readonly RateLimitInfo[];
  /** Of `X-RateLimit`. */
  readonly custom: readonly RateLimitInfo[];
}

/** In the name of every header that speaks of a wait or a quota. */
const OF_LIMITS = /retry|rate-?limit/;

/** Says whether a header may speak of a wait or a quota: in one pass, as most answers have none that does. */
export function speaksOfLimits(headers: Headers): boolean {
  let found = false;
  headers.forEach((_value, name) => found ||= OF_LIMITS.test(name));
  return found;
}

/**
 * Reads every quota that the headers of an answer speak of.
 *
 * @param now Local time in ms since the epoch.
 */
export function rateLimitInfos(
  headers: Headers,
  now: number,
): Quotas {
  const standard = [...parseRateLimit(headers.get("ratelimit")), parseRateLimitFields(headers)]
    .filter((info) => info !== undefined)
    .map((info) => ({ ...info, reset: fromEpoch(info.reset, headers, now) }));
  const custom = parseXRateLimit(headers, now);
  return { standard, custom: custom === undefined ? [] : [custom] };
}

/** The standard knows delays only; some servers send the instant all the same, and nobody means 31 years. */
function fromEpoch(reset: number | undefined, headers: Headers, now: number): number | undefined {
  if (reset === undefined || reset < EPOCH_SECONDS_FROM * 1000) return reset;
  const from = parseHttpDate(headers.get("date")?.trim() ?? "", now) ?? now;
  return Math.max(0, reset - from);
}
