import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { setPriority } from "./_priority.ts";
import { readStructuredData } from "./_structured_data.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";
import { zoneOf } from "./_zones.ts";

const START = /^(?:\d{1,6} )?<(\d{1,3})>(\d{1,5}) /;
const VERSION = /^[1-9]\d{0,2}$/;
/** After it, no other syslog goes on so. */
const DATE_OR_NIL = / *(?:- |\d{4}-\d\d-\d\d)/y;
const STAMP = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)(?= )/y;
/** Name, longest allowed text (RFC 5424 section 6). */
const HEADER_FIELDS = [["HOSTNAME", 255], ["APP-NAME", 48], ["PROCID", 128], [
  "MSGID",
  32,
]] as const;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Syslog of RFC 5424; an octet count before it is skipped. */
export const RFC5424: LineParser = {
  formats: ["rfc5424"],
  joins: "traces",
  isUnambiguous: true,
  isEnvelope: true,
  parse: parseRfc5424,
};

function parseRfc5424(line: string, time: FileTimes): ParseResult {
  const first = line.charCodeAt(0);
  if (first !== 60 && (first < 48 || first > 57)) return undefined;
  const start = START.exec(line);
  if (start === null) return undefined;
  const result = parseAfter(line, start, time);
  DATE_OR_NIL.lastIndex = start[0].length;
  return result instanceof Malformed && DATE_OR_NIL.test(line)
    ? new Malformed(result.message, result.column, true)
    : result;
}

function parseAfter(line: string, start: RegExpExecArray, time: FileTimes): ParseResult {
  const [, digits = "", version = ""] = start;
  const priority = Number(digits);
  if (priority > 191 || digits.length > 1 && digits.startsWith("0")) {
    return new Malformed("expected a priority of 0 to 191", line.indexOf("<") + 2);
  }
  if (!VERSION.test(version)) {
    return new Malformed("expected a version of 1 to 999", line.indexOf(">") + 2);
  }
  const record = new LogRecord("rfc5424");
  setPriority(record, priority);
  const at = readTime(record, line, start[0].length, time);
  if (typeof at !== "number") return at;
  return readHeader(record, line, at);
}

/** Returns the index after the space that follows the time. */
function readTime(
  record: LogRecord,
  line: string,
  at: number,
  time: FileTimes,
): number | Malformed {
  if (line.startsWith("- ", at)) return at + 2;
  STAMP.lastIndex = at;
  const stamp = STAMP.exec(line);
  if (stamp === null) {
    return new Malformed(
      'expected a timestamp with zone and at most 6 fraction digits, or "-"',
      at + 1,
    );
  }
  const [raw, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = stamp;
  setTimestamp(record, raw, {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    offset: zoneOf(zone),
  }, time);
  if (record.epochSeconds === undefined) {
    return new Malformed("the timestamp does not exist", at + 1);
  }
  return STAMP.lastIndex + 1;
}

function readHeader(record: LogRecord, line: string, from: number): ParseResult {
  const values: (string | undefined)[] = [];
  let at = from;
  for (const [name, limit] of HEADER_FIELDS) {
    const end = line.indexOf(" ", at);
    const value = line.slice(at, end < 0 ? line.length : end);
    if (end < 0 || value.length > limit || !PRINTABLE.test(value)) {
      return new Malformed(`expected ${name} of 1 to ${limit} printable characters`, at + 1);
    }
    values.push(value === "-" ? undefined : value);
    at = end + 1;
  }
  [record.host_name, record.service_name, record.process_pid, record.syslog_msgid] = values;
  const data = readStructuredData(line, at);
  if (data instanceof Malformed) return data;
  record.syslog_sd = data.elements;
  at = data.end;
  if (at < line.length) {
    if (line.charCodeAt(at) !== 32) {
      return new Malformed("expected a space after the structured data", at + 1);
    }
    at += line.charCodeAt(at + 1) === 0xfeff ? 2 : 1;
    record.body = line.slice(at);
  }
  return record;
}
