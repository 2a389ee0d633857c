import { findClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import { LogRecord } from "./_log_record.ts";
import { setTimestamp } from "./_timestamp.ts";

/** What `kubectl logs --timestamps` and `docker logs -t` put before a line. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d)) (?=\S)/;
/** How lines begin whose format has a header of its own: access, klog, nginx, Redis, PostgreSQL, Apache, syslog. */
const HEADERS =
  /^\S+ \S+ .{1,200}?\[\d\d\/[A-Z][a-z]{2}\/\d{4}:|^[IWEF]\d{4} \d\d:|^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[|^\d+:[A-Z] \d\d |^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z]+ \[\d+\] |^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d |^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:]+: /;

/** Whether a line begins as one of a format that has a header of its own. */
export function hasHeader(line: string): boolean {
  return HEADERS.test(line);
}

/** Returns a record of the time alone, whose body is the line after it; `undefined`: that is none of a format of its own. */
export function timedLine(line: string, times: FileTimes): LogRecord | undefined {
  const [all, time] = STAMP.exec(line) ?? [];
  if (all === undefined || time === undefined) return undefined;
  const body = line.slice(all.length);
  const found = HEADERS.test(body) ? findClock(time) : undefined;
  if (found === undefined) return undefined;
  const record = new LogRecord("app");
  setTimestamp(record, time, found.clock, times);
  record.body = body;
  return record;
}
