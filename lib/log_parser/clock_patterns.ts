import { isoClock } from "./iso_clock.ts";
import { COUNTED_MONTH, FOREIGN_MONTH, foreignMonth, monthNumber } from "./_calendar.ts";
import { secondsOf, type WallClock } from "./_timestamp.ts";
import { isOffsetOf, isShared, ZONE_SOURCE, zoneOf } from "./_zones.ts";

/** A timestamp found in a line. */
export interface FoundClock {
  readonly clock: WallClock;
  /** Length of the timestamp as written. */
  readonly length: number;
}

/** What a line must bring along for a pattern to count. */
type Kind =
  | "dated"
  /** A number, or a time without a date: a line may begin so by chance, so that a vote must allow it. */
  | "bare";

const YEAR = "(?<y>(?:19|20)\\d\\d)";
/** More than nine digits are no fraction, and what they follow is no time. */
const FRACTION = "(?:[.,:](?<f>\\d{1,9})(?!\\d)|(?![.,]\\d))";
const TIME =
  `(?<h>\\d\\d?):(?<mi>\\d\\d):(?<s>\\d\\d)${FRACTION}(?: (?<half>[AaPp])\\.?[Mm]\\b\\.?)?`;
/** Seconds may be left out after a full date. */
const SHORT_TIME =
  `(?<h>\\d\\d?):(?<mi>\\d\\d)(?::(?<s>\\d\\d)${FRACTION}|(?!:\\d))(?: (?<half>[AaPp])\\.?[Mm]\\b\\.?)?`;
const MONTH = "(?<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const SMALL_MONTH =
  "(?<mon>[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)";
const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
/** A year right before a date or behind its time is the date's own; without it, the year would be a guess. */
const NO_YEAR_BEFORE = "(?<!(?:19|20)\\d\\d[ ,:/-]{1,2})";
const NO_YEAR_AFTER = "(?!\\d)(?! (?:[A-Z][\\w/+-]{1,40} )?\\d{4}\\b)";

const SOURCES: readonly (readonly [kind: Kind, source: string])[] = [
  // RFC 3339 allows small letters.
  [
    "dated",
    "(?<y>\\d{4})-(?<mo>\\d\\d)-(?<d>\\d\\d)t(?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)(?:\\.(?<f>\\d{1,9}))?(?<z>z|[+-]\\d\\d:\\d\\d)(?![\\w:])",
  ],
  [
    "dated",
    `(?<y>\\d{4})([-/.])(?<mo>\\d\\d)\\2(?<d>\\d\\d)(?:[T_|\\t]| {1,2}|, | - |\\]\\[)${SHORT_TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?<y>\\d{4})([-.])(?<mo>\\d\\d)\\2(?<d>\\d\\d)[-_T](?<h>\\d\\d)[.-](?<mi>\\d\\d)[.-](?<s>\\d\\d)(?:[.:](?<f>\\d{1,9})(?<zm>[+-]\\d{3}(?!\\d))?)?`,
  ],
  [
    "dated",
    `${YEAR}(?<mo>\\d\\d)(?<d>\\d\\d)[-T _](?<h>\\d\\d?):(?<mi>\\d\\d?):(?<s>\\d\\d?)${FRACTION}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `${YEAR}(?<mo>\\d\\d)(?<d>\\d\\d)[-T _:](?<h>\\d\\d)(?<mi>\\d\\d)(?<s>\\d\\d)(?:[.,](?<f>\\d{1,9}))?${ZONE_SOURCE}(?!\\d)`,
  ],
  [
    "dated",
    `(?<a>\\d\\d?)([-/])(?<b>\\d\\d?)\\2(?<y>\\d{4})(?:[ ,T:\\t]{1,2}|-| --? )${SHORT_TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?<a>\\d\\d?)([-/.])(?<b>\\d\\d?)\\2(?<c>\\d\\d)[ ,]{1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `${YEAR}([-/])(?<mo>\\d\\d?)\\2(?<d>\\d\\d?)[ T]{1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `${DAY_NAME},? (?<y>\\d{4})-(?<mo>\\d\\d)-(?<d>\\d\\d) ${TIME}${ZONE_SOURCE}`,
  ],
  ["dated", `(?<d>\\d\\d?)\\.(?<mo>\\d\\d?)\\.(?<y>\\d{4})[ ,\\t]{1,2}${SHORT_TIME}${ZONE_SOURCE}`],
  ["dated", "(?<yy>\\d\\d)(?<mo>\\d\\d)(?<d>\\d\\d) (?<h>\\d\\d)(?<mi>\\d\\d)(?<s>\\d\\d)(?= )"],
  [
    "dated",
    "(?<yy>\\d\\d)(?<mo>\\d\\d)(?<d>\\d\\d) {1,2}(?<h>\\d?\\d):(?<mi>\\d\\d):(?<s>\\d\\d)(?:\\.(?<f>\\d{1,9}))?(?!\\d)",
  ],
  [
    "dated",
    `(?:${DAY_NAME},? {1,2})?(?<d>\\d\\d?)[-/ ]?${MONTH}[a-z]*[-/ ]?(?<y>\\d{4})[ :]{1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?<d>\\d\\d?)\\.?[-/ ](?<mon>${FOREIGN_MONTH}|Jan|Feb|Apr|Jun|Jul|Aug|Sep|Nov)\\.?[-/ ](?<y>\\d{4})[ :]{1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?:${DAY_NAME},? )?${MONTH}[a-z]* {1,2}(?<d>\\d\\d?),? (?<y>\\d{4}),? {1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?<mon>${FOREIGN_MONTH}|jan|feb|apr|may|jun|jul|aug|sep|oct|nov)\\.? (?<d>\\d\\d?), (?<y>\\d{4}) {1,2}${TIME}${ZONE_SOURCE}`,
  ],
  [
    "dated",
    `(?<mon>${COUNTED_MONTH}) (?<d>\\d\\d?), (?<y>\\d{4}) {1,2}(?<h>\\d\\d?):(?<mi>\\d\\d):(?<s>\\d\\d) (?<half>午前|午後|上午|下午|오전|오후)`,
  ],
  [
    "dated",
    `(?<d>\\d\\d?)-(?<mon>${COUNTED_MONTH})-(?<y>\\d{4}) (?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)${FRACTION}`,
  ],
  ["dated", `${YEAR}[-/ ]${MONTH}[-/ ] ?(?<d>\\d\\d?)[ :]{1,2}${TIME}${ZONE_SOURCE}`],
  ["dated", `${DAY_NAME},? ${MONTH} {1,2}(?<d>\\d\\d?) {1,2}${TIME}${ZONE_SOURCE} (?<y>\\d{4})`],
  [
    "dated",
    `(?:${DAY_NAME},? {1,2})?(?<d>\\d\\d?) ${MONTH} {1,2}${TIME}${ZONE_SOURCE} ${YEAR}(?!\\d)`,
  ],
  // MikroTik's RouterOS.
  ["dated", `${SMALL_MONTH}/(?<d>\\d\\d)/${YEAR} ${TIME}(?= )`],
  ["dated", `${SMALL_MONTH}/(?<d>\\d\\d) ${TIME}(?= )`],
  [
    "dated",
    `${NO_YEAR_BEFORE}(?<mo>\\d\\d)-(?<d>\\d\\d)[ |](?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)\\.(?<f>\\d{3}(?:\\d{3})?)(?!\\d)`,
  ],
  [
    "dated",
    "(?<mo>\\d\\d)(?<d>\\d\\d)/(?<h>\\d\\d)(?<mi>\\d\\d)(?<s>\\d\\d)\\.(?<f>\\d{3}(?:\\d{3})?)(?!\\d)",
  ],
  [
    "dated",
    "(?<mo>\\d\\d)/(?<d>\\d\\d)-(?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)\\.(?<f>\\d{6})(?!\\d)",
  ],
  ["dated", "(?<mo>\\d\\d)\\.(?<d>\\d\\d) (?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)(?=\\])"],
  [
    "dated",
    `${NO_YEAR_BEFORE}(?:${DAY_NAME} )?${MONTH} {1,2}(?<d>\\d\\d?) {1,2}${TIME}${ZONE_SOURCE}${NO_YEAR_AFTER}`,
  ],
  ["dated", `${NO_YEAR_BEFORE}(?<d>\\d\\d?) ${MONTH} {1,2}${TIME}${ZONE_SOURCE}${NO_YEAR_AFTER}`],
  ["dated", "@(?<tai>[0-9a-f]{24})(?= )"],
  ["bare", "(?<e>1\\d{9}(?:\\.\\d{1,9})?|1\\d{12}|1\\d{15}|1\\d{18})(?![\\w.-])"],
  ["bare", "(?<mo>\\d\\d)(?<d>\\d\\d) (?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)\\.(?<f>\\d{6})"],
  // zerolog on a terminal.
  ["bare", "(?<h>\\d\\d?):(?<mi>\\d\\d)(?<half>[AP])M(?= (?:TRC|DBG|INF|WRN|ERR|FTL|PNC) )"],
  // Falco.
  [
    "bare",
    "(?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)\\.(?<f>\\d{9})(?=: [A-Z][a-z]{4,12} )",
  ],
  ["bare", `(?<h>\\d\\d):(?<mi>\\d\\d):(?<s>\\d\\d)${FRACTION}(?![\\d:])`],
];

const PATTERNS = SOURCES.map(([kind, source]) => ({ kind, pattern: new RegExp(source, "y") }));

let lastUsed = 0;

/** Reads a timestamp at an index. */
export function findClock(text: string, at = 0, allowed: Kind = "dated"): FoundClock | undefined {
  return isoClock(text, at) ?? clockByPatterns(text, at, allowed);
}

/** Reads a timestamp by the expressions; the one that matched last is tried first. */
export function clockByPatterns(text: string, at: number, allowed: Kind): FoundClock | undefined {
  for (let i = 0; i < PATTERNS.length; i++) {
    const index = i === 0 ? lastUsed : i <= lastUsed ? i - 1 : i;
    const candidate = PATTERNS[index];
    if (candidate === undefined || candidate.kind === "bare" && allowed === "dated") continue;
    candidate.pattern.lastIndex = at;
    const match = candidate.pattern.exec(text);
    if (match?.groups === undefined) continue;
    lastUsed = index;
    return { clock: clockOf(match.groups), length: match[0].length };
  }
  return undefined;
}

function clockOf(groups: Readonly<Record<string, string | undefined>>): WallClock {
  const { e, tai, a, b, c, y, yy, mo, mon, d, h, half, mi, s, f = "", z, zm, zr, zx } = groups;
  if (e !== undefined) return epochClock(e);
  if (tai !== undefined) return taiClock(tai);
  const clock: WallClock = {
    year: y !== undefined ? Number(y) : yy !== undefined ? fullYear(yy) : undefined,
    month: mon !== undefined ? foreignMonth(mon) || monthNumber(mon) : Number(mo ?? 0),
    day: Number(d ?? 0),
    hour: half === undefined ? Number(h) : hourOf(Number(h), /p|[後下후]/i.test(half)),
    minute: Number(mi),
    second: Number(s ?? 0),
    fraction: f,
    // Db2 counts minutes.
    offset: zm !== undefined
      ? Number(zm)
      : z !== undefined
      ? zoneOf(z === "z" ? "Z" : z) ?? "unknown"
      : zx === undefined
      ? undefined
      : "unknown",
    ...(z !== undefined && isShared(z) ? { zoneName: z } : {}),
    ...(a === undefined || b === undefined
      ? {}
      : { parts: c === undefined ? [a, b, y ?? ""] as const : [a, b, c] as const }),
  };
  const { year, month, offset } = clock;
  if (zr === undefined || offset === "unknown" || year === undefined || month === 0) return clock;
  return isOffsetOf(zr, offset, secondsOf(year, clock, undefined))
    ? clock
    : { ...clock, offset: "unknown" };
}

/** Some write `13:05 PM`; `13:05 AM` and `00:05 PM` contradict themselves, and are no hours at all. */
function hourOf(hour: number, isAfternoon: boolean): number {
  if (hour > 12 && !isAfternoon || hour === 0 && isAfternoon) return 24;
  return hour > 12 ? hour : hour % 12 + (isAfternoon ? 12 : 0);
}

/** The year of two digits: 1970 to 2069. */
export function fullYear(digits: string): number {
  return (Number(digits) < 70 ? 2000 : 1900) + Number(digits);
}

/** A count of seconds, milli-, micro- or nanoseconds since 1970, told apart by its digits. */
export function epochClock(digits: string): WallClock {
  const [whole = "", fraction = ""] = digits.split(".");
  const scale = whole.length <= 11 ? 0 : whole.length <= 14 ? 3 : whole.length <= 17 ? 6 : 9;
  const split = whole.length - scale;
  return instant(Number(whole.slice(0, split)), whole.slice(split) + fraction);
}

/** Writes seconds such as `1.7e+09` without their exponent; `undefined`: they have none. */
export function withoutExponent(value: string): string | undefined {
  const [, first, rest = "", exponent] = /^(\d)\.(\d{1,18})[eE]\+?0?(9)$/.exec(value) ?? [];
  if (first === undefined) return undefined;
  const digits = (first + rest).padEnd(Number(exponent) + 1, "0");
  const fraction = digits.slice(10, 19);
  return digits.slice(0, 10) + (fraction === "" ? "" : `.${fraction}`);
}

/** TAI64N of daemontools: seconds since 1970 in TAI, which began 10 seconds ahead of UTC. */
function taiClock(hex: string): WallClock {
  const seconds = Number(BigInt(`0x${hex.slice(0, 16)}`) - (1n << 62n)) - 10;
  return instant(seconds, String(Number.parseInt(hex.slice(16), 16)).padStart(9, "0"));
}

function instant(epochSeconds: number, fraction: string): WallClock {
  return {
    ...{ year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 },
    fraction,
    offset: 0,
    epochSeconds,
  };
}
