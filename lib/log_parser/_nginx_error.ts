import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { decodeQuoted } from "./_quoted.ts";
import { severityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";
import { setRequest } from "./_url.ts";

const HEADER =
  /^((\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)) \[([a-z]+)\] (\d+)#(\d+): (?:\*(\d+) )?/;
const FIRST_FIELD = /, (?:client|server): /g;
const FIELD = /, (client|server|request|subrequest|upstream|host|referrer|login): /y;

/** nginx's error log. */
export const NGINX_ERROR: LineParser = {
  formats: ["nginx_error"],
  joins: "any",
  isUnambiguous: true,
  parse: parseNginxError,
};

function parseNginxError(line: string, time: FileTimes): ParseResult {
  const header = HEADER.exec(line);
  if (header === null) return undefined;
  const [all, raw = "", year, month, day, hour, minute, second, level = "", pid, tid, cid] = header;
  const record = new LogRecord("nginx_error");
  setTimestamp(record, raw, {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction: "",
    offset: undefined,
  }, time);
  record.severity_text = level;
  record.severity_number = severityNumber(level);
  record.process_pid = pid;
  record.thread_name = tid;
  if (cid !== undefined) setAttribute(record, "connection", cid);
  const rest = line.slice(all.length);
  const fields = startOfFields(rest);
  record.body = rest.slice(0, fields);
  setFields(record, rest.slice(fields));
  return record;
}

/** The first field outside of quotes: a path in the message may look like one. */
function startOfFields(text: string): number {
  let quotes = 0;
  let at = text.indexOf('"');
  for (const match of text.matchAll(FIRST_FIELD)) {
    for (; at >= 0 && at < match.index; at = text.indexOf('"', at + 1)) quotes++;
    if (quotes % 2 === 0) return match.index;
  }
  return text.length;
}

function setFields(record: LogRecord, text: string): void {
  for (let at = 0; at < text.length;) {
    FIELD.lastIndex = at;
    const name = FIELD.exec(text)?.[1];
    if (name === undefined) {
      // Nothing of the line may be lost, known field or not.
      setAttribute(record, "rest", text.slice(at));
      return;
    }
    const start = FIELD.lastIndex;
    at = endOfValue(text, start);
    const quoted = text.charCodeAt(start) === 34;
    setField(record, name, quoted ? text.slice(start + 1, at - 1) : text.slice(start, at));
  }
}

/** A quoted value ends at a quote before the next field or the end: nginx does not escape here. */
function endOfValue(text: string, start: number): number {
  const quoted = text.charCodeAt(start) === 34;
  const mark = quoted ? '", ' : ", ";
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    const end = quoted ? at + 1 : at;
    FIELD.lastIndex = end;
    if (FIELD.test(text)) return end;
  }
  return text.length;
}

function setField(record: LogRecord, name: string, raw: string): void {
  const value = decodeQuoted(raw);
  if (name === "client") record.client_address = value;
  else if (name === "referrer") record.referrer = value;
  else if (name === "login") record.user_name = value;
  else if (name === "request") {
    const message = record.body;
    setRequest(record, raw);
    if (record.http_method === undefined) {
      record.body = message;
      setAttribute(record, "request", value);
    }
  } else setAttribute(record, name, value);
}
