import type { LogRecord } from "./_log_record.ts";
import { SYSLOG_SEVERITIES, syslogSeverityNumber } from "./severity_number.ts";

/** Sets facility and severity from a syslog priority. */
export function setPriority(record: LogRecord, priority: number | undefined): void {
  if (priority === undefined) return;
  record.syslog_facility = priority >> 3;
  record.severity_number = syslogSeverityNumber(priority & 7);
  record.severity_text = SYSLOG_SEVERITIES[priority & 7];
}
