import type { LinePlace } from "./_line_joiner.ts";
import type { WallClock } from "./_timestamp.ts";

/** Attribute maps have no prototype, so that a key like `__proto__` is a key. */
export type TextMap = Record<string, string>;

/** What may be joined to a record: every line without a header, traces only, or nothing. */
export type Joins = "any" | "traces" | "none";

/**
 * One record while it is being built: a field for each column, and two that are not written.
 *
 * A class with every field set keeps one hidden shape in V8, which makes the writer fast.
 */
export class LogRecord {
  source_offset = 0;
  line_start = 0;
  line_count = 1;
  /** A name of `LOG_FORMATS`, or of a format of the user's. */
  format: string;
  parse_status: "ok" | "partial" = "ok";
  parse_error: string | undefined = undefined;
  error_column: number | undefined = undefined;
  raw: string | undefined = undefined;
  timestamp: string | undefined = undefined;
  /** Decimal digits: it does not fit into a double. */
  timestamp_nanos: string | undefined = undefined;
  timestamp_raw: string | undefined = undefined;
  timestamp_precision: string | undefined = undefined;
  tz_source: string | undefined = undefined;
  year_source: string | undefined = undefined;
  date_order: string | undefined = undefined;
  severity_number: number | undefined = undefined;
  severity_text: string | undefined = undefined;
  body: string | undefined = undefined;
  service_name: string | undefined = undefined;
  host_name: string | undefined = undefined;
  logger: string | undefined = undefined;
  process_pid: string | undefined = undefined;
  thread_name: string | undefined = undefined;
  syslog_facility: number | undefined = undefined;
  syslog_msgid: string | undefined = undefined;
  syslog_sd: Record<string, TextMap> | undefined = undefined;
  client_address: string | undefined = undefined;
  user_name: string | undefined = undefined;
  http_method: string | undefined = undefined;
  url_original: string | undefined = undefined;
  url_path: string | undefined = undefined;
  url_query: string | undefined = undefined;
  http_version: string | undefined = undefined;
  http_status: number | undefined = undefined;
  response_bytes: number | undefined = undefined;
  referrer: string | undefined = undefined;
  user_agent: string | undefined = undefined;
  duration_ns: number | undefined = undefined;
  error_type: string | undefined = undefined;
  error_message: string | undefined = undefined;
  error_stack: string | undefined = undefined;
  trace_id: string | undefined = undefined;
  span_id: string | undefined = undefined;
  attributes: TextMap | undefined = undefined;
  /** Not a column: whole seconds since 1970, for the metrics. */
  epochSeconds: number | undefined = undefined;
  /** Not a column: the digits of its fraction of a second. */
  fraction = "";
  /** Not a column: how many pieces of its line were not read. */
  problems = 0;
  /** Not a column: its time, if that has no zone. */
  unzoned: WallClock | undefined = undefined;
  /** Not columns: a date and a time of day from fields of their own, with their names, until both are there. */
  datePart: [key: string, text: string] | undefined = undefined;
  timePart: [key: string, text: string] | undefined = undefined;
  /** Not columns: what shows that it is of HTTP, and names under which fields came that need such a sign. */
  httpSigns = 0;
  doubtfulStatus: string | undefined = undefined;
  doubtfulTarget: string | undefined = undefined;
  doubtfulMethod: string | undefined = undefined;
  bareHost: string | undefined = undefined;
  /** Not a column: an attribute may show who wrote it. */
  hasSign = false;
  /** Not a column: the name of the field whose number is its thread, until one with a name comes. */
  threadIdKey: string | undefined = undefined;
  /** Not a column: its text may be a line of another format. */
  mayHoldLine = false;
  /** Not a column: where its line is in the log from which it was rejected. */
  origin: LinePlace | undefined = undefined;
  /** Not a column: what may follow it. */
  joins: Joins = "none";

  constructor(format: string) {
    this.format = format;
  }
}

/** Ids of W3C Trace Context, and those of half its length that B3 has: hexadecimal, and not 0. */
const IDS: Readonly<Record<string, RegExp>> = {
  trace_id: /^(?!0+$)(?:[0-9a-f]{16}){1,2}$/i,
  span_id: /^(?!0+$)[0-9a-f]{16}$/i,
};

/** Whether a column is for ids of W3C Trace Context, and a value is none: a number of Datadog, a UUID. */
export function isForeignId(column: string, value: string): boolean {
  return IDS[column]?.test(value) === false;
}

/** Adds an attribute. */
export function setAttribute(record: LogRecord, key: string, value: string): void {
  record.attributes ??= Object.create(null) as TextMap;
  record.attributes[key] = value;
}

/** A name tells more of a thread than its number, in whichever order they come. */
export function setThread(record: LogRecord, key: string, value: string): boolean {
  const { thread_name: before, threadIdKey } = record;
  const isId = /id$/i.test(key);
  if (before !== undefined && (isId || threadIdKey === undefined)) return false;
  if (before !== undefined && threadIdKey !== undefined) setAttribute(record, threadIdKey, before);
  record.threadIdKey = isId ? key : undefined;
  record.thread_name = value;
  return true;
}

/** Marks a record whose line was read but for one piece. */
export function markPartial(record: LogRecord, message: string, column?: number): void {
  record.parse_status = "partial";
  record.problems++;
  record.parse_error ??= message;
  record.error_column ??= column;
}

/** Whether a record has no time, or one that only more than its line can tell, such as a time of a day that it does not name. */
export function isUntold({ epochSeconds, parse_error = "" }: LogRecord): boolean {
  return epochSeconds === undefined && !parse_error.includes(" does not exist");
}

/** Makes room for a better time than one that could not be told: what was written is kept, and is no problem any more. */
export function replaceTime(record: LogRecord): void {
  const { timestamp_raw, parse_error = "" } = record;
  if (timestamp_raw !== undefined) setAttribute(record, "local_time", timestamp_raw);
  record.date_order = undefined;
  if (!parse_error.startsWith('timestamp "') || --record.problems > 0) return;
  record.parse_status = "ok";
  record.parse_error = undefined;
  record.error_column = undefined;
}
