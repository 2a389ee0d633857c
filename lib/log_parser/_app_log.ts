import { setAppFields } from "./_app_fields.ts";
import { findClock } from "./_clock_patterns.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import { setTimestamp, type TimeContext } from "./_timestamp.ts";

/** Application logs: log4j, logback, Spring, Python, Spark, HDFS, Tomcat, Go, Windows servicing. */
export const APP_LOG: LineParser = {
  formats: ["app"],
  joins: "any",
  weak: false,
  parse: parseApp,
};

/** A level may stand before the timestamp: `[INFO] 2024-...`, `INFO 2024-...`. */
const LEVEL_FIRST = /^\[?([A-Za-z]{3,8})\]?:? +\[?(?=\d|[A-Z][a-z]{2} )/;

function parseApp(line: string, time: TimeContext): ParseResult {
  let level: string | undefined;
  let start = 0;
  const first = line.charCodeAt(0);
  if (first === 91 || first >= 65 && first <= 122) {
    const match = LEVEL_FIRST.exec(line);
    if (match !== null && severityNumber(match[1] ?? "") !== undefined) {
      level = match[1];
      start = match[0].length;
    } else if (first === 91) start = 1;
  }
  const found = findClock(start === 0 ? line : line.slice(start));
  if (found === undefined) return undefined;
  const end = start + found.length;
  const next = line.charCodeAt(end);
  // After a timestamp comes white space or punctuation; a letter or digit shows that it was none.
  if (next >= 48 && next <= 57 || next >= 65 && next <= 90 || next >= 97 && next <= 122) {
    return undefined;
  }
  const record = new LogRecord("app");
  setTimestamp(record, line.slice(start, end), found.clock, time);
  setAppFields(record, line, end, level);
  return record;
}
