import { hasHalfSurrogate } from "../grammar/mod.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import type { FileTimes } from "./_file_times.ts";

/** `key=value` pairs by the grammar of Go's logfmt package, which is strict. */
export const LOGFMT: LineParser = {
  formats: ["logfmt"],
  joins: "none",
  leastShare: 0.05,
  parse: parseLogfmt,
  parseAsked: (line, times) => {
    const pairs = readPairs(line);
    if (pairs instanceof Malformed) return pairs;
    // By the grammar any sentence is a row of keys.
    return pairs.some(({ value }) => value !== undefined) ? recordOf(pairs, times) : undefined;
  },
};

/** Pairs with a time and a level, or one of them and a message, or method, target and status, begin an event wherever they stand. */
export const LOGFMT_EVENTS: LineParser = {
  ...LOGFMT,
  leastShare: 0,
  parse(line, times) {
    const result = parseLogfmt(line, times);
    if (!(result instanceof LogRecord)) return undefined;
    const { timestamp_raw, severity_number, body } = result;
    const known =
      [timestamp_raw, severity_number, body].filter((value) => value !== undefined).length;
    const { http_method, url_original, http_status } = result;
    const isRequest = (http_method && url_original && http_status) !== undefined;
    return known >= 2 || isRequest ? result : undefined;
  },
};

const SINGLE_QUOTED = /^'([^']*)'(?=\s|$)/;
const FIRST_PAIR = /^\s*[A-Za-z_@][\w.@/-]*=/;
const SECOND_PAIR = /[\s"][A-Za-z_@][\w.@/-]*=/;

interface Pair {
  readonly key: string;
  /** `undefined`: the key stands alone. */
  readonly value: string | undefined;
}

function parseLogfmt(line: string, time: FileTimes): ParseResult {
  // By the grammar every English sentence is logfmt: a row of keys. So two pairs are asked for.
  if (!FIRST_PAIR.test(line) || !SECOND_PAIR.test(line)) return undefined;
  const pairs = readPairs(line);
  if (pairs instanceof Malformed) return pairs;
  const bare = pairs.filter((pair) => pair.value === undefined).length;
  if (pairs.length - bare < 2 || bare * 2 > pairs.length) return undefined;
  return recordOf(pairs, time);
}

function recordOf(pairs: readonly Pair[], time: FileTimes): LogRecord {
  const record = new LogRecord("logfmt");
  for (const { key, value } of pairs) setNamedField(record, key, value ?? "true", time);
  return record;
}

function readPairs(line: string): Pair[] | Malformed {
  const pairs: Pair[] = [];
  for (let at = 0; at < line.length;) {
    if (line.charCodeAt(at) <= 32) {
      at++;
      continue;
    }
    const keyEnd = endOfWord(line, at);
    if (keyEnd === at) return new Malformed(`unexpected '${line[at]}'`, at + 1);
    const key = line.slice(at, keyEnd);
    if (line[keyEnd] === '"') return new Malformed(`unexpected '"' in a key`, keyEnd + 1);
    if (line[keyEnd] !== "=") {
      pairs.push({ key, value: undefined });
      at = keyEnd;
      continue;
    }
    const value = readValue(line, keyEnd + 1);
    if (value instanceof Malformed) return value;
    pairs.push({ key, value: value.text });
    at = value.end;
  }
  return pairs;
}

function readValue(line: string, start: number): { text: string; end: number } | Malformed {
  if (line.charCodeAt(start) !== 34) {
    const end = endOfWord(line, start);
    const quoted = line.charCodeAt(start) === 39 ? SINGLE_QUOTED.exec(line.slice(start)) : null;
    // Ruby's lograge writes its errors so.
    if (quoted?.[1] !== undefined && quoted[0].length > end - start) {
      return { text: quoted[1], end: start + quoted[0].length };
    }
    if (line[end] === "=" || line[end] === '"') {
      return new Malformed(`unexpected '${line[end]}'`, end + 1);
    }
    return { text: line.slice(start, end), end };
  }
  let end = start + 1;
  while (end < line.length && line.charCodeAt(end) !== 34) {
    end += line.charCodeAt(end) === 92 ? 2 : 1;
  }
  if (end >= line.length) return new Malformed("unterminated quoted value", start + 1);
  const inner = line.slice(start + 1, end);
  if (!inner.includes("\\")) return { text: inner, end: end + 1 };
  if (hasHalfSurrogate(inner)) return new Malformed("half of a surrogate pair", start + 1);
  try {
    return { text: String(JSON.parse(line.slice(start, end + 1))), end: end + 1 };
  } catch {
    return new Malformed("invalid quoted value", start + 1);
  }
}

/** A word ends at white space, `=` or `"`. */
function endOfWord(line: string, from: number): number {
  let at = from;
  for (; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c <= 32 || c === 61 || c === 34) break;
  }
  return at;
}
