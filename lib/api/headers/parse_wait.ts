import { parseHttpDate } from "./parse_http_date.ts";
import { parseLooseDate } from "./parse_loose_date.ts";

/** What a number that asks for a wait counts. */
export const WAIT_UNITS = ["s", "ms", "epoch_s", "epoch_ms", "date"] as const;

/** One of {@linkcode WAIT_UNITS}. */
export type WaitUnit = (typeof WAIT_UNITS)[number];

/** Options of {@linkcode parseWait}. */
export interface ParseWaitOptions {
  /** What it counts. @default {by its form: a number from 1e9 up is an instant, a lower one a delay in seconds} */
  readonly unit?: WaitUnit | undefined;
  /** The response's own `Date` header; an instant is relative to it, so that a wrong local clock does no harm. */
  readonly date?: string | null;
  /** Local time in ms since the epoch, for a response without `Date`. @default {Date.now()} */
  readonly now?: number;
}

/** From here on a number is an instant (2001 in seconds), below it a delay. */
export const EPOCH_SECONDS_FROM = 1_000_000_000;
const EPOCH_MS_FROM = 100_000_000_000;
/** Beyond, a number is neither in seconds nor in milliseconds since the epoch. */
const EPOCH_MS_UNTIL = 100_000_000_000_000;

const NUMBER = /^\d+(\.\d+)?$/;
/** What does not belong to a value: quotes, parameters behind it. */
const AROUND = /["']|\s*;\s*[a-z]+=.*$/gi;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;
/** `2 seconds`, `1m30s`, `500ms`, and in words around them; letters before a number are no unit of another one. */
const SPAN =
  /(?<![a-z\d.-])(\d+(?:\.\d+)?)\s*([a-z\u00b5\u03bc]+)|(?<=\d[a-z]+)(\d+(?:\.\d+)?)([a-z]+)/gi;

/** `PT1M30S` (ISO 8601), `00:01:30` */
const ISO_SPAN = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const CLOCK_SPAN = /^(?:(\d+)\.)?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/;
/** Days, hours, minutes and seconds in ms. */
const PARTS = [86_400_000, 3_600_000, 60_000, 1000];

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ns|nanos?|nanoseconds?)$/i, 1e-6],
  [/^([u\u00b5\u03bc]s|micros?|microseconds?)$/i, 1e-3],
  [/^(ms|msecs?|millis|milliseconds?)$/i, 1],
  [/^(s|secs?|seconds?)$/i, 1000],
  [/^(m|mins?|minutes?)$/i, 60_000],
  [/^(h|hrs?|hours?)$/i, 3_600_000],
  [/^(d|days?)$/i, 86_400_000],
  [/^(w|weeks?)$/i, 604_800_000],
];

/**
 * Reads a wait in any of the forms in which servers ask for one: seconds, milliseconds, an instant in seconds or
 * milliseconds since the epoch, an HTTP date, an ISO 8601 date, one of the forms of {@linkcode parseLooseDate}, an ISO 8601
 * or clock duration, or words such as `2 seconds`.
 *
 * @returns The wait in ms: 0 for an instant that has passed; `undefined` if the value has none of these forms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWait("1m30s"), 90_000);
 * assertEquals(parseWait("1764119460", { now: 1764119400_000 }), 60_000);
 * assertEquals(parseWait("soon"), undefined);
 * ```
 */
export function parseWait(
  value: string | number | null | undefined,
  options: ParseWaitOptions = {},
): number | undefined {
  const text = typeof value === "number" ? String(value) : value?.replace(AROUND, "").trim() ?? "";
  if (NUMBER.test(text)) return fromNumber(Number(text), options);
  const instant = options.unit === undefined || options.unit === "date"
    ? instantOf(text, options.now ?? Date.now())
    : undefined;
  if (instant !== undefined) return until(instant, options);
  if (options.unit !== undefined) return undefined;
  const [whole, ...parts] = (ISO_SPAN.exec(text) ?? CLOCK_SPAN.exec(text)) ?? [];
  if (whole !== undefined && parts.some((part) => part !== undefined)) {
    const counts = parts.map((part) => Number(part ?? 0));
    return bounded(counts.reduce((sum, count, at) => sum + count * (PARTS[at] ?? 0), 0));
  }
  return fromSpans(text.replace(/(\d),(?=\d{3}\b)/g, "$1"));
}

function fromNumber(number: number, options: ParseWaitOptions): number | undefined {
  switch (options.unit) {
    case "s":
      return bounded(number * 1000);
    case "ms":
      return bounded(number);
    case "epoch_s":
      return until(number * 1000, options);
    case "epoch_ms":
      return until(number, options);
    case "date":
      return undefined;
  }
  if (number < EPOCH_SECONDS_FROM) return bounded(number * 1000);
  if (number < EPOCH_MS_FROM) return until(number * 1000, options);
  if (number < EPOCH_MS_UNTIL) return until(number, options);
  return bounded(number * 1000);
}

function instantOf(text: string, now: number): number | undefined {
  const http = parseHttpDate(text, now);
  if (http !== undefined) return http;
  const [, , , zone] = ISO.exec(text) ?? [];
  if (!ISO.test(text)) return parseLooseDate(text);
  const iso = Date.parse(
    zone === undefined ? `${text.replace(" ", "T")}Z` : text.replace(/\s*UTC$/i, "Z"),
  );
  return Number.isNaN(iso) ? undefined : iso;
}

function until(instant: number, { date, now = Date.now() }: ParseWaitOptions): number {
  const from = parseHttpDate(date?.trim() ?? "", now) ?? now;
  return bounded(Math.max(0, instant - from));
}

/** Letters and digits in one word, as in a token. */
const MIXED = /[a-z_]\d|\d[a-z_]/i;

function fromSpans(text: string): number | undefined {
  let sum: number | undefined;
  let rest = text;
  for (const [span, first, unit, next, nextUnit] of text.matchAll(SPAN)) {
    const [, ms] = UNITS.find(([names]) => names.test(unit ?? nextUnit ?? "")) ?? [];
    if (ms === undefined) continue;
    sum = (sum ?? 0) + Number(first ?? next) * ms;
    rest = rest.replace(span, "0");
  }
  // A token of any kind may have "7d" in it.
  return sum === undefined || MIXED.test(rest) ? undefined : bounded(sum);
}

function bounded(ms: number): number {
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
