import { Buffer } from "node:buffer";
import { durationNanos } from "./_duration.ts";
import type { MetricInput } from "./log_metrics.ts";
import { LogRecord } from "./_log_record.ts";
import {
  digits,
  epochSeconds,
  isAt,
  isoSeconds,
  listEnd,
  literalEnd,
  numberEnd,
  stringEnd,
} from "./_json_bytes.ts";
import { levelNumber, type Meaning, meaningOf } from "./_named_fields.ts";
import { setTarget } from "./_url.ts";

const [NEWLINE, CR, SPACE, QUOTE, COMMA, DASH] = [10, 13, 32, 34, 44, 45] as const;
const [COLON, OPEN_LIST, OPEN, CLOSE] = [58, 91, 123, 125] as const;
/** Names that say which library writes, whose fields the parser knows, or that something else is in the line. */
const DIALECTS: ReadonlySet<string> = new Set([
  ...["instant", "PRIORITY", "__REALTIME_TIMESTAMP", "short_message", "severityNumber", "log"],
  ...["SeverityNumber", "levelno", "DownstreamStatus", "@t", "s", "target", "resourceLogs"],
  ...["Records", "records"],
]);
/** Objects whose being there changes what other fields mean: Caddy's, MongoDB's. */
const DIALECT_OBJECTS: ReadonlySet<string> = new Set(["request", "t"]);
const BODIES: ReadonlySet<string> = new Set(["event", "@mt", "MessageTemplate"]);
const COUNTED: ReadonlySet<Meaning> = new Set<Meaning>([
  ...["time", "level", "body", "target", "path", "status", "bytes", "client_address"] as const,
  ...["user_agent", "error_type", "error_stack", "duration", "ns", "us", "ms", "s"] as const,
]);
const [MOST_KEYS, MOST_DEPTH, MOST_NUMBER] = [256, 8, 15];

/** A name as it was seen at one place of the objects. */
interface Key {
  readonly bytes: Uint8Array;
  /** What metrics need of it; `undefined`: nothing. */
  readonly meaning: Meaning | undefined;
  readonly isOdd: boolean;
  readonly path: string;
  /** The key that came after it in the line before. */
  next: Key | undefined;
  /** The line in which it was seen last. */
  line: number;
  /** Names of the object that it holds. */
  names: Names | undefined;
}

interface Names {
  readonly prefix: string;
  readonly keys: Map<string, Key>;
  first: Key | undefined;
}

/**
 * Reads lines of JSON for counting, as bytes.
 *
 * It knows the plain forms only, in ASCII; what is unusual in any way is left to the parser, which says the same of each
 * line that this one takes: a test compares them.
 */
export class JsonScanner {
  readonly #root: Names = { prefix: "", keys: new Map(), first: undefined };
  readonly #levels = new Map<string, number | undefined>();
  readonly #record = new LogRecord("jsonl");
  #bytes: Uint8Array = new Uint8Array(0);
  #text: Buffer = Buffer.alloc(0);
  #line = 0;
  #keys = 0;
  #hasBody = false;

  /** What the last line holds; valid until the next call. */
  get found(): MetricInput {
    return this.#record;
  }

  /** Reads the line at an index; returns the index after its line break, or -1: the parser must read it. */
  scan(bytes: Uint8Array, start: number): number {
    if (bytes[start] !== OPEN) return -1;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#line++;
    this.#hasBody = false;
    const record = this.#record;
    record.severity_number = record.http_status = record.duration_ns = undefined;
    record.epochSeconds =
      record.error_type =
      record.url_path =
      record.client_address =
        undefined;
    record.user_agent = record.response_bytes = record.url_original = undefined;
    record.severity_text = record.timestamp_raw = undefined;
    const end = this.#object(start + 1, this.#root, 0);
    if (end < 0) return -1;
    const lineEnd = bytes[end] === CR ? end + 1 : end;
    if (bytes[lineEnd] !== NEWLINE) return -1;
    const hasLevel = record.severity_number !== undefined;
    // Without a level the message may be a whole line of a log.
    if (!hasLevel && (this.#hasBody || record.timestamp_raw === undefined)) return -1;
    return lineEnd + 1;
  }

  /** Reads what follows a brace; returns the index after the one that closes it. */
  #object(from: number, names: Names, depth: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === SPACE) at++;
    if (bytes[at] === CLOSE) return at + 1;
    let before: Key | undefined;
    for (;;) {
      if (bytes[at] !== QUOTE) return -1;
      const expected = before === undefined ? names.first : before.next;
      let key = expected !== undefined && isAt(bytes, at + 1, expected.bytes)
        ? expected
        : undefined;
      if (key === undefined) {
        key = this.#keyAt(at + 1, names);
        if (key === undefined) return -1;
        if (before === undefined) names.first = key;
        else before.next = key;
      }
      if (key.line === this.#line || key.isOdd) return -1;
      key.line = this.#line;
      before = key;
      at += key.bytes.length + 1;
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

  /** Finds the name at an index; its bytes end with the quote. */
  #keyAt(at: number, names: Names): Key | undefined {
    const bytes = this.#bytes;
    const end = stringEnd(bytes, at, false);
    // Names that are whole numbers come first in an object, wherever they stand.
    if (end <= at || (bytes[at] as number) <= 57) return undefined;
    const name = this.#slice(at, end);
    const known = names.keys.get(name);
    if (known !== undefined) return known;
    if (this.#keys++ > MOST_KEYS) return undefined;
    const path = names.prefix + name;
    const meaning = meaningOf(path);
    const key: Key = {
      bytes: bytes.slice(at, end + 1),
      isOdd: DIALECTS.has(path),
      meaning: BODIES.has(path)
        ? "body"
        : meaning === undefined || COUNTED.has(meaning)
        ? meaning
        : undefined,
      path,
      next: undefined,
      line: 0,
      names: undefined,
    };
    names.keys.set(name, key);
    return key;
  }

  #value(at: number, key: Key, depth: number): number {
    const bytes = this.#bytes;
    const c = bytes[at] as number;
    const { meaning } = key;
    if (c === QUOTE) {
      const end = stringEnd(bytes, at + 1, meaning === undefined || meaning === "body");
      if (end < 0) return -1;
      if (meaning !== undefined && !this.#set(meaning, at + 1, end, true)) return -1;
      return end + 1;
    }
    if (c === OPEN) {
      if (depth === MOST_DEPTH || depth === 0 && DIALECT_OBJECTS.has(key.path)) return -1;
      key.names ??= { prefix: `${key.path}.`, keys: new Map(), first: undefined };
      return this.#object(at + 1, key.names, depth + 1);
    }
    if (c === OPEN_LIST) return meaning === undefined ? listEnd(bytes, at + 1, depth) : -1;
    if (c === DASH || c >= 48 && c <= 57) {
      const end = numberEnd(bytes, at);
      if (end < 0 || meaning === undefined) return end;
      if (c === DASH || end - at > 20 || !this.#set(meaning, at, end, false)) return -1;
      return end;
    }
    const end = literalEnd(bytes, at);
    return end < 0 || meaning === undefined || c === 110 ? end : -1;
  }

  #slice(start: number, end: number): string {
    return this.#text.toString("latin1", start, end);
  }

  /** Sets a value as the parser would; `false`: only the parser can. */
  #set(meaning: Meaning, start: number, end: number, isText: boolean): boolean {
    const record = this.#record;
    switch (meaning) {
      case "body":
        this.#hasBody = true;
        return true;
      case "time":
        if (record.timestamp_raw !== undefined) return true;
        record.epochSeconds = (isText ? isoSeconds : epochSeconds)(this.#bytes, start, end);
        record.timestamp_raw = "";
        return record.epochSeconds !== undefined;
      case "level":
        return this.#setLevel(start, end, isText);
      case "status":
      case "bytes":
        return this.#setWhole(meaning, start, end);
      case "duration":
      case "ns":
      case "us":
      case "ms":
      case "s":
        if (record.duration_ns !== undefined || meaning === "duration" && !isText) return true;
        if (end - start > MOST_NUMBER) return false;
        record.duration_ns = durationNanos(
          this.#slice(start, end),
          meaning === "duration" ? undefined : meaning,
        );
        return isText || record.duration_ns !== undefined;
      case "target":
      case "path":
        if (!isText || end - start === 1 && this.#bytes[start] === DASH) return false;
        if (record.url_original === undefined) {
          setTarget(record, this.#slice(start, end));
        }
        return true;
      case "client_address":
      case "user_agent":
      case "error_type":
        if (!isText || end - start < 2) return false;
        record[meaning] ??= this.#slice(start, end);
        return true;
      default:
        return false;
    }
  }

  #setLevel(start: number, end: number, isText: boolean): boolean {
    const record = this.#record;
    if (record.severity_text !== undefined) return true;
    if (end - start > (isText ? 13 : 2)) return false;
    const level = this.#slice(start, end);
    let number = this.#levels.get(level);
    if (number === undefined) {
      number = levelNumber(level);
      if (this.#levels.size < MOST_KEYS) this.#levels.set(level, number);
    }
    record.severity_text = level;
    record.severity_number = number;
    return true;
  }

  #setWhole(meaning: "status" | "bytes", start: number, end: number): boolean {
    const isStatus = meaning === "status";
    const length = end - start;
    const isLong = isStatus ? length !== 3 : length > MOST_NUMBER || length === 0;
    const number = isLong ? -1 : digits(this.#bytes, start, end);
    if (number < (isStatus ? 100 : 0)) return false;
    if (isStatus) this.#record.http_status ??= number;
    else this.#record.response_bytes ??= number;
    return true;
  }
}
