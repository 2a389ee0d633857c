import { type LogRecord, setAttribute } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";

/** Facilities by their number; those of 12 to 15 have no name of their own. */
const FACILITIES =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp - - - - local0 local1 local2 local3 local4 local5 local6 local7"
    .split(" ");
/**
 * BSD and OpenWrt write the priority as words, after the host or in its place: `<daemon.err>`; AIX writes all names that
 * a facility and a severity have: `auth|security:info`, `daemon:err|error`.
 */
const WORDED =
  /<?([a-z]+[0-7]?)(?:\|[a-z]+[0-7]?)*[.:](emerg|panic|alert|crit|err|error|warning|warn|notice|info|debug)(?:\|[a-z]+)?>? +/y;
const LEVELS =
  "emerg|alert|crit|critical|fatal|err|error|erro|warn|warning|notice|info|information|debug|trace";
/** What a program writes before its text: `[warn] `, `<info>  `, `(Error): `. */
const MARKED = new RegExp(
  `(?:\\[(${LEVELS})\\]:?|<(${LEVELS})>:?|\\((${LEVELS})\\):)(?: +|$)`,
  "iy",
);
/** Go's log15 writes a level in the place of the host, Aerospike in that of the program. */
const IN_PLACE = new RegExp(`(${LEVELS.toUpperCase()})(?::? +|$)`, "y");
/**
 * A level in capitals that begins a message: with a colon, padded or before a bracket, `WARN  [main] `; or alone, if it is none
 * of the words that other texts begin with, as SIP's INFO.
 */
const CAPITALS =
  /(?:(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)(?:: +| {2,}| (?=\[))|(WARN|WARNING|ERROR|CRITICAL|FATAL) )(?=\S)/y;
/** Python's `INFO:root:text`. */
const PYTHON = /(DEBUG|INFO|WARNING|ERROR|CRITICAL)(?=:([A-Za-z_][\w.]*): ?\S)/y;
/** PostgreSQL counts the parts of its messages: `[3-1] ERROR:  text`. */
const COUNTED = /\[(\d{1,10}-\d{1,5})\] (?=[A-Z]{3,9}: {2}\S)/y;

/** Returns the index after a level in the place of the host or the program. */
export function readLevelInPlace(record: LogRecord, line: string, at: number): number {
  return readLevel(record, line, at, IN_PLACE);
}

/** Returns the index after a level that the message begins with, in brackets or capitals. */
export function readMarkedLevel(record: LogRecord, line: string, from: number): number {
  const at = readLevel(record, line, from, MARKED);
  // Without a program before it, the word may be one.
  if (at > from || record.severity_number !== undefined || record.service_name === undefined) {
    return at;
  }
  PYTHON.lastIndex = at;
  const logger = PYTHON.exec(line)?.[2];
  if (logger !== undefined) {
    record.logger = logger;
    const end = readLevel(record, line, at, PYTHON) + logger.length + 2;
    return line[end] === " " ? end + 1 : end;
  }
  COUNTED.lastIndex = at;
  const part = COUNTED.exec(line)?.[1];
  if (part === undefined) return readLevel(record, line, at, CAPITALS);
  const end = readLevel(record, line, COUNTED.lastIndex, CAPITALS);
  if (record.severity_number === undefined) return at;
  setAttribute(record, "part", part);
  return end;
}

/** Returns the index after a level that cannot be text, if there is one. */
function readLevel(record: LogRecord, line: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  const level = pattern.exec(line)?.slice(1).find((group) => group !== undefined);
  if (level === undefined || record.severity_number !== undefined) return at;
  record.severity_text = level;
  record.severity_number = severityNumber(level);
  return pattern.lastIndex;
}

/** Returns the index after a priority in words, if there is one. */
export function readWorded(record: LogRecord, line: string, at: number): number {
  WORDED.lastIndex = at;
  const [, name = "-", level = ""] = WORDED.exec(line) ?? [];
  const facility = name === "-" ? -1 : FACILITIES.indexOf(name);
  if (facility < 0 || record.severity_number !== undefined) return at;
  record.syslog_facility = facility;
  record.severity_text = level;
  record.severity_number = severityNumber(level);
  return WORDED.lastIndex;
}
