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
const DASH = 45;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const BACKSLASH = 92;
const MINUTE_LENGTH = "dd/Mon/yyyy:HH:MM".length;
const ZONE_LENGTH = "+0000]".length;
/** Bytes at which a quoted field is looked at: 0 for all others, which are printable. */
const MARKS = new Uint8Array(256).fill(1).fill(0, SPACE, 127);
for (const mark of [QUOTE, QUESTION, BACKSLASH]) MARKS[mark] = 1;
const PROTOCOL = new TextEncoder().encode(" HTTP/");

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
  /** Minute and zone of the line before: most lines have the same. */
  readonly #minute = new Uint8Array(MINUTE_LENGTH);
  readonly #zone = new Uint8Array(ZONE_LENGTH);
  #minuteSeconds = 0;

  /** Reads the line at an index; returns the index after its line break, or -1: the parser must read it. */
  scan(bytes: Uint8Array, start: number): number {
    const { found } = this;
    const clientEnd = addressEnd(bytes, start);
    if (clientEnd < 0 || bytes[clientEnd + 1] !== DASH || bytes[clientEnd + 2] !== SPACE) return -1;
    let at = clientEnd + 3;
    while (bytes[at] !== SPACE && MARKS[bytes[at] as number] === 0) at++;
    if (at === clientEnd + 3 || bytes[at] !== SPACE || bytes[at + 1] !== 91) return -1;
    at += 2;
    found.timeStart = at;
    if (!this.#scanTime(bytes, at)) return -1;
    at += 26;
    if (bytes[at + 1] !== SPACE || bytes[at + 2] !== QUOTE) return -1;
    const requestEnd = this.#scanRequest(bytes, at + 3);
    if (requestEnd < 0) return -1;
    const sizeEnd = this.#scanNumbers(bytes, requestEnd);
    if (sizeEnd < 0 || bytes[sizeEnd + 1] !== QUOTE) return -1;
    const referrerEnd = quoted(bytes, sizeEnd + 2);
    if (referrerEnd < 0 || bytes[referrerEnd + 1] !== SPACE || bytes[referrerEnd + 2] !== QUOTE) {
      return -1;
    }
    const agent = referrerEnd + 3;
    const agentEnd = quoted(bytes, agent);
    if (agentEnd < 0) return -1;
    const end = bytes[agentEnd + 1] === CR ? agentEnd + 2 : agentEnd + 1;
    if (bytes[end] !== NEWLINE) return -1;
    const isNone = agentEnd - agent === 1 && bytes[agent] === DASH;
    found.requestEnd = requestEnd;
    found.referrerStart = sizeEnd + 2;
    found.referrerEnd = referrerEnd;
    found.agentStart = agent;
    found.agentEnd = isNone ? agent : agentEnd;
    found.clientStart = start;
    found.clientEnd = clientEnd;
    return end + 1;
  }

  #scanTime(bytes: Uint8Array, at: number): boolean {
    const second = twoDigits(bytes, at + 18);
    if (second > 59 || bytes[at + 17] !== COLON) return false;
    const isKnown = isAt(bytes, at, this.#minute) && isAt(bytes, at + 20, this.#zone);
    if (bytes[at + 26] !== 93 || !isKnown && !this.#scanMinute(bytes, at)) return false;
    this.found.epochSeconds = this.#minuteSeconds + second;
    return true;
  }

  #scanMinute(bytes: Uint8Array, at: number): boolean {
    const text = String.fromCharCode(...bytes.subarray(at, at + 26));
    const match = /^(\d\d)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):\d\d ([+-])(\d\d)(\d\d)$/.exec(
      text,
    );
    if (match === null) return false;
    const [, day, month = "", year, hour, minute, sign, zoneHours, zoneMinutes] = match;
    const date = [Number(year), monthNumber(month), Number(day)] as const;
    const isTime = Number(hour) <= 23 && Number(minute) <= 59;
    const isZone = Number(zoneHours) <= 23 && Number(zoneMinutes) <= 59;
    if (!isTime || !isZone || !isDate(...date) || !(date[0] > 1970 && date[0] < 2261)) return false;
    const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === "-" ? -1 : 1);
    this.#minuteSeconds = daysFromDate(...date) * 86_400 + Number(hour) * 3600 +
      (Number(minute) - offset) * 60;
    this.#minute.set(bytes.subarray(at, at + MINUTE_LENGTH));
    this.#zone.set(bytes.subarray(at + 20, at + 20 + ZONE_LENGTH));
    return true;
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
    let at = start;
    while ((bytes[at] as number) >= 65 && (bytes[at] as number) <= 90) at++;
    if (at === start || bytes[at] !== SPACE || bytes[at + 1] !== SLASH) return -1;
    const path = at + 1;
    let query = -1;
    for (at = path;; at++) {
      while (MARKS[bytes[at] as number] === 0) at++;
      const c = bytes[at];
      if (c === QUOTE) break;
      if (c !== QUESTION) return -1;
      if (query < 0) query = at;
    }
    const protocol = at - 9;
    if (protocol <= path || !isAt(bytes, protocol, PROTOCOL)) return -1;
    this.found.pathStart = path;
    this.found.pathEnd = query >= 0 && query < protocol ? query : protocol;
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

/** Returns the index of the quote that closes a field without escapes, or -1. */
function quoted(bytes: Uint8Array, start: number): number {
  for (let at = start;; at++) {
    while (MARKS[bytes[at] as number] === 0) at++;
    if (bytes[at] !== QUESTION) return bytes[at] === QUOTE ? at : -1;
  }
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  // The last ones differ most often.
  for (let i = wanted.length - 1; i >= 0; i--) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** 100 and more: there are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [(bytes[at] as number) - 48, (bytes[at + 1] as number) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 100;
}
