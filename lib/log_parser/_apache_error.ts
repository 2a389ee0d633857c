import { monthNumber } from "./_calendar.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";

const HEADER =
  /^\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4}))\] /;
const LEVEL = /\[(?:(\w*):)?([a-z]+\d?)\] ?/y;
const PID = /\[pid (\d+)(?::tid (\d+))?\] /y;
const CLIENT = /\[(client|remote) ([^\]]*)\] /y;
const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/;
const WITH_PORT = /^([\w.-]+|[\da-f:]+:[\da-f.:]*):(\d{1,5})$/;
const CODE = /(AH\d{5}): /y;
const OS_ERROR = /(\(-?\d+\)[^:]{1,200}): /y;
const REFERRER = /, referer: (\S+)$/;

/** Apache's error log, 2.2 and 2.4. */
export const APACHE_ERROR: LineParser = {
  formats: ["apache_error"],
  joins: "any",
  isUnambiguous: true,
  parse: parseApacheError,
};

function parseApacheError(line: string, time: FileTimes): ParseResult {
  if (line.charCodeAt(0) !== 91) return undefined;
  const header = HEADER.exec(line);
  if (header === null) return undefined;
  const [all, raw = "", month = "", day, hour, minute, second, fraction = "", year] = header;
  LEVEL.lastIndex = all.length;
  const level = LEVEL.exec(line);
  if (level === null) return new Malformed("expected [level] after the time", all.length + 1);
  const record = new LogRecord("apache_error");
  setTimestamp(record, raw, {
    year: Number(year),
    month: monthNumber(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    offset: undefined,
  }, time);
  if (level[1]) record.logger = level[1];
  record.severity_text = level[2];
  record.severity_number = severityNumber(level[2] ?? "");
  setMessage(record, line, LEVEL.lastIndex);
  return record;
}

function setMessage(record: LogRecord, line: string, from: number): void {
  let at = from;
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(line) ?? undefined;
    if (match !== undefined) at = pattern.lastIndex;
    return match;
  }
  const pid = take(PID);
  record.process_pid = pid?.[1];
  record.thread_name = pid?.[2];
  const osError = take(OS_ERROR);
  if (osError?.[1] !== undefined) setAttribute(record, "os_error", osError[1]);
  setClient(record, take(CLIENT)?.[2]);
  const code = take(CODE);
  if (code?.[1] !== undefined) setAttribute(record, "code", code[1]);
  const referrer = line.includes(", referer: ") ? REFERRER.exec(line) : null;
  if (referrer !== null) record.referrer = referrer[1];
  record.body = line.slice(at, referrer?.index);
}

/** Of an address of IPv6 only the module before the level, which Apache 2.4 writes, shows that a port follows it. */
function setClient(record: LogRecord, client: string | undefined): void {
  const isNew = record.logger !== undefined || record.process_pid !== undefined;
  const [, address, port] = (isNew ? WITH_PORT : IPV4_WITH_PORT).exec(client ?? "") ?? [];
  record.client_address = address ?? client;
  if (port !== undefined) setAttribute(record, "client_port", port);
}
