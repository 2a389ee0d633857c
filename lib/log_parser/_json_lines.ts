import { hasHalfSurrogate, jsonErrorColumn } from "../grammar/mod.ts";
import { epochClock } from "./clock_patterns.ts";
import { durationNanos } from "./_duration.ts";
import { meaningOf } from "./_field_names.ts";
import type { FileTimes } from "./_file_times.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import { letterSeverity, severityNumber, syslogSeverityNumber } from "./severity_number.ts";
import { setCause } from "./_traces.ts";
import { setTimestamp } from "./_timestamp.ts";
import { type JsonObject, parseExact, repairJson } from "./_json_text.ts";

/** JSON lines of any library: known names get their column, nested names are joined with a dot. */
export const JSON_LINES: LineParser = {
  formats: ["jsonl"],
  joins: "none",
  leastShare: 0.05,
  parse: parseJsonLine,
};

/** An object with a time or a level begins an event wherever it stands; broken or other JSON may be a part of a text. */
export const JSON_EVENTS: LineParser = {
  ...JSON_LINES,
  leastShare: 0,
  isUnambiguous: true,
  parse(line, times) {
    const first = line.charCodeAt(0);
    if (first === 95) return parseJournal(line, times);
    if (first !== 123) return undefined;
    // In an array that has an element a line, a comma follows each but the last one.
    const end = line.charCodeAt(line.length - 1) === 44 ? line.length - 1 : line.length;
    if (line.charCodeAt(end - 1) !== 125) return undefined;
    const result = parseJsonLine(end === line.length ? line : line.slice(0, end), times);
    if (result instanceof Malformed && result.isCertain) return result;
    if (!(result instanceof LogRecord)) return undefined;
    const isEvent = result.timestamp_raw !== undefined || result.severity_number !== undefined;
    return isEvent ? result : undefined;
  },
};

const MAX_DEPTH = 32;

function parseJsonLine(line: string, times: FileTimes): ParseResult {
  let start = 0;
  while (line.charCodeAt(start) <= 32) start++;
  if (line.charCodeAt(start) !== 123) return undefined;
  if (hasHalfSurrogate(line)) {
    return new Malformed("a text holds half of a surrogate pair", line.search(/\\u[dD]/) + 1);
  }
  const record = new LogRecord("jsonl");
  let value: JsonObject;
  try {
    value = parseExact(line);
  } catch (error) {
    const repaired = line.includes("\\x") ? repairJson(line) : undefined;
    if (repaired === undefined) {
      return new Malformed("not valid JSON", jsonErrorColumn(error, line));
    }
    value = repaired;
    markPartial(record, "\\xhh is no escape of JSON; it was read as nginx writes it");
  }
  const packed = unpacked(value);
  if (typeof packed === "number") {
    const message =
      `one line holds ${packed} log records, expected one: write each on its own line`;
    return new Malformed(message, 1, true);
  }
  return readObject(record, packed, times, line);
}

/** An entry of `journalctl -o export`, its lines joined. */
function parseJournal(line: string, times: FileTimes): ParseResult {
  if (!line.startsWith("__CURSOR=")) return undefined;
  const fields = line.split("\n").map((field) => {
    const sign = field.indexOf("=");
    return [field.slice(0, sign), field.slice(sign + 1)] as const;
  });
  const record = readObject(new LogRecord("jsonl"), Object.fromEntries(fields), times, undefined);
  const names = new Set(fields.map(([name]) => name));
  if (names.size < fields.length) {
    markPartial(record, "a field comes twice: its last value counts");
  }
  return record;
}

function readObject(
  record: LogRecord,
  value: JsonObject,
  times: FileTimes,
  line: string | undefined,
): LogRecord {
  setDialect(record, value, times);
  const keys = flatten(record, "", value, times, 0);
  const twice = line === undefined ? undefined : keyGivenTwice(line, keys);
  if (twice !== undefined) {
    markPartial(record, `key ${twice} comes twice in one object: its last value counts`);
  }
  if (record.error_stack !== undefined) setCause(record, record.error_stack);
  if (record.body?.endsWith("\n")) record.body = record.body.slice(0, -1); // docker keeps it
  // journald, Filebeat and the like know no level: their message may be a whole line of a log.
  record.mayHoldLine = record.severity_number === undefined || "__REALTIME_TIMESTAMP" in value;
  return record;
}

/** Sets what the names alone would get wrong: each library has a field or two whose unit or numbers are its own. */
function setDialect(record: LogRecord, value: JsonObject, times: FileTimes): void {
  const { instant, s, c, level } = value;
  if (isObject(instant) && "epochSecond" in instant) {
    const nanos = String(instant["nanoOfSecond"] ?? 0).padStart(9, "0");
    const seconds = String(instant["epochSecond"]);
    setTimestamp(record, `${seconds}.${nanos}`, { ...epochClock(seconds), fraction: nanos }, times);
  } else if (isObject(value["t"]) && typeof s === "string" && typeof c === "string") {
    setSeverity(record, s, letterSeverity(s[0] ?? "")); // MongoDB
    record.logger = c;
    if (typeof value["ctx"] === "string") record.thread_name = value["ctx"];
  } else if ("PRIORITY" in value && "__REALTIME_TIMESTAMP" in value) {
    setSyslogLevel(record, value["PRIORITY"]); // journald
    const facility = String(value["SYSLOG_FACILITY"]);
    if (/^(?:1?\d|2[0-3])$/.test(facility)) record.syslog_facility = Number(facility);
    record.body = bytesOf(value["MESSAGE"]);
  } else if ("short_message" in value && "version" in value) {
    setSyslogLevel(record, level); // GELF
  } else if ("severityNumber" in value || "SeverityNumber" in value) {
    const number = Number(value["severityNumber"] ?? value["SeverityNumber"]);
    const text = value["severityText"] ?? value["SeverityText"] ?? number;
    if (number >= 1 && number <= 24) setSeverity(record, String(text), number); // OTLP
  } else if (isObject(value["output_fields"]) && "rule" in value && "output" in value) {
    setSeverity(record, String(value["priority"]), undefined); // Falco
    record.body = String(value["output"]);
  } else if ("levelno" in value && typeof (value["levelname"] ?? level) !== "string") {
    const number = Number(value["levelno"]);
    setSeverity(record, String(number), [undefined, 5, 9, 13, 17, 18][number / 10]); // Python
  } else if ("err_symbol" in value && typeof value["label"] === "string") {
    setSeverity(record, value["label"], undefined); // MySQL
  } else if (typeof value["channel"] === "string" && "level_name" in value && "datetime" in value) {
    record.logger = value["channel"]; // Monolog
  } else if ("reqId" in value && "app" in value && typeof level === "number") {
    setSeverity(record, String(level), [5, 9, 13, 17, 21][level]); // Nextcloud
  } else if ("DownstreamStatus" in value && "Duration" in value) {
    record.duration_ns = durationNanos(String(value["Duration"]), "ns"); // Traefik
  } else if (isObject(value["request"]) && isNumber(value["duration"])) {
    record.duration_ns = durationNanos(String(value["duration"]), "s"); // Caddy
    if (typeof value["size"] === "number") record.response_bytes = value["size"];
  } else if ((level === "panic" || level === "PANIC") && "ts" in value && "caller" in value) {
    setSeverity(record, String(level), 19); // zap has a level above it
  } else if ("@t" in value && !("@l" in value)) record.severity_number = 9; // Serilog leaves out Information
}

/** journald writes text with other than printable characters as its bytes. */
function bytesOf(message: unknown): string | undefined {
  if (!Array.isArray(message) || !message.every((byte) => byte >= 0 && byte <= 255)) {
    return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(message));
  } catch {
    return undefined; // The numbers stay: no byte is replaced.
  }
}

function setSyslogLevel(record: LogRecord, level: unknown): void {
  const number = /^[0-7]$/.test(String(level)) ? Number(level) : undefined;
  if (number !== undefined) setSeverity(record, String(number), syslogSeverityNumber(number));
}

function setSeverity(record: LogRecord, text: string, number: number | undefined): void {
  record.severity_text = text;
  record.severity_number = number ?? severityNumber(text);
}

/** Takes a record out of what OTLP and CloudTrail pack records into; a number: there are as many, or none. */
function unpacked(value: JsonObject): JsonObject | number {
  const { resourceLogs, Records, records } = value;
  const only = Object.keys(value).length === 1;
  if (!only || !Array.isArray(resourceLogs)) {
    const list = Records ?? records;
    if (!only || !Array.isArray(list) || !list.every(isObject)) return value;
    return list.length === 1 ? list[0] ?? 0 : list.length;
  }
  const found: JsonObject[] = [];
  for (const { resource, scopeLogs } of resourceLogs.filter(isObject)) {
    for (
      const { scope, logRecords } of Array.isArray(scopeLogs) ? scopeLogs.filter(isObject) : []
    ) {
      for (const one of Array.isArray(logRecords) ? logRecords.filter(isObject) : []) {
        const { attributes, ...rest } = one;
        const scopeName = isObject(scope) ? scope["name"] : undefined;
        const names = {
          ...isObject(resource) ? valuesOf(resource["attributes"]) : {},
          ...valuesOf(attributes),
        };
        // An attribute may have the name of a field, which it must not replace.
        const others = Object.entries(names).map(([key, value]) => [
          key in rest ? `attributes.${key}` : key,
          value,
        ]);
        const logger = typeof scopeName === "string" && scopeName !== ""
          ? { logger: scopeName }
          : {};
        found.push({ ...rest, ...Object.fromEntries(others), ...logger });
      }
    }
  }
  return found.length === 1 && found[0] !== undefined ? found[0] : found.length;
}

/** Names and values of OTLP's attributes, `{"key": "a", "value": {"stringValue": "b"}}`. */
function valuesOf(attributes: unknown): JsonObject {
  if (!Array.isArray(attributes)) return {};
  return Object.fromEntries(
    attributes.filter(isObject).map(({ key, value }) => [
      String(key),
      isObject(value) ? Object.values(value)[0] : value,
    ]),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function flatten(
  record: LogRecord,
  prefix: string,
  object: JsonObject,
  times: FileTimes,
  depth: number,
): number {
  const names = Object.keys(object);
  let keys = names.length;
  for (const name of names) {
    const value = object[name];
    const key = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof value === "string") setNamedField(record, key, value, times);
    else if (value === null) continue;
    else if (typeof value !== "object") setNamedField(record, key, String(value), times);
    else if (Array.isArray(value) || depth >= MAX_DEPTH) {
      setList(record, key, value, times);
    } else keys += flatten(record, key, value as JsonObject, times, depth + 1);
  }
  return keys;
}

/** A list is its JSON; headers are lists of texts in Go, of which these two have one. */
function setList(record: LogRecord, key: string, value: object, times: FileTimes): void {
  const meaning = meaningOf(key);
  const text = JSON.stringify(value);
  if (meaning !== "user_agent" && meaning !== "referrer") setNamedField(record, key, text, times);
  else if (Array.isArray(value) && value.length === 1 && typeof value[0] === "string") {
    setNamedField(record, key, value[0], times);
  } else setAttribute(record, key, text);
}

const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

/** Returns a key that one object has twice, as written: of its values JSON's reader keeps the last. `keys`: as many were read. */
function keyGivenTwice(line: string, keys: number): string | undefined {
  let signs = 0;
  for (let at = line.indexOf('":'); at >= 0; at = line.indexOf('":', at + 2)) signs++;
  if (signs === keys && !/"\s+:/.test(line)) return undefined;
  const open: Set<string>[] = [];
  for (const [token, colon] of line.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon !== undefined) {
      const key = token.slice(0, -colon.length);
      if (open.at(-1)?.has(key) === true) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** Whether a value was written as a number: one with an exponent is kept as text. */
function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "string" && /^[\d.]+[eE]/.test(value);
}
