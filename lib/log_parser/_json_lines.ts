import { hasHalfSurrogate, jsonErrorColumn } from "../grammar/mod.ts";
import { epochClock } from "./clock_patterns.ts";
import { durationNanos } from "./_duration.ts";
import type { FileTimes } from "./_file_times.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, markPartial } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import { letterSeverity, severityNumber, syslogSeverityNumber } from "./severity_number.ts";
import { setCause } from "./_traces.ts";
import { setTimestamp } from "./_timestamp.ts";

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
    if (line.charCodeAt(0) !== 123 || line.charCodeAt(line.length - 1) !== 125) return undefined;
    const result = parseJsonLine(line, times);
    if (!(result instanceof LogRecord)) return undefined;
    const isEvent = result.timestamp_raw !== undefined || result.severity_number !== undefined;
    return isEvent ? result : undefined;
  },
};

/** Numbers that a double would print otherwise than they were written. */
const EXACT_NUMBER =
  /[:[,]\s*-?(?:\d{16}|\d+\.\d*0(?=\s*[,}\]])|\d+\.\d{15}|[\d.]+[eE]|0\s*[,}\]])/;
/** nginx's escapes without `escape=json`. */
const HEX_ESCAPES = /(?:\\x[0-9A-Fa-f]{2})+/g;
const MAX_DEPTH = 32;

type JsonObject = Readonly<Record<string, unknown>>;

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
    const repaired = line.includes("\\x") ? repair(line) : undefined;
    if (repaired === undefined) {
      return new Malformed("not valid JSON", jsonErrorColumn(error, line));
    }
    value = repaired;
    markPartial(record, "\\xhh is no escape of JSON; it was read as nginx writes it");
  }
  setDialect(record, value, times);
  flatten(record, "", value, times, 0);
  if (record.error_stack !== undefined) setCause(record, record.error_stack);
  if (record.body?.endsWith("\n")) record.body = record.body.slice(0, -1); // docker keeps it
  // journald, Filebeat and the like know no level: their message may be a whole line of a log.
  record.mayHoldLine = record.severity_number === undefined || "__REALTIME_TIMESTAMP" in value;
  return record;
}

function parseExact(line: string): JsonObject {
  return EXACT_NUMBER.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
}

/** Turns `\xhh`, whose bytes are UTF-8, into characters; `undefined`: that is not all that is wrong. */
function repair(line: string): JsonObject | undefined {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  try {
    return parseExact(line.replace(HEX_ESCAPES, (escapes) => {
      const bytes = escapes.slice(2).split("\\x").map((hex) => Number.parseInt(hex, 16));
      return JSON.stringify(utf8.decode(Uint8Array.from(bytes))).slice(1, -1);
    }));
  } catch {
    return undefined; // The first error says where the line breaks.
  }
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
  } else if ("PRIORITY" in value && "__REALTIME_TIMESTAMP" in value) {
    setSyslogLevel(record, value["PRIORITY"]); // journald
    record.body = bytesOf(value["MESSAGE"]);
  } else if ("short_message" in value && "version" in value) {
    setSyslogLevel(record, level); // GELF
  } else if ("severityNumber" in value || "SeverityNumber" in value) {
    const number = Number(value["severityNumber"] ?? value["SeverityNumber"]);
    const text = value["severityText"] ?? value["SeverityText"] ?? number;
    if (number >= 1 && number <= 24) setSeverity(record, String(text), number); // OTLP
  } else if ("levelno" in value && typeof (value["levelname"] ?? level) !== "string") {
    const number = Number(value["levelno"]);
    setSeverity(record, String(number), [undefined, 5, 9, 13, 17, 18][number / 10]); // Python
  } else if ("DownstreamStatus" in value && "Duration" in value) {
    record.duration_ns = durationNanos(String(value["Duration"]), "ns"); // Traefik
  } else if (isObject(value["request"]) && typeof value["duration"] === "number") {
    record.duration_ns = durationNanos(String(value["duration"]), "s"); // Caddy
    if (typeof value["size"] === "number") record.response_bytes = value["size"];
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

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function flatten(
  record: LogRecord,
  prefix: string,
  object: JsonObject,
  times: FileTimes,
  depth: number,
): void {
  for (const name of Object.keys(object)) {
    const value = object[name];
    const key = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof value === "string") setNamedField(record, key, value, times);
    else if (value === null) continue;
    else if (typeof value !== "object") setNamedField(record, key, String(value), times);
    else if (Array.isArray(value) || depth >= MAX_DEPTH) {
      setNamedField(record, key, JSON.stringify(value), times);
    } else flatten(record, key, value as JsonObject, times, depth + 1);
  }
}

/** Keeps the digits of a number as they were written, as text. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  return context?.source === undefined || String(value) === context.source ? value : context.source;
}
