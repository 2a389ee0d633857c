import { type LogRecord, setAttribute } from "./_log_record.ts";
import { isPlace, MOST_NAME } from "./_value_roles.ts";

/** A place in the code that begins a text, and the sign that ends its column. */
const FIRST_PLACE = /^(\S{1,128}\.\w{1,4}:\d{1,7})(?: +\| *|\t| +- +)/;
/** Go's `log.Lshortfile` and `log.Llongfile`, behind the time that its package writes. */
const GO_TIME = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{6})?$/;
const GO_PLACE = /^(\S{1,512}\.go:\d{1,7}): /;
const LINE = /[:(]\d+/;
/** What stands between colons only. */
const LINE_FIRST = /^(\d{1,7}):(?! )/;
/** A class or a method of it, by the packages before it. */
const CLASS_AND_LINE = /^((?:[a-z_]\w*\.)+[A-Z]\w*(?:\.\w+)?):(\d{1,7})$/;

/** Moves a place in the code, which is no logger and no message, to where it is in every layout. */
export function settlePlace(record: LogRecord): void {
  const { logger, body = "", severity_text, timestamp_raw } = record;
  if (record.format !== "app" || record.attributes?.["source"] !== undefined) return;
  if (logger === undefined) {
    const first = severity_text === undefined ? null : firstPlace(body);
    const isGo = first === null && GO_TIME.test(timestamp_raw ?? "");
    const match = isGo ? GO_PLACE.exec(body) : first;
    const [all = "", place = ""] = match ?? [];
    if (isPlace(place) || isGo && place !== "") takePlace(record, place, all.length);
    return;
  }
  const first = firstPlace(body);
  if (first?.[1] !== undefined && isPlace(first[1]) && !isPlace(logger)) {
    takePlace(record, first[1], first[0].length);
    return;
  }
  const c = body.charCodeAt(0);
  const hasLine = logger.includes(":") || logger.includes("(");
  if (logger.length > MOST_NAME || !hasLine && !(c >= 48 && c <= 57)) return;
  const [, name, line] = CLASS_AND_LINE.exec(logger) ?? [];
  if (name !== undefined && line !== undefined) {
    record.logger = name;
    setAttribute(record, "line", line);
  } else if (isPlace(logger)) {
    const after = LINE.test(logger) ? undefined : LINE_FIRST.exec(body);
    if (!LINE.test(logger) && after === null) return;
    record.logger = undefined;
    takePlace(
      record,
      after?.[1] === undefined ? logger : `${logger}:${after[1]}`,
      after?.[0].length,
    );
  }
}

/** Looks for a place that begins a text, where its first word ends as one. */
function firstPlace(body: string): RegExpExecArray | null {
  const space = body.indexOf(" ");
  const c = body.charCodeAt(space - 1);
  return c >= 48 && c <= 57 || body.includes("\t") ? FIRST_PLACE.exec(body) : null;
}

function takePlace(record: LogRecord, place: string, length = 0): void {
  setAttribute(record, "source", place);
  record.body = record.body?.slice(length);
}
