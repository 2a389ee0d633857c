import { type Words, wordsOf } from "./byte_words.ts";
import { stringEnd } from "./_json_bytes.ts";
import { type Meaning, meaningOf } from "./_field_names.ts";
import { signOf } from "./_http_fields.ts";

/** Names that say which library writes, whose fields the parser knows, or that something else is in the line. */
const DIALECTS: ReadonlySet<string> = new Set([
  ...["instant", "PRIORITY", "__REALTIME_TIMESTAMP", "short_message", "severityNumber", "log"],
  ...["SeverityNumber", "levelno", "DownstreamStatus", "@t", "s", "target", "resourceLogs"],
  ...["Records", "records", "reqId", "err_symbol", "requestTime"],
  ...["response_flags", "responseLength", "routeKey", "network.client.ip", "ddsource", "ddtags"],
  ...["network.bytes_written", "ua", "latencies.kong", "resultCode", "ResultCode"],
  ...["properties.timeTaken", "properties.CsMethod", "properties.ScStatus"],
  "msec",
]);
/** Objects whose being there changes what other fields mean: Caddy's, MongoDB's, Falco's. */
const DIALECT_OBJECTS: ReadonlySet<string> = new Set(["request", "t", "output_fields"]);
const BODIES: ReadonlySet<string> = new Set(["event", "@mt", "MessageTemplate"]);
const COUNTED: ReadonlySet<Meaning> = new Set<Meaning>([
  ...["time", "level", "body", "target", "request", "path", "status", "bytes"] as const,
  "http_method",
  ...[
    "client_address",
    "user_agent",
    "error_type",
    "error_stack",
    "duration",
    "ns",
    "us",
    "ms",
    "s",
  ] as const,
]);
const MOST_KEYS = 256;

/** A name as it was seen at one place of the objects. */
export interface Key {
  /** With the quote that ends it. */
  readonly name: Words;
  /** What metrics need of it; `undefined`: nothing. */
  readonly meaning: Meaning | undefined;
  /** What the name says of HTTP: bits of `_http_fields.ts`. */
  readonly sign: number;
  /** Only the parser knows what it means. */
  readonly isOdd: boolean;
  /** Only the parser knows what an object of this name at the top means. */
  readonly isOddObject: boolean;
  readonly path: string;
  /** The key that came after it in the line before. */
  next: Key | undefined;
  /** The line in which it was seen last. */
  line: number;
  /** Names of the object that it holds. */
  names: Names | undefined;
}

/** The names of the objects at one place. */
export interface Names {
  readonly prefix: string;
  readonly keys: Map<string, Key>;
  first: Key | undefined;
}

/** Begins the names of a place, which a prefix such as `req.` tells. */
export function namesOf(prefix: string): Names {
  return { prefix, keys: new Map(), first: undefined };
}

/** Whether a name joined by dots may be that of a place within another: `{"a":{"b":1},"a.b":2}`. */
function mayMeet(name: string, keys: Names["keys"]): boolean {
  return keys.keys().some((one) => one.startsWith(`${name}.`) || name.startsWith(`${one}.`));
}

/** Finds the name at an index; `undefined`: only the parser can. */
export function keyAt(bytes: Uint8Array, at: number, { prefix, keys }: Names): Key | undefined {
  const end = stringEnd(bytes, at, false);
  // Names that are whole numbers come first in an object, wherever they stand.
  if (end <= at || (bytes[at] as number) <= 57 || end - at > MOST_KEYS) return undefined;
  const name = textOf(bytes, at, end);
  const known = keys.get(name);
  if (known !== undefined || keys.size === MOST_KEYS) return known;
  const path = prefix + name;
  const meaning = BODIES.has(path) ? "body" : meaningOf(path);
  const key: Key = {
    name: wordsOf(bytes.slice(at, end + 1)),
    meaning: meaning !== undefined && COUNTED.has(meaning) ? meaning : undefined,
    sign: signOf(path, meaning),
    isOdd: DIALECTS.has(path) || mayMeet(name, keys),
    isOddObject: DIALECT_OBJECTS.has(path),
    path,
    next: undefined,
    line: 0,
    names: undefined,
  };
  keys.set(name, key);
  return key;
}

/** The text of bytes that are ASCII. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
