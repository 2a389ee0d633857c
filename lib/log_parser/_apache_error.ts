import { monthNumber } from "./_calendar.ts";
import { findClock } from "./clock_patterns.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp, type WallClock } from "./_timestamp.ts";

const HEADER =
  /^\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4}))\] /;
/** Of an `ErrorLogFormat` with another `%t`: module and level, and the process behind them, show whose it is. */
const OTHER_HEADER =
  /^\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]]{8,24}|\d{4}-\d\d-\d\d[ T][^\]]{8,24})\] (?=\[\w*:[a-z]+\d?\] \[pid \d+(?::tid \d+)?\] )/;
const LEVEL = /\[(?:(\w*):)?([a-z]+\d?)\] ?/y;
const PID = /\[pid (\d+)(?::tid (\d+))?\] /y;
const CLIENT = /\[(client|remote) ([^\]]*)\] /y;
const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/;
const WITH_PORT = /^([\w.-]+|[\da-f:]+:[\da-f.:]*):(\d{1,5})$/;
const CODE = /(AH\d{5}): /y;
const OS_ERROR = /(\(-?\d+\)[^:]{1,200}): /y;
const REFERRER = /, referer: (\S+)$/;

/** At the level of debugging, the place in Apache's code. */
const SOURCE = /([\w./-]{1,100}\.(?:c|cpp|h)\(\d+\)): /y;

/** Apache's error log, 2.2 and 2.4. */
export const APACHE_ERROR: LineParser = {
  formats: ["apache_error"],
  joins: "any",
  isUnambiguous: true,
  parse: parseApacheError,
};

function parseApacheError(line: string, time: FileTimes): ParseResult {
  if (line.charCodeAt(0) !== 91) return undefined;
  const header = HEADER.exec(line) ?? OTHER_HEADER.exec(line);
  if (header === null) return undefined;
  const [all, raw = ""] = header;
  const clock = header[2] === undefined ? otherClock(raw) : clockOf(header);
  if (clock === undefined) return undefined;
  LEVEL.lastIndex = all.length;
  const level = LEVEL.exec(line);
  if (level === null) return new Malformed("expected [level] after the time", all.length + 1);
  const record = new LogRecord("apache_error");
  setTimestamp(record, raw, clock, time);
  if (level[1]) record.logger = level[1];
  record.severity_text = level[2];
  record.severity_number = severityNumber(level[2] ?? "");
  setMessage(record, line, LEVEL.lastIndex);
  return record;
}

function clockOf(header: RegExpExecArray): WallClock {
  const [, , month = "", day, hour, minute, second, fraction = "", year] = header;
  return {
    year: Number(year),
    month: monthNumber(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    offset: undefined,
  };
}

function otherClock(raw: string): WallClock | undefined {
  const found = findClock(raw);
  return found?.length === raw.length ? found.clock : undefined;
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
  const source = take(SOURCE);
  if (source?.[1] !== undefined) setAttribute(record, "source", source[1]);
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
