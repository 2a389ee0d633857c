import { daysFromDate, isDate, monthNumber, twoDigitsAt } from "./_calendar.ts";

/** What metrics need of an access line. */
export interface ScannedAccess {
  readonly severity_number: undefined;
  readonly duration_ns: undefined;
  http_status: number;
  epochSeconds: number;
  response_bytes: number | undefined;
  url_path: string;
  client_address: string;
  user_agent: string | undefined;
}

const QUOTE = 34;
const DASH = 45;
const SPACE = 32;

/**
 * Reads plain lines of the combined format for counting, without taking them out of their block of text.
 *
 * It knows only the commonest form; what is unusual in any way is left to the parser, which says the same of each line
 * that this one takes: a test compares them.
 */
export class AccessScanner {
  /** Filled by {@linkcode scan}; valid until the next call. */
  readonly found: ScannedAccess = {
    ...{ severity_number: undefined, duration_ns: undefined, http_status: 0, epochSeconds: 0 },
    ...{ response_bytes: undefined, url_path: "", client_address: "", user_agent: undefined },
  };
  /** `dd/Mon/yyyy:HH:MM` and zone of the line before: most lines have the same. */
  #minute = "";
  #zone = "";
  #minuteSeconds = 0;
  #escape = -1;
  #escapeText = "";

  /** Reads a line of ASCII; `false`: the parser must read it. */
  scan(text: string, start: number, end: number): boolean {
    const clientEnd = addressEnd(text, start);
    const bracket = text.indexOf(" [", clientEnd + 4);
    const request = bracket + 31;
    if (clientEnd < 0 || bracket < 0 || request >= end) return false;
    if (text.charCodeAt(clientEnd + 1) !== DASH || text.charCodeAt(clientEnd + 2) !== SPACE) {
      return false;
    }
    if (text.indexOf(" ", clientEnd + 3) !== bracket || !this.#scanTime(text, bracket + 2)) {
      return false;
    }
    if (text.charCodeAt(request - 1) !== QUOTE || text.charCodeAt(request - 2) !== SPACE) {
      return false;
    }
    const requestEnd = text.indexOf('"', request);
    const sizeStart = requestEnd + 6;
    const sizeEnd = text.indexOf(" ", sizeStart);
    if (requestEnd < 0 || sizeEnd < 0 || !this.#scanNumbers(text, requestEnd, sizeStart, sizeEnd)) {
      return false;
    }
    if (text.charCodeAt(sizeEnd + 1) !== QUOTE) return false;
    const referrerEnd = text.indexOf('"', sizeEnd + 2);
    const agent = referrerEnd + 3;
    if (text.charCodeAt(agent - 1) !== QUOTE || text.charCodeAt(agent - 2) !== SPACE) return false;
    if (text.indexOf('"', agent) !== end - 1) return false;
    if (this.#isEscaped(text, request, end) || !this.#scanRequest(text, request, requestEnd)) {
      return false;
    }
    const isNone = end - 1 === agent || end - 2 === agent && text.charCodeAt(agent) === DASH;
    this.found.user_agent = isNone ? undefined : text.slice(agent, end - 1);
    this.found.client_address = text.slice(start, clientEnd);
    return true;
  }

  /** The next backslash of the block is looked for once, not once a line. */
  #isEscaped(text: string, start: number, end: number): boolean {
    if (this.#escape < start || this.#escapeText !== text) {
      const found = text.indexOf("\\", start);
      this.#escape = found < 0 ? Infinity : found;
      this.#escapeText = text;
    }
    return this.#escape < end;
  }

  #scanTime(text: string, at: number): boolean {
    const second = twoDigitsAt(text, at + 18);
    if (second > 59 || text.charCodeAt(at + 17) !== 58 || text.charCodeAt(at + 26) !== 93) {
      return false;
    }
    if (
      !text.startsWith(this.#minute, at) || this.#minute === "" ||
      !text.startsWith(this.#zone, at + 20)
    ) {
      if (!this.#scanMinute(text, at)) return false;
    }
    this.found.epochSeconds = this.#minuteSeconds + second;
    return true;
  }

  #scanMinute(text: string, at: number): boolean {
    const [day, hour, minute] = [
      twoDigitsAt(text, at),
      twoDigitsAt(text, at + 12),
      twoDigitsAt(text, at + 15),
    ];
    const [century, rest] = [twoDigitsAt(text, at + 7), twoDigitsAt(text, at + 9)];
    const month = monthNumber(text.slice(at + 3, at + 6));
    const year = century * 100 + rest;
    const [zoneHours, zoneMinutes] = [twoDigitsAt(text, at + 22), twoDigitsAt(text, at + 24)];
    const marks = `${text[at + 2]}${text[at + 6]}${text[at + 11]}${text[at + 14]}${text[at + 20]}${
      text[at + 21]
    }`;
    if (marks !== "//:: +" && marks !== "//:: -") return false;
    if (
      century > 99 || rest > 99 || hour > 23 || minute > 59 || zoneHours > 23 || zoneMinutes > 59
    ) return false;
    if (!isDate(year, month, day)) return false;
    const offset = (zoneHours * 60 + zoneMinutes) * (marks.endsWith("-") ? -1 : 1);
    this.#minuteSeconds = daysFromDate(year, month, day) * 86_400 + hour * 3600 +
      (minute - offset) * 60;
    this.#minute = text.slice(at, at + 17);
    this.#zone = text.slice(at + 20, at + 26);
    return true;
  }

  #scanNumbers(text: string, requestEnd: number, sizeStart: number, sizeEnd: number): boolean {
    const hundreds = text.charCodeAt(requestEnd + 2) - 48;
    const rest = twoDigitsAt(text, requestEnd + 3);
    if (text.charCodeAt(requestEnd + 1) !== SPACE || text.charCodeAt(requestEnd + 5) !== SPACE) {
      return false;
    }
    if (!(hundreds >= 1 && hundreds <= 9) || rest > 99) return false;
    this.found.http_status = hundreds * 100 + rest;
    const length = sizeEnd - sizeStart;
    if (length < 1 || length > 15) return false;
    if (length === 1 && text.charCodeAt(sizeStart) === DASH) {
      this.found.response_bytes = undefined;
      return true;
    }
    let size = 0;
    for (let at = sizeStart; at < sizeEnd; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) return false;
      size = size * 10 + digit;
    }
    this.found.response_bytes = size;
    return true;
  }

  /** `GET /path?query HTTP/1.1` */
  #scanRequest(text: string, start: number, end: number): boolean {
    let at = start;
    for (; at < end; at++) {
      const c = text.charCodeAt(at);
      if (c < 65 || c > 90) break;
    }
    const protocol = end - 9;
    if (at === start || text.charCodeAt(at) !== SPACE || text.charCodeAt(at + 1) !== 47) {
      return false;
    }
    if (protocol <= at + 1 || !text.startsWith(" HTTP/", protocol)) return false;
    const query = text.indexOf("?", at + 1);
    this.found.url_path = text.slice(at + 1, query >= 0 && query < protocol ? query : protocol);
    return true;
  }
}

/** Returns the index after an IPv4 address that a space follows, or -1. */
function addressEnd(text: string, start: number): number {
  let dots = 0;
  let digits = 0;
  for (let at = start; at < start + 16; at++) {
    const c = text.charCodeAt(at);
    if (c >= 48 && c <= 57) digits++;
    else if (c === 46 && digits > 0) {
      dots++;
      digits = 0;
    } else return c === SPACE && dots === 3 && digits > 0 && digits <= 3 ? at : -1;
    if (digits > 3) return -1;
  }
  return -1;
}
