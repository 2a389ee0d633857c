import { isAt, plainEnd, viewOf, wordsOf } from "./byte_words.ts";
import { daysFromDate, isDate } from "./_calendar.ts";

const [SPACE, QUOTE, COMMA, DASH, DOT] = [32, 34, 44, 45, 46] as const;
const [COLON, OPEN_LIST, BACKSLASH, CLOSE_LIST] = [58, 91, 92, 93] as const;
const MOST_DEPTH = 8;
/** What may follow a backslash; `\u` is left to the parser. */
const ESCAPES = new Uint8Array(256);
for (const sign of '"\\/bfnrt') ESCAPES[sign.charCodeAt(0)] = 1;
const LITERALS = ["true", "false", "null"].map((word) => wordsOf(new TextEncoder().encode(word)));

/** Returns the index of the quote that closes a string of printable ASCII, or -1. */
export function stringEnd(bytes: Uint8Array, start: number, mayEscape: boolean): number {
  const view = viewOf(bytes);
  for (let from = start;;) {
    const at = plainEnd(view, from);
    if (bytes[at] === QUOTE) return at;
    if (!mayEscape || bytes[at] !== BACKSLASH || ESCAPES[bytes[at + 1] as number] !== 1) return -1;
    from = at + 2;
  }
}

/** Returns the index after a number without an exponent, or -1. */
export function numberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === DASH ? start + 1 : start;
  const first = at;
  while ((bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at++;
  if (at === first || bytes[first] === 48 && at - first > 1) return -1;
  if (bytes[at] === DOT) {
    const fraction = ++at;
    while ((bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at++;
    if (at === fraction) return -1;
  }
  return bytes[at] === 69 || bytes[at] === 101 ? -1 : at;
}

/** Returns the index after `true`, `false` or `null`, or -1. */
export function literalEnd(bytes: Uint8Array, at: number): number {
  for (const word of LITERALS) if (isAt(viewOf(bytes), at, word)) return at + word.length;
  return -1;
}

/** Returns the index after a list without objects, or -1. */
export function listEnd(bytes: Uint8Array, start: number, depth: number): number {
  let at = start;
  while (bytes[at] === SPACE) at++;
  if (bytes[at] === CLOSE_LIST) return at + 1;
  for (;;) {
    const c = bytes[at] as number;
    if (c === QUOTE) at = stringEnd(bytes, at + 1, true) + 1 || -1;
    else if (c === OPEN_LIST && depth < MOST_DEPTH) at = listEnd(bytes, at + 1, depth + 1);
    else at = c === DASH || c >= 48 && c <= 57 ? numberEnd(bytes, at) : literalEnd(bytes, at);
    if (at < 0) return -1;
    while (bytes[at] === SPACE) at++;
    if (bytes[at] === CLOSE_LIST) return at + 1;
    if (bytes[at++] !== COMMA) return -1;
    while (bytes[at] === SPACE) at++;
  }
}

const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);

/** Reads a number of at most 15 digits with or without a point, exactly as `Number()` does. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  let scale = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === DOT) scale = end - at - 1;
    else number = number * 10 + (bytes[at] as number) - 48;
  }
  // Both are exact, so that their quotient is rounded once.
  return number / (POWERS[scale] as number);
}

/** Reads digits as a number, which need not be exact from 16 on; -1: something else is among them. */
export function digits(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

const MINUTE_LENGTH = "2026-05-01T10:00".length;
/** The minute of the time that was read last, and its seconds since 1970 on its own clocks: most lines have the same. */
let minute = wordsOf(new Uint8Array(MINUTE_LENGTH));
let minuteSeconds = 0;

/** `2026-05-01T10:00:00.123Z` or with an offset; `undefined`: anything else. */
export function isoSeconds(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start < 20 || bytes[start + 16] !== COLON) return undefined;
  if (!isAt(viewOf(bytes), start, minute) && !readMinute(bytes, start)) return undefined;
  const second = digits(bytes, start + 17, start + 19);
  if (second < 0 || second > 59) return undefined;
  let at = start + 19;
  if (bytes[at] === DOT) {
    const fraction = ++at;
    while ((bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at++;
    if (at === fraction || at - fraction > 9) return undefined;
  }
  if (bytes[at] === 90 && at + 1 === end) return minuteSeconds + second;
  const sign = bytes[at];
  if (sign !== 43 && sign !== DASH || at + 6 !== end || bytes[at + 3] !== COLON) return undefined;
  const hours = digits(bytes, at + 1, at + 3);
  const minutes = digits(bytes, at + 4, at + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return minuteSeconds + second - (sign === DASH ? -60 : 60) * (hours * 60 + minutes);
}

function readMinute(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return false;
  const separator = bytes[start + 10];
  if (separator !== 84 && separator !== SPACE || bytes[start + 13] !== COLON) return false;
  const year = digits(bytes, start, start + 4);
  const [month, day] = [digits(bytes, start + 5, start + 7), digits(bytes, start + 8, start + 10)];
  const hour = digits(bytes, start + 11, start + 13);
  const minutes = digits(bytes, start + 14, start + 16);
  if (Math.min(year, month, day, hour, minutes) < 0) return false;
  if (hour > 23 || minutes > 59 || !isDate(year, month, day)) return false;
  minute = wordsOf(bytes.slice(start, start + MINUTE_LENGTH));
  minuteSeconds = daysFromDate(year, month, day) * 86_400 + hour * 3600 + minutes * 60;
  return true;
}

/** A count of seconds, milli-, micro- or nanoseconds since 1970. */
export function epochSeconds(bytes: Uint8Array, start: number, end: number): number | undefined {
  let dot = start;
  while (dot < end && bytes[dot] !== DOT) dot++;
  const length = dot - start;
  if (length < 9 || length > 19 || end - dot > 10 || end - dot === 1) return undefined;
  const scale = length <= 11 ? 0 : length <= 14 ? 3 : length <= 17 ? 6 : 9;
  if (digits(bytes, dot - scale, dot) < 0 || dot < end && digits(bytes, dot + 1, end) < 0) {
    return undefined;
  }
  const seconds = digits(bytes, start, dot - scale);
  return seconds < 0 ? undefined : seconds;
}
