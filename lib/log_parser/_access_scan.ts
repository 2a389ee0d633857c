import { isAt, plainEnd, viewOf, wordsOf } from "./byte_words.ts";
import { daysFromDate, isDate, monthNumber } from "./_calendar.ts";

/** What metrics need of an access line; places are indexes of the scanned bytes. */
export interface ScannedAccess {
  status: number;
  /** Later than 1970, and early enough for a count of nanoseconds. */
  epochSeconds: number;
  timeStart: number;
  requestEnd: number;
  referrerStart: number;
  referrerEnd: number;
  /** -1: there is none. */
  responseBytes: number;
  clientStart: number;
  clientEnd: number;
  pathStart: number;
  pathEnd: number;
  agentStart: number;
  /** Like the start: there is none. */
  agentEnd: number;
}

const NEWLINE = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const DASH = 45;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const BACKSLASH = 92;
const OPEN = 91;
const CLOSE = 93;
const QUESTIONS = 0x3f3f3f3f;
const TIME_LENGTH = "dd/Mon/yyyy:HH:MM:SS +0000".length;
/** Where minute and zone are read by four bytes; the last digit of the minute differs most often. */
const KNOWN_PLACES = [13, 0, 4, 8, 12, 20, 22];
const encoder = new TextEncoder();
const NOBODY = wordsOf(encoder.encode(" - - ["));
const GET = wordsOf(encoder.encode("GET /"));
const PROTOCOL = wordsOf(encoder.encode(" HTTP/"));

/**
 * Reads plain lines of the combined format for counting, as bytes.
 *
 * It knows only the commonest form, in ASCII; what is unusual in any way is left to the parser, which says the same of
 * each line that this one takes: a test compares them.
 */
export class AccessScanner {
  /** Filled by {@linkcode scan}; valid until the next call. */
  readonly found: ScannedAccess = {
    ...{ status: 0, epochSeconds: 0, responseBytes: -1, clientStart: 0, clientEnd: 0 },
    ...{ timeStart: 0, requestEnd: 0, referrerStart: 0, referrerEnd: 0 },
    ...{ pathStart: 0, pathEnd: 0, agentStart: 0, agentEnd: 0 },
  };
  /** Minute and zone of the line before, by four bytes: most lines have the same. */
  readonly #known = new Int32Array(KNOWN_PLACES.length);
  #minuteSeconds = 0;

  /** Reads the line at an index; returns the index after its line break, or -1: the parser must read it. */
  scan(bytes: Uint8Array, start: number): number {
    const view = viewOf(bytes);
    const { found } = this;
    const clientEnd = addressEnd(bytes, start);
    if (clientEnd < 0) return -1;
    const time = isAt(view, clientEnd, NOBODY)
      ? clientEnd + NOBODY.length
      : timeStart(bytes, clientEnd);
    if (time < 0 || !this.#scanTime(bytes, time)) return -1;
    const timeEnd = time + TIME_LENGTH;
    if (bytes[timeEnd + 1] !== SPACE || bytes[timeEnd + 2] !== QUOTE) return -1;
    const requestEnd = this.#scanRequest(bytes, timeEnd + 3);
    if (requestEnd < 0) return -1;
    const sizeEnd = this.#scanNumbers(bytes, requestEnd);
    if (sizeEnd < 0 || bytes[sizeEnd + 1] !== QUOTE) return -1;
    const referrer = sizeEnd + 2;
    const referrerEnd = plainEnd(view, referrer);
    const agent = referrerEnd + 3;
    if (
      bytes[referrerEnd] !== QUOTE || bytes[agent - 2] !== SPACE || bytes[agent - 1] !== QUOTE
    ) return -1;
    const agentEnd = plainEnd(view, agent);
    if (bytes[agentEnd] !== QUOTE) return -1;
    const end = bytes[agentEnd + 1] === CR ? agentEnd + 2 : agentEnd + 1;
    if (bytes[end] !== NEWLINE) return -1;
    const isNone = agentEnd - agent === 1 && bytes[agent] === DASH;
    found.timeStart = time;
    found.requestEnd = requestEnd;
    found.referrerStart = referrer;
    found.referrerEnd = referrerEnd;
    found.agentStart = agent;
    found.agentEnd = isNone ? agent : agentEnd;
    found.clientStart = start;
    found.clientEnd = clientEnd;
    return end + 1;
  }

  #scanTime(bytes: Uint8Array, at: number): boolean {
    if (bytes[at + 17] !== COLON || bytes[at + TIME_LENGTH] !== CLOSE) return false;
    const second = twoDigits(bytes, at + 18);
    if (second > 59 || !this.#isKnown(viewOf(bytes), at) && !this.#scanMinute(bytes, at)) {
      return false;
    }
    this.found.epochSeconds = this.#minuteSeconds + second;
    return true;
  }

  /** Whether minute and zone are those of the line before. */
  #isKnown(view: DataView, at: number): boolean {
    const known = this.#known;
    for (let i = 0; i < KNOWN_PLACES.length; i++) {
      if (view.getInt32(at + (KNOWN_PLACES[i] as number), true) !== known[i]) return false;
    }
    return true;
  }

  #scanMinute(bytes: Uint8Array, at: number): boolean {
    const minuteSeconds = this.minuteAt(bytes, at);
    if (minuteSeconds < 0) return false;
    this.#minuteSeconds = minuteSeconds;
    for (const [i, place] of KNOWN_PLACES.entries()) {
      this.#known[i] = viewOf(bytes).getInt32(at + place, true);
    }
    return true;
  }

  /** Returns the minute of the time at an index, in seconds since 1970; -1: no plain line has it. */
  minuteAt(bytes: Uint8Array, at: number): number {
    const isTime = bytes[at + 2] === SLASH && bytes[at + 6] === SLASH &&
      bytes[at + 11] === COLON && bytes[at + 14] === COLON && bytes[at + 17] === COLON &&
      bytes[at + 20] === SPACE && bytes[at + TIME_LENGTH] === CLOSE &&
      bytes[at + TIME_LENGTH + 1] === SPACE;
    const sign = bytes[at + 21];
    if (!isTime || sign !== PLUS && sign !== DASH) return -1;
    const [century, rest] = [twoDigits(bytes, at + 7), twoDigits(bytes, at + 9)];
    const year = rest > 99 ? -1 : century * 100 + rest;
    const month = monthNumber(String.fromCharCode(...bytes.subarray(at + 3, at + 6)));
    const day = twoDigits(bytes, at);
    const [hour, minute] = [twoDigits(bytes, at + 12), twoDigits(bytes, at + 15)];
    const [zoneHours, zoneMinutes] = [twoDigits(bytes, at + 22), twoDigits(bytes, at + 24)];
    if (Math.max(hour, zoneHours) > 23 || Math.max(minute, zoneMinutes) > 59) return -1;
    if (!isDate(year, month, day) || !(year > 1970 && year < 2261)) return -1;
    const offset = (zoneHours * 60 + zoneMinutes) * (sign === DASH ? -1 : 1);
    return daysFromDate(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60;
  }

  /** ` 200 1234 ` or ` 200 - `; returns the index of the last space. */
  #scanNumbers(bytes: Uint8Array, quote: number): number {
    const hundreds = (bytes[quote + 2] as number) - 48;
    const rest = twoDigits(bytes, quote + 3);
    if (bytes[quote + 1] !== SPACE || bytes[quote + 5] !== SPACE) return -1;
    if (!(hundreds >= 1 && hundreds <= 9) || rest > 99) return -1;
    this.found.status = hundreds * 100 + rest;
    const start = quote + 6;
    if (bytes[start] === DASH && bytes[start + 1] === SPACE) {
      this.found.responseBytes = -1;
      return start + 1;
    }
    let size = 0;
    let at = start;
    for (; at < start + 15; at++) {
      const digit = (bytes[at] as number) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      size = size * 10 + digit;
    }
    if (at === start || bytes[at] !== SPACE) return -1;
    this.found.responseBytes = size;
    return at;
  }

  /** `GET /path?query HTTP/1.1`; returns the index of the quote. */
  #scanRequest(bytes: Uint8Array, start: number): number {
    const view = viewOf(bytes);
    let path = start + GET.length - 1;
    if (!isAt(view, start, GET)) {
      let at = start;
      while ((bytes[at] as number) >= 65 && (bytes[at] as number) <= 90) at++;
      if (at === start || bytes[at] !== SPACE || bytes[at + 1] !== SLASH) return -1;
      path = at + 1;
    }
    let at = plainEnd(view, path, QUESTIONS);
    const query = at;
    if (bytes[at] === QUESTION) at = plainEnd(view, at);
    const protocol = at - 9;
    if (bytes[at] !== QUOTE || protocol <= path || !isAt(view, protocol, PROTOCOL)) return -1;
    this.found.pathStart = path;
    this.found.pathEnd = query < protocol ? query : protocol;
    return at;
  }
}

/** Returns the index after an IPv4 address that a space follows, or -1. */
function addressEnd(bytes: Uint8Array, start: number): number {
  let dots = 0;
  let digits = 0;
  for (let at = start; at < start + 16; at++) {
    const c = bytes[at] as number;
    if (c >= 48 && c <= 57) digits++;
    else if (c === 46 && digits > 0) {
      dots++;
      digits = 0;
    } else return c === SPACE && dots === 3 && digits > 0 && digits <= 3 ? at : -1;
    if (digits > 3) return -1;
  }
  return -1;
}

/** Returns where the time starts after the name of a user, or -1. */
function timeStart(bytes: Uint8Array, clientEnd: number): number {
  if (bytes[clientEnd + 1] !== DASH || bytes[clientEnd + 2] !== SPACE) return -1;
  const user = clientEnd + 3;
  let at = user;
  for (;; at++) {
    const c = bytes[at] as number;
    if (!(c > SPACE && c < 127) || c === QUOTE || c === QUESTION || c === BACKSLASH) break;
  }
  return at > user && bytes[at] === SPACE && bytes[at + 1] === OPEN ? at + 2 : -1;
}

/** 100 and more: there are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48;
  const ones = (bytes[at + 1] as number) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 100;
}
