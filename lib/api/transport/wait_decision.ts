import { backoff } from "../../errors/mod.ts";
import type { CompleteRetryOptions } from "./retry_options.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { cutText } from "../../logging/mod.ts";
import { bodyWait } from "./_body_wait.ts";
import { type Quotas, rateLimitInfos } from "../headers/rate_limit_infos.ts";
import type { RateLimitInfo } from "../headers/parse_rate_limit.ts";
import { parseRetryAfter } from "../headers/parse_retry_after.ts";
import { parseWait } from "../headers/parse_wait.ts";
import type { WaitFrom } from "./retry_options.ts";

/** What a wait is derived from. */
export const WAIT_SOURCES = [
  "configured",
  "retry-after",
  "ratelimit",
  "x-ratelimit",
  "body",
  "backoff",
] as const;

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
  /** The status of the answer. @default {not looked at} */
  readonly status?: number | undefined;
  /** The parsed body of the answer, if it is JSON, or its sentence. @default {not looked at} */
  readonly body?: unknown;
  /** How many retries were made before this one. */
  readonly retries: number;
  /** Local time in ms since the epoch at which the answer came. */
  readonly now: number;
  /** Source of numbers in [0, 1). */
  readonly random: () => number;
  /** The policy. */
  readonly options: CompleteRetryOptions;
}

/** How much is quoted of what asks for a wait. */
const MAX_REASON = 100;

/**
 * Decides how long to wait before a request is tried again: the one place where that is done.
 *
 * Where the configuration says that it is told comes first; otherwise the longest wait that Retry-After, RateLimit,
 * X-RateLimit or the body asks for; without any of them it is exponential backoff with full
 * jitter, U(0, min(cap, base * 2^retries)). Jitter lengthens what a server asked for, by at most a tenth and a second,
 * up to `maxWait`; it never shortens it. `Retry-After: 0` and dates in the past are no hint; they only keep the backoff from being
 * shorter than its base.
 *
 * The next attempt may come later still: the {@linkcode RateLimiter} that it has to pass heeds RateLimit and
 * X-RateLimit alike, and the stricter of the two where they differ.
 *
 * @returns The decision. Whether it is too long is for the caller to judge.
 */
export function decideWait(input: WaitInput): WaitDecision {
  const { headers, retries, now, random, options } = input;
  const { status, body } = input;
  const told = headers === undefined
    ? undefined
    : toldWait(headers, now, { status, body, waitFrom: options.waitFrom });
  if (told !== undefined && told.wait > 0) {
    const room = Math.max(0, options.maxWait - told.wait);
    const extra = options.jitter ? Math.min(room, random() * Math.min(told.wait / 10, 1000)) : 0;
    return { ...told, wait: told.wait + Math.ceil(extra) };
  }
  const { wait, reason } = backoff(retries, random, options);
  const floor = told === undefined ? 0 : Math.min(options.base, options.cap);
  return { wait: Math.max(floor, wait), source: "backoff", reason };
}

/** What of an answer may ask for a wait, apart from its headers. */
export interface ToldWaitOptions {
  /** Its status; with 429 and 503 a reset alone is a hint. */
  readonly status?: number | undefined;
  /** Its parsed body, if it is JSON. */
  readonly body?: unknown;
  /** Where this API says it. */
  readonly waitFrom?: WaitFrom | undefined;
  /** Its quotas, where they are read already. */
  readonly quotas?: Quotas;
}

/**
 * Reads from an answer how long the server wants to be left alone.
 *
 * @param now Local time in ms since the epoch.
 * @returns The exact wait; 0 where `Retry-After` names no time ahead and nothing else says more; `undefined` where
 * the answer says nothing.
 */
export function toldWait(
  headers: Headers,
  now: number,
  options: ToldWaitOptions = {},
): WaitDecision | undefined {
  const { status, body, waitFrom } = options;
  const own = waitFrom === undefined ? undefined : configuredWait(headers, now, { body, waitFrom });
  if (own !== undefined && own.wait > 0) return quotable(own);
  const retryAfter = retryAfterWait(headers, now);
  const isQuota = status === 429 || status === 503;
  const { standard, custom } = options.quotas ?? rateLimitInfos(headers, now);
  const hints = [
    retryAfter,
    longest("ratelimit", standard),
    longest("x-ratelimit", custom),
    bodyWait(body, now, isQuota),
    isQuota ? resetAlone(headers, now) : undefined,
  ].filter((hint) => hint !== undefined);
  return quotable(hints.toSorted((one, other) => other.wait - one.wait)[0] ?? own);
}

/** Shortens what is quoted of the hint: it goes to messages, logs and the audit database. */
function quotable(told: WaitDecision | undefined): WaitDecision | undefined {
  if (told === undefined || told.reason.length <= MAX_REASON) return told;
  return { ...told, reason: cutText(told.reason, MAX_REASON) };
}

function configuredWait(
  headers: Headers,
  now: number,
  { body, waitFrom }: { readonly body: unknown; readonly waitFrom: WaitFrom },
): WaitDecision | undefined {
  const { header, path, unit } = waitFrom;
  const found = header === undefined
    ? valueAt(body, parseDotPath(path ?? ""))
    : headers.get(header);
  if (typeof found !== "string" && typeof found !== "number") return undefined;
  const wait = parseWait(found, { unit, now, date: headers.get("date") });
  const reason = `${header ?? path}: ${found}`;
  return wait === undefined ? undefined : { wait, source: "configured", reason };
}

/** Headers that ask for a wait, whatever they begin with, and the end of the name of one that counts ms or seconds. */
const RETRY = /retry-?(after|in|at)\b/;
const IN_MS = /-(ms|millis|milliseconds)$/;
const IN_SECONDS = /-(s|secs?|seconds)$/;

function retryAfterWait(headers: Headers, now: number): WaitDecision | undefined {
  const date = headers.get("date");
  let decision: WaitDecision | undefined;
  for (const [name, value] of headers) {
    if (!RETRY.test(name)) continue;
    const unit = IN_MS.test(name) ? "ms" : IN_SECONDS.test(name) ? "s" : undefined;
    const wait = unit === undefined
      ? parseRetryAfter(value, { date, now })
      : parseWait(value, { unit });
    if (wait === undefined || (decision !== undefined && decision.wait >= wait)) continue;
    decision = { wait, source: "retry-after", reason: `${titled(name)}: ${value}` };
  }
  return decision;
}

/** Returns a header's name as it is usually written. */
function titled(name: string): string {
  return name.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * A reset without a count of what is left says how long to wait if the request was refused for it; of several, such as
 * one for requests and one for tokens, the longest.
 */
function resetAlone(headers: Headers, now: number): WaitDecision | undefined {
  if (leftOf(headers) !== undefined) return undefined;
  let last = { wait: 0, name: "" };
  for (const [name, value] of headers) {
    if (!/rate-?limit.*reset/.test(name)) continue;
    const left = headers.get(name.replace(/reset(-after)?/, "remaining"));
    const wait = parseWait(value, { now, date: headers.get("date") }) ?? 0;
    if (!(Number(left ?? 0) > 0) && wait > last.wait) last = { wait, name };
  }
  const { wait, name } = last;
  return wait === 0 ? undefined : { wait, source: "x-ratelimit", reason: `refused, ${name}` };
}

/** What is left, in whatever form; `undefined` if no header says. */
function leftOf(headers: Headers): string | undefined {
  return headers.get("ratelimit-remaining") ?? headers.get("x-ratelimit-remaining") ??
    headers.get("x-rate-limit-remaining") ?? undefined;
}

function longest(
  source: "ratelimit" | "x-ratelimit",
  infos: readonly RateLimitInfo[],
): WaitDecision | undefined {
  let wait = 0;
  for (const info of infos) {
    if (info.remaining === 0 && info.reset !== undefined) wait = Math.max(wait, info.reset);
  }
  return wait === 0 ? undefined : { wait, source, reason: `nothing left for ${wait} ms` };
}
