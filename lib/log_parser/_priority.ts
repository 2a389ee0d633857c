import type { LogRecord } from "./_log_record.ts";
import { severityNumber, SYSLOG_SEVERITIES, syslogSeverityNumber } from "./severity_number.ts";

/** Sets facility and severity from a syslog priority. */
export function setPriority(record: LogRecord, priority: number | undefined): void {
  if (priority === undefined) return;
  record.syslog_facility = priority >> 3;
  record.severity_number = syslogSeverityNumber(priority & 7);
  record.severity_text = SYSLOG_SEVERITIES[priority & 7];
}

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
