import type { LogRecord } from "./_log_record.ts";
import { isLogger, isThread } from "./_value_roles.ts";

/** What ends the level where a sign separates columns. */
const SIGN = /([|;\t])[ \t]*$/;
/** More columns no header has. */
const MOST_COLUMNS = 6;

/**
 * Takes the thread and the logger out of a text between the signs of its line, where the lines are too few to show what their
 * columns are: names that can be nothing else, before the message or, as ActiveMQ writes them, both after it.
 */
export function readDelimitedNames(record: LogRecord, line: string): void {
  const { body = "" } = record;
  if (record.severity_number === undefined || !line.endsWith(body)) return;
  const sign = SIGN.exec(line.slice(0, line.length - body.length).slice(-20))?.[1];
  if (sign === undefined || !body.includes(sign)) return;
  if (takeFirst(record, body, sign)) return;
  const parts = body.split(sign);
  const [thread, logger] = [parts.at(-1)?.trim() ?? "", parts.at(-2)?.trim() ?? ""];
  const isFree = record.thread_name === undefined && record.logger === undefined;
  if (parts.length < 3 || !isFree || !isThread(thread) || !isLogger(logger)) return;
  [record.thread_name, record.logger] = [thread, logger];
  record.body = parts.slice(0, -2).join(sign).trimEnd();
}

function takeFirst(record: LogRecord, body: string, sign: string): boolean {
  let start = 0;
  for (let column = 0; column < MOST_COLUMNS; column++) {
    const end = body.indexOf(sign, start);
    const text = body.slice(start, Math.max(end, start)).trim();
    if (record.thread_name === undefined && isThread(text)) record.thread_name = text;
    else if (record.logger === undefined && isLogger(text)) record.logger = text;
    else break;
    start = end + 1;
  }
  if (start > 0) record.body = body.slice(start).trimStart();
  return start > 0;
}
