import { type LineParser, Malformed } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { SYSLOG_SEVERITIES, syslogSeverityNumber } from "./severity_number.ts";

/** Sets facility and severity from a syslog priority. */
export function setPriority(record: LogRecord, priority: number | undefined): void {
  if (priority === undefined) return;
  record.syslog_facility = priority >> 3;
  record.severity_number = syslogSeverityNumber(priority & 7);
  record.severity_text = SYSLOG_SEVERITIES[priority & 7];
}

/** A priority with nothing of syslog's header behind it. */
const PRIORITY = /^<(\d|[1-9]\d|1\d\d)>(?=[A-Za-z_{])/;
const MOST_PRIORITY = 191;

/** Returns the parser of lines that have a syslog priority before what another one reads: firewalls send such pairs. */
export function afterPriority(parser: LineParser): LineParser {
  return {
    ...parser,
    parse(line, times) {
      const head = line.charCodeAt(0) === 60 ? PRIORITY.exec(line) : null;
      const priority = Number(head?.[1]);
      if (head === null || priority > MOST_PRIORITY) return undefined;
      const { length } = head[0];
      const result = parser.parse(line.slice(length), times);
      if (result instanceof Malformed) {
        return new Malformed(result.message, result.column + length, result.isCertain);
      }
      if (!(result instanceof LogRecord)) return result;
      const { severity_number, severity_text } = result;
      setPriority(result, priority);
      // The line itself says more.
      if (severity_number !== undefined) {
        result.severity_number = severity_number;
        result.severity_text = severity_text;
      }
      return result;
    },
  };
}
