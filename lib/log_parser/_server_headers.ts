import { findClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import { setTimestamp } from "./_timestamp.ts";

/** `####<time> <level> <subsystem> <machine> <server> <thread> <<user>> <transaction> <context> <epoch> <id> <text>`. */
const WEBLOGIC =
  /^####<([^<>]+)> <([A-Z][a-z]+)> <([^<>]*)> <([^<>]*)> <([^<>]*)> <([^<>]*)> <<?([^<>]*)>?> <([^<>]*)> <([^<>]*)> <(\d+)> (?:<[^<>]*> )?<([A-Z]+-\d+)> <(.*?)>? *$/;

/** WebLogic's server log, whose messages may have several lines. */
export const WEBLOGIC_LOG: LineParser = { formats: ["app"], joins: "any", parse: parseWebLogic };

function parseWebLogic(line: string, times: FileTimes): ParseResult {
  const match = line.charCodeAt(0) === 35 ? WEBLOGIC.exec(line) : null;
  if (match === null) return undefined;
  const [, time = "", level = "", logger, host, server, thread, user, transaction, context] = match;
  const found = findClock(time);
  const number = severityNumber(level);
  if (found?.length !== time.length || number === undefined) return undefined;
  const record = new LogRecord("app");
  setTimestamp(record, time, found.clock, times);
  record.severity_text = level;
  record.severity_number = number;
  record.logger = logger || undefined;
  record.host_name = host || undefined;
  record.thread_name = thread || undefined;
  record.user_name = user || undefined;
  const rest = { server, transaction, context, epoch: match[10], message_id: match[11] };
  for (const [key, value] of Object.entries(rest)) if (value) setAttribute(record, key, value);
  record.body = match[12];
  return record;
}

/** `12 verbose cli /usr/bin/node`: a number of the line, a level and what it is about. */
const NPM = /^(\d{1,6}) (silly|verbose|timing|http|info|notice|warn|error)(?: (.*))?$/;
const NPM_LEVELS: Readonly<Record<string, number>> = { silly: 1, verbose: 5, timing: 9, http: 9 };

/** npm's debug log, which has no times. */
export const NPM_LOG: LineParser = {
  formats: ["app"],
  joins: "traces",
  leastShare: 0.5,
  parse(line): ParseResult {
    const [, number, level, body] = NPM.exec(line) ?? [];
    if (number === undefined || level === undefined) return undefined;
    const record = new LogRecord("app");
    record.severity_text = level;
    record.severity_number = NPM_LEVELS[level] ?? severityNumber(level);
    record.body = body ?? "";
    setAttribute(record, "number", number);
    return record;
  },
};
