import { isAt, viewOf, type Words, wordsOf } from "./byte_words.ts";
import { durationNanos } from "./_duration.ts";
import {
  decimal,
  digits,
  epochSeconds,
  isoSeconds,
  listEnd,
  literalEnd,
  numberEnd,
  stringEnd,
} from "./_json_bytes.ts";
import { type Key, keyAt, type Names, namesOf, textOf } from "./_json_names.ts";
import type { Meaning } from "./_field_names.ts";
import type { ScannedJson, Span } from "./_scanned_json.ts";
import { HTTP_SIGN, IS_DOUBTFUL, isHttpMethod, isKnownStatus } from "./_http_fields.ts";
import { isNothing, levelNumber } from "./_named_fields.ts";

const [NEWLINE, CR, SPACE, QUOTE, COMMA, DASH] = [10, 13, 32, 34, 44, 45] as const;
const [COLON, OPEN_LIST, OPEN, CLOSE] = [58, 91, 123, 125] as const;
const [MOST_LEVELS, MOST_DEPTH, MOST_NUMBER, MOST_TEXT] = [64, 8, 15, 2048];
const [QUESTION, SLASH, LOWER_P, MOST_PLACEHOLDER] = [63, 47, 112, 9];
const NANOS: Partial<Record<Meaning, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, duration: NaN };

/** A level as it was written, and what it means. */
interface Level {
  readonly text: Words;
  readonly number: number | undefined;
}

/**
 * Reads lines of JSON for counting, as bytes.
 *
 * It knows the plain forms only, in ASCII; what is unusual in any way is left to the parser, which says the same of each
 * line that this one takes: a test compares them.
 */
export class JsonScanner {
  readonly #root = namesOf("");
  /** Filled by {@linkcode scan}; valid until the next call. */
  readonly found: ScannedJson = {
    ...{ severity_number: undefined, http_status: undefined, duration_ns: undefined },
    ...{ epochSeconds: undefined, response_bytes: undefined, error_type: undefined },
    path: { start: -1, end: -1 },
    client: { start: -1, end: -1 },
    agent: { start: -1, end: -1 },
  };
  /** The one that was there last comes first. */
  readonly #levels: Level[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #line = 0;
  #hasBody = false;
  #hasLevel = false;
  #hasTime = false;
  #isNumericLevel = false;
  #signs = 0;
  readonly #method: Span = { start: -1, end: -1 };

  /** Reads the line at an index; returns the index after its line break, or -1: the parser must read it. */
  scan(bytes: Uint8Array, start: number): number {
    if (bytes[start] !== OPEN) return -1;
    this.#bytes = bytes;
    this.#line++;
    this.#hasBody = this.#hasLevel = this.#hasTime = false;
    this.#signs = 0;
    this.#method.start = -1;
    const { found } = this;
    found.severity_number = found.http_status = found.duration_ns = undefined;
    found.epochSeconds = found.response_bytes = found.error_type = undefined;
    found.path.start = found.client.start = found.agent.start = -1;
    const end = this.#object(start + 1, this.#root, 0);
    if (end < 0) return -1;
    const lineEnd = bytes[end] === CR ? end + 1 : end;
    if (bytes[lineEnd] !== NEWLINE || !this.#isSettled()) return -1;
    if (found.severity_number !== undefined) return lineEnd + 1;
    // Without a level the message may be a whole line of a log.
    return this.#hasBody || !this.#hasTime ? -1 : lineEnd + 1;
  }

  /** Reads what follows a brace; returns the index after the one that closes it. */
  #object(from: number, names: Names, depth: number): number {
    const bytes = this.#bytes;
    const view = viewOf(bytes);
    let at = from;
    while (bytes[at] === SPACE) at++;
    if (bytes[at] === CLOSE) return at + 1;
    let before: Key | undefined;
    for (;;) {
      if (bytes[at] !== QUOTE) return -1;
      const expected = before === undefined ? names.first : before.next;
      let key = expected !== undefined && isAt(view, at + 1, expected.name) ? expected : undefined;
      if (key === undefined) {
        key = keyAt(bytes, at + 1, names);
        if (key === undefined) return -1;
        if (before === undefined) names.first = key;
        else before.next = key;
      }
      if (key.line === this.#line || key.isOdd) return -1;
      key.line = this.#line;
      before = key;
      at += key.name.length + 1;
      while (bytes[at] === SPACE) at++;
      if (bytes[at++] !== COLON) return -1;
      while (bytes[at] === SPACE) at++;
      at = this.#value(at, key, depth);
      if (at < 0) return -1;
      while (bytes[at] === SPACE) at++;
      if (bytes[at] === CLOSE) return at + 1;
      if (bytes[at++] !== COMMA) return -1;
      while (bytes[at] === SPACE) at++;
    }
  }

  #value(at: number, key: Key, depth: number): number {
    const bytes = this.#bytes;
    const c = bytes[at] as number;
    const { meaning } = key;
    if (c === QUOTE) {
      const end = stringEnd(bytes, at + 1, meaning === undefined || meaning === "body");
      if (end < 0) return -1;
      if (meaning !== undefined && !this.#set(meaning, at + 1, end, true)) return -1;
      this.#signs |= key.sign;
      return end + 1;
    }
    if (c === OPEN) {
      if (depth === MOST_DEPTH || depth === 0 && key.isOddObject) return -1;
      key.names ??= namesOf(`${key.path}.`);
      return this.#object(at + 1, key.names, depth + 1);
    }
    if (c === OPEN_LIST) return meaning === undefined ? listEnd(bytes, at + 1, depth) : -1;
    if (c === DASH || c >= 48 && c <= 57) {
      const end = numberEnd(bytes, at);
      if (end < 0 || meaning === undefined) return end;
      if (c === DASH || end - at > 20 || !this.#set(meaning, at, end, false)) return -1;
      this.#signs |= key.sign;
      return end;
    }
    const end = literalEnd(bytes, at);
    return end < 0 || meaning === undefined || c === 110 ? end : -1;
  }

  /** Whether what need not be of HTTP is so beyond doubt. */
  #isSettled(): boolean {
    if ((this.#signs & (HTTP_SIGN | IS_DOUBTFUL)) !== IS_DOUBTFUL) return true;
    const { path, http_status } = this.found;
    const { start, end } = this.#method;
    return path.start >= 0 && isKnownStatus(http_status) ||
      start >= 0 && isHttpMethod(this.#slice(start, end));
  }

  /** Whether a text is neither a placeholder, as far as one can see, nor too long to be looked at. */
  #isValue(start: number, end: number): boolean {
    const length = end - start;
    return length > MOST_PLACEHOLDER && length <= MOST_TEXT ||
      length > 1 && length <= MOST_PLACEHOLDER && !isNothing(this.#slice(start, end));
  }

  #slice(start: number, end: number): string {
    return textOf(this.#bytes, start, end);
  }

  /** Sets a value as the parser would; `false`: only the parser can. */
  #set(meaning: Meaning, start: number, end: number, isText: boolean): boolean {
    const { found } = this;
    switch (meaning) {
      case "body":
        this.#hasBody = true;
        return true;
      case "time":
        if (this.#hasTime) return true;
        this.#hasTime = true;
        found.epochSeconds = (isText ? isoSeconds : epochSeconds)(this.#bytes, start, end);
        return found.epochSeconds !== undefined;
      case "level":
        return this.#setLevel(start, end, isText);
      case "status":
      case "bytes":
        return this.#setWhole(meaning, start, end);
      case "target":
      case "path":
        return isText && this.#setPath(start, end);
      case "request":
        return isText && this.#setRequest(start, end);
      case "client_address":
        return isText && this.#setSpan(found.client, start, end);
      case "user_agent":
        return isText && this.#setSpan(found.agent, start, end);
      case "http_method":
        if (this.#method.start >= 0) return false;
        this.#method.start = start;
        this.#method.end = end;
        return isText;
      case "error_type":
        if (!this.#isValue(start, end) || !isText) return false;
        found.error_type ??= this.#slice(start, end);
        return true;
      default:
        return NANOS[meaning] !== undefined && this.#setDuration(meaning, start, end, isText);
    }
  }

  #setLevel(start: number, end: number, isText: boolean): boolean {
    // A name next to a number decides what it means.
    if (this.#hasLevel) return !this.#isNumericLevel;
    const first = this.#bytes[start] as number;
    // Of zap, a panic is no fatal error.
    if (end - start > (isText ? 13 : 2) || (first | 32) === LOWER_P) return false;
    this.#hasLevel = true;
    this.#isNumericLevel = first >= 48 && first <= 57;
    const levels = this.#levels;
    const view = viewOf(this.#bytes);
    let known = levels.find(({ text }) => text.length === end - start && isAt(view, start, text));
    if (known === undefined) {
      const number = levelNumber(this.#slice(start, end));
      known = { text: wordsOf(this.#bytes.slice(start, end)), number };
      if (levels.length < MOST_LEVELS) levels.push(known);
    }
    this.found.severity_number = known.number;
    return true;
  }

  #setWhole(meaning: "status" | "bytes", start: number, end: number): boolean {
    const isStatus = meaning === "status";
    const length = end - start;
    const isLong = isStatus ? length !== 3 : length > MOST_NUMBER || length === 0;
    const number = isLong ? -1 : digits(this.#bytes, start, end);
    if (isStatus && this.found.http_status !== undefined || number < (isStatus ? 100 : 0)) {
      return false;
    }
    if (isStatus) this.found.http_status = number;
    else this.found.response_bytes ??= number;
    return true;
  }

  #setDuration(meaning: Meaning, start: number, end: number, isText: boolean): boolean {
    const { found } = this;
    // A bare number is no duration if neither its name nor the value has a unit.
    if (found.duration_ns !== undefined || meaning === "duration" && !isText) return true;
    if (end - start > MOST_NUMBER) return false;
    if (isText) {
      const unit = meaning as "ns" | "us" | "ms" | "s" | "duration";
      found.duration_ns = durationNanos(
        this.#slice(start, end),
        unit === "duration" ? undefined : unit,
      );
      return true;
    }
    const nanos = Math.round(decimal(this.#bytes, start, end) * (NANOS[meaning] ?? NaN));
    if (!Number.isSafeInteger(nanos)) return false;
    found.duration_ns = nanos;
    return true;
  }

  /** The path of a target such as `/a?b`; what is in another form is left to the parser. */
  #setPath(start: number, end: number): boolean {
    const bytes = this.#bytes;
    if (bytes[start] !== SLASH || end - start > MOST_TEXT) return false;
    const { path } = this.found;
    if (path.start >= 0) return true;
    let pathEnd = start;
    while (pathEnd < end && bytes[pathEnd] !== QUESTION) pathEnd++;
    path.start = start;
    path.end = pathEnd;
    return true;
  }

  /** The path of `GET /a HTTP/1.1`; another text is no request. */
  #setRequest(start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = start;
    while ((bytes[at] as number) >= 65 && (bytes[at] as number) <= 90) at++;
    if (at === start || bytes[at] !== SPACE) return true;
    let targetEnd = at + 1;
    while (targetEnd < end && bytes[targetEnd] !== SPACE) targetEnd++;
    if (targetEnd === end || end - targetEnd > 9) return true;
    if (!/^ HTTP\/\d(?:\.\d)?$/.test(this.#slice(targetEnd, end))) return true;
    return this.#setPath(at + 1, targetEnd);
  }

  #setSpan(span: Span, start: number, end: number): boolean {
    if (!this.#isValue(start, end)) return false;
    if (span.start < 0) {
      span.start = start;
      span.end = end;
    }
    return true;
  }
}
