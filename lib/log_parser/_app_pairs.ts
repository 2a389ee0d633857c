import { addContext } from "./_app_brackets.ts";
import { meaningOf } from "./_field_names.ts";
import type { Cursor } from "./_line_cursor.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";
import { isLogger } from "./_value_roles.ts";

/** Pairs with text behind them; what goes on as pairs is logfmt. */
const HEAD = /((?:[A-Za-z][\w.]*=[^\s="]+ +)+)(?![A-Za-z_@][\w.@/-]*=)(?=\S)/y;
/** Foreman writes a letter, its logger and the request's id: `[E|app|1a2b]`. */
const LETTER_HEAD = /\[([DIWEF])\|([a-z][\w-]{0,31})\|([\w-]{0,64})\] /y;
/** log4j's and log4net's stack of contexts behind the logger: `a.B [request 5] - `. */
const LOGGER_AND_CONTEXT = /([A-Za-z_][\w$]*(?:\.[\w$]+)+) +\[([^\][]{1,64})\] -+ +/y;
/** Its message has a name, too: that is logfmt behind a time. */
const NAMED_MESSAGE = /(?:^|\s)(?:msg|message)=/;

/**
 * Reads `pid=5 level=ERROR text`: what stands before the level, and behind it what is no text, by their names; returns
 * whether there is a level.
 */
export function readPairHead(record: LogRecord, cursor: Cursor): boolean {
  const match = cursor.peek(HEAD);
  if (match === undefined || NAMED_MESSAGE.test(cursor.line.slice(cursor.at))) return false;
  const pairs = match[0].split(/(?<= )(?! )/).map((text) => {
    const [key = "", value = ""] = text.trim().split("=");
    return { text, key, value, meaning: meaningOf(key) };
  });
  const at = pairs.findIndex(({ meaning, value }) =>
    meaning === "level" && severityNumber(value) !== undefined
  );
  if (at < 0) return false;
  for (const [i, { text, key, value, meaning }] of pairs.entries()) {
    const column = meaning === "thread_name" || meaning === "logger" ||
        meaning === "process_pid" && /^\d{1,10}$/.test(value)
      ? meaning
      : undefined;
    if (i > at && column === undefined) break;
    if (i === at) {
      record.severity_text = value;
      record.severity_number = severityNumber(value);
    } else if (column !== undefined && record[column] === undefined) record[column] = value;
    else setAttribute(record, key, value);
    cursor.at += text.length;
  }
  return true;
}

/** Reads Foreman's head; returns whether there is one. */
export function readLetterHead(record: LogRecord, cursor: Cursor): boolean {
  const match = cursor.peek(LETTER_HEAD);
  if (match === undefined) return false;
  const [all, letter = "", logger, request = ""] = match;
  record.severity_text = letter;
  record.severity_number = letterSeverity(letter);
  record.logger = logger;
  if (request !== "") setAttribute(record, "context", request);
  cursor.at += all.length;
  return true;
}

/** Takes a logger that a bracket and a dash follow; what is in the bracket is kept. */
export function takeLoggerAndContext(record: LogRecord, cursor: Cursor): string | undefined {
  const [all = "", logger = "", context = ""] = cursor.peek(LOGGER_AND_CONTEXT) ?? [];
  if (!isLogger(logger)) return undefined;
  cursor.at += all.length;
  addContext(record, context);
  return logger;
}
