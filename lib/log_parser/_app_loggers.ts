import { OSLO, takeColumnLogger } from "./_after_level.ts";
import { takeLoggerAndContext } from "./_app_pairs.ts";
import type { Cursor } from "./_line_cursor.ts";
import type { LogRecord } from "./_log_record.ts";

/** Before `: ` only a name with a separator inside is a logger; a plain word begins the message. */
const LOGGER =
  /(?:([A-Za-z_$][\w.$/@#<>-]*(?:\[\d+\])?(?::\d+)?)(?: +: +| +(?:\[(?:\(null\))?\] )?-+ +)|([A-Za-z_$][\w$@#<>-]*(?:(?:[./]|::|:(?=\d))[\w$@#<>-]+)+):(?: +|$))/y;
const METHOD = /((?:[a-z_]\w*\.)+[A-Z]\w*(?:[.$]\w+)*) +/y;
/** The class of an exception that a message begins with is none: `java.io.IOException: text`. */
const RAISED = /(?:^|[.:$\\/])[A-Z]\w*(?:Exception|Error)$/;
const MOST_LOGGER = 256;
/** Kafka's pattern ends with its logger, `%m (%c)`. */
const LAST_LOGGER = /^[A-Za-z_][\w$]*(?:\.[\w$]+)+$/;

/** Without a thread or a process before it, a plain word begins a text: `done - 5 files`. */
const PLAIN = /^[a-z][a-z0-9]*$/;
/** So does a file, a host, an address of mail or a version. */
const OF_TEXT =
  /@\w+\.|^v\d[\d.]*$|[\w-]\.(?:com|org|net|edu|gov|info|de|uk|local|internal|pdf|txt|csv|xml|ya?ml|gz|tgz|zip|html?|png|jpe?g|conf|cfg|log|properties|java|py|js|ts|rb|rs|php|jar|war|toml|ini|bak|lock|md|exe|sh|sql|xlsx?|docx?)$/;

/** Takes the logger that a text begins with, if it begins with one. */
export function takeLogger(
  record: LogRecord,
  cursor: Cursor,
  habit: RegExp | undefined,
): string | undefined {
  const start = cursor.at;
  const name = takeColumnLogger(cursor) ??
    (habit === undefined ? undefined : cursor.take(habit)) ?? cursor.take(LOGGER) ??
    takeLoggerAndContext(record, cursor) ?? cursor.take(METHOD) ??
    (record.process_pid === undefined ? undefined : cursor.take(OSLO));
  if (name === undefined || !RAISED.test(name)) return name;
  cursor.at = start;
  return undefined;
}

/** Whether what was taken for a logger may as well be the beginning of the text, if other lines do not show it. */
export function isOfText({ logger = "", thread_name, process_pid }: LogRecord): boolean {
  return PLAIN.test(logger) && (thread_name ?? process_pid) === undefined || OF_TEXT.test(logger);
}

/** Takes the logger from the end of a message; returns whether there is one. */
export function takeLastLogger(record: LogRecord): boolean {
  const body = record.body?.trimEnd() ?? "";
  const at = body.lastIndexOf(" (");
  if (at <= 0 || !body.endsWith(")")) return false;
  const name = body.slice(at + 2, -1);
  if (name.length > MOST_LOGGER || !LAST_LOGGER.test(name)) return false;
  record.logger = name;
  record.body = body.slice(0, at);
  return true;
}
