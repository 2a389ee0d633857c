import type { CompleteRetryOptions } from "./retry_options.ts";
import { parseRateLimit, parseRateLimitFields, type RateLimitInfo } from "./parse_rate_limit.ts";
import { parseRetryAfter } from "./parse_retry_after.ts";
import { parseXRateLimit } from "./parse_x_rate_limit.ts";

/** What a wait is derived from. */
export const WAIT_SOURCES = ["retry-after", "ratelimit", "x-ratelimit", "backoff"] as const;

/** One of {@linkcode WAIT_SOURCES}. */
export type WaitSource = (typeof WAIT_SOURCES)[number];

/** How long to wait before the next attempt, and why. */
export interface WaitDecision {
  /** Ms to wait; never less than the server asked. */
  readonly wait: number;
  /** Who decided. */
  readonly source: WaitSource;
  /** The header and value, or the attempt, for logs. */
  readonly reason: string;
}

/** What {@linkcode decideWait} looks at. */
export interface WaitInput {
  /** The headers of the answer; `undefined` where none came. */
  readonly headers: Headers | undefined;
  /** How many retries were made before this one. */
  readonly retries: number;
  /** Local time in ms since the epoch at which the answer came. */
  readonly now: number;
  /** Source of numbers in [0, 1). */
  readonly random: () => number;
  /** The policy. */
  readonly options: CompleteRetryOptions;
}

/**
 * Decides how long to wait before a request is tried again: the one place where that is done.
 *
 * Retry-After wins over RateLimit, which wins over X-RateLimit; without any of them it is exponential backoff with full
 * jitter, U(0, min(cap, base * 2^retries)). Jitter lengthens what a server asked for, by at most a tenth and a second;
 * it never shortens it. `Retry-After: 0` and dates in the past are no hint; they only keep the backoff from being
 * shorter than its base.
 *
 * The next attempt may come later still: the {@linkcode RateLimiter} that it has to pass heeds RateLimit and
 * X-RateLimit alike, and the stricter of the two where they differ.
 *
 * @returns The decision. Whether it is too long is for the caller to judge.
 */
export function decideWait(input: WaitInput): WaitDecision {
  const { headers, retries, now, random, options } = input;
  const told = headers === undefined ? undefined : toldWait(headers, now);
  if (told !== undefined && told.wait > 0) {
    const extra = options.jitter ? random() * Math.min(told.wait / 10, 1000) : 0;
    return { ...told, wait: told.wait + Math.ceil(extra) };
  }
  const ceiling = Math.min(options.cap, options.base * 2 ** Math.min(retries, 50));
  const floor = told === undefined ? 0 : Math.min(options.base, options.cap);
  const wait = Math.max(floor, Math.ceil(options.jitter ? random() * ceiling : ceiling));
  return { wait, source: "backoff", reason: `retry ${retries + 1}: up to ${ceiling} ms` };
}

/**
 * Reads from an answer's headers how long the server wants to be left alone.
 *
 * @returns The exact wait; 0 where `Retry-After` names no time ahead and nothing else says more; `undefined` where
 * the headers say nothing.
 */
export function toldWait(headers: Headers, now: number): WaitDecision | undefined {
  const value = headers.get("retry-after");
  const wait = parseRetryAfter(value, { date: headers.get("date"), now });
  const retryAfter = wait === undefined
    ? undefined
    : { wait, source: "retry-after" as const, reason: `Retry-After: ${value}` };
  if (retryAfter !== undefined && retryAfter.wait > 0) return retryAfter;
  const standard = [
    ...parseRateLimit(headers.get("ratelimit")),
    parseRateLimitFields(headers),
  ];
  return longest("ratelimit", standard) ??
    longest("x-ratelimit", [parseXRateLimit(headers, now)]) ?? retryAfter;
}

function longest(
  source: "ratelimit" | "x-ratelimit",
  infos: readonly (RateLimitInfo | undefined)[],
): WaitDecision | undefined {
  let wait = 0;
  for (const info of infos) {
    if (info?.remaining === 0 && info.reset !== undefined) wait = Math.max(wait, info.reset);
  }
  return wait === 0 ? undefined : { wait, source, reason: `nothing left for ${wait} ms` };
}
