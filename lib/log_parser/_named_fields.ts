import { epochClock, findClock, withoutExponent } from "./clock_patterns.ts";
import { durationNanos, type DurationUnit } from "./_duration.ts";
import { type Meaning, meaningOf } from "./_field_names.ts";
import { type LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";
import { setRequest, setTarget } from "./_url.ts";

const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;
/** A date and a time of day in fields of their own. */
const DATE = /^(?:\d{4}([-/.])\d\d\1\d\d|\d\d?([-/.])\d\d?\2(?:\d{4}|\d\d)|\d{8})$/;
const TIME_OF_DAY = /^\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?$/;

/** Puts a named value where it belongs: into a column, or else among the attributes. */
export function setNamedField(
  record: LogRecord,
  key: string,
  value: string,
  time: FileTimes,
): void {
  let meaning = meaningOf(key);
  if (key === "target" && meaning === "target" && /^\w+(?:::\w+)*$/.test(value)) {
    meaning = "logger"; // So Rust's tracing calls the module.
  }
  // Windows' firewall calls its directions so.
  if (key === "path" && !/^[/*]|:\/\//.test(value)) meaning = undefined;
  // Kubernetes has verbs of its own: list, watch.
  if (key === "verb" && value !== value.toUpperCase()) meaning = undefined;
  if (meaning === undefined || !setMeaning(record, meaning, key, value, time)) {
    setAttribute(record, key, value);
  }
}

function setMeaning(
  record: LogRecord,
  meaning: Meaning,
  key: string,
  value: string,
  time: FileTimes,
): boolean {
  switch (meaning) {
    case "time":
      return setTime(record, key, value, time);
    case "level":
      return setLevel(record, value);
    case "target":
      if (record.url_original !== undefined) return false;
      setTarget(record, value);
      return true;
    case "request":
      return setRequestLine(record, value);
    case "path":
    case "query":
      return setPart(record, meaning, value);
    case "bytes":
      return setWhole(record, "response_bytes", value, /^\d{1,15}$/);
    case "status":
      return setWhole(record, "http_status", value, /^[1-9]\d\d$/);
    case "body":
    case "error_stack":
    case "error_message":
      if (record[meaning] !== undefined) return false;
      record[meaning] = value;
      return true;
    case "duration":
    case "ns":
    case "us":
    case "µs":
    case "μs":
    case "ms":
    case "s":
    case "m":
    case "h":
      return setDuration(record, value, meaning === "duration" ? undefined : meaning);
    default:
      if (value === "" || value === "-") return value === "-";
      // Heroku's router calls the time that a request took its service.
      if (meaning === "service_name" && durationNanos(value) !== undefined) return false;
      if (record[meaning] !== undefined) return false;
      record[meaning] = value;
      return true;
  }
}

function setWhole(
  record: LogRecord,
  column: "http_status" | "response_bytes",
  value: string,
  form: RegExp,
): boolean {
  if (record[column] !== undefined || !form.test(value)) return false;
  record[column] = Number(value);
  return true;
}

/** nginx's `$request`; a value of another form is no request. */
function setRequestLine(record: LogRecord, value: string): boolean {
  if (record.url_original !== undefined || !/^[A-Z]+ \S+ HTTP\/\d(?:\.\d)?$/.test(value)) {
    return false;
  }
  const { http_method } = record;
  setRequest(record, value);
  record.http_method = http_method ?? record.http_method;
  return true;
}

/** A path may come with its query, or the two apart. */
function setPart(record: LogRecord, part: "path" | "query", value: string): boolean {
  if (value === "-") return true;
  if (part === "path") {
    if (record.url_original !== undefined) return false;
    setTarget(record, value);
    return true;
  }
  if (record.url_query !== undefined) return false;
  record.url_query = value;
  return true;
}

/** A number is a level only if its dialect is known: tens are bunyan's and pino's. */
function setLevel(record: LogRecord, value: string): boolean {
  if (record.severity_text !== undefined) return false;
  record.severity_text = value;
  record.severity_number = levelNumber(value);
  return true;
}

/** Reads a level, a word or a number. */
export function levelNumber(value: string): number | undefined {
  if (!/^\d{1,2}$/.test(value)) return severityNumber(value) ?? slogNumber(value);
  const number = Number(value);
  return number % 10 === 0 && number <= 60 ? [1, 5, 9, 13, 17, 21][number / 10 - 1] : undefined;
}

/** Go's slog counts levels of one's own from its four, which are four apart as OpenTelemetry's are. */
function slogNumber(value: string): number | undefined {
  const [, name = "", step] = /^(DEBUG|INFO|WARN|ERROR)([+-]\d{1,2})$/.exec(value) ?? [];
  if (step === undefined) return undefined;
  return Math.min(24, Math.max(1, (severityNumber(name) ?? 0) + Number(step)));
}

function setDuration(record: LogRecord, value: string, unit: DurationUnit | undefined): boolean {
  if (record.duration_ns !== undefined) return false;
  const nanos = durationNanos(value, unit);
  if (nanos === undefined) return false;
  record.duration_ns = nanos;
  return true;
}

function setTime(record: LogRecord, key: string, value: string, times: FileTimes): boolean {
  if (record.timestamp_raw !== undefined) return false;
  const part = DATE.test(value) ? "datePart" : TIME_OF_DAY.test(value) ? "timePart" : undefined;
  if (part !== undefined && record[part] === undefined) {
    record[part] = [key, value];
    const { datePart, timePart } = record;
    if (datePart === undefined || timePart === undefined) return true;
    const whole = `${datePart[1]} ${timePart[1]}`;
    const clock = findClock(whole);
    if (clock?.length !== whole.length) return true;
    record.datePart = record.timePart = undefined;
    setTimestamp(record, whole, clock.clock, times);
    return true;
  }
  const seconds = EPOCH.test(value) ? value : withoutExponent(value);
  if (seconds !== undefined) {
    setTimestamp(record, value, epochClock(seconds), times);
    return true;
  }
  const found = findClock(value);
  if (found === undefined || found.length !== value.length) {
    markPartial(record, `timestamp "${value.slice(0, 64)}" is not understood`);
    return false;
  }
  setTimestamp(record, value, found.clock, times);
  return true;
}

const EVENT_NAMES = ["event", "@mt", "MessageTemplate"] as const;

/**
 * Settles what only the whole line decides. Half a time is no time: it becomes an attribute, and the record is partial,
 * unless the line has another time.
 */
export function settleFields(record: LogRecord): void {
  const { attributes } = record;
  if (record.body === undefined && attributes !== undefined) {
    const name = EVENT_NAMES.find((one) => attributes[one] !== undefined);
    if (name !== undefined) record.body = attributes[name];
    if (name === "event") {
      delete attributes[name];
      if (Object.keys(attributes).length === 0) record.attributes = undefined;
    }
  }
  // Of bunyan, which numbers its version and knows its host and process.
  if (
    attributes?.["v"] === "0" && record.host_name !== undefined && record.process_pid !== undefined
  ) {
    record.service_name ??= attributes["name"];
    if (record.service_name === attributes["name"]) delete attributes["name"];
  }
  for (const part of ["datePart", "timePart"] as const) {
    const found = record[part];
    if (found === undefined) continue;
    record[part] = undefined;
    setAttribute(record, found[0], found[1]);
    if (record.timestamp_raw !== undefined) continue;
    markPartial(
      record,
      `timestamp "${found[1]}" lacks its ${part === "datePart" ? "time" : "date"}`,
    );
  }
}
