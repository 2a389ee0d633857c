import { epochClock, findClock, withoutExponent } from "./clock_patterns.ts";
import { withoutColours } from "./_colours.ts";
import { durationNanos, type DurationUnit } from "./_duration.ts";
import { isSign, type Meaning, meaningOf, type TextColumn } from "./_field_names.ts";
import { HTTP_SIGN, isMethod, noteHttp } from "./_http_fields.ts";
import { isForeignId, markPartial, setAttribute, setThread } from "./_log_record.ts";
import type { LogRecord } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";
import { setRequest, setTarget } from "./_url.ts";

/** What writers put where there is no value; only dashes say nothing at all. */
const NOTHING = /^(?:|-{1,3}|null|nil|none|<nil>|<none>|\(null\)|undefined|n\/a)$/i;
/** An error that is none, or only a flag or a number. */
const NO_ERROR = /^(?:|-{1,3}|null|nil|none|<nil>|undefined|true|false|ok|\d{1,9})$/i;
const ACCESS_TIME = /^\d\d\/[A-Z][a-z]{2}\/\d{4}:/;
/** PowerShell's JSON. */
const DOTNET = /^\/Date\((1\d{12})\)\/$/;
const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;
/** A date and a time of day in fields of their own. */
const DATE = /^(?:\d{4}([-/.])\d\d\1\d\d|\d\d?([-/.])\d\d?\2(?:\d{4}|\d\d)|\d{8})$/;
const TIME_OF_DAY = /^\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?$/;

/** Whether a text only says that there is no value. */
export function isNothing(text: string): boolean {
  return NOTHING.test(text);
}

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
  // API Gateway's time, which for others is a duration.
  if (key === "msec" && /^1\d{9}\.\d{3}$/.test(value)) meaning = "time"; // nginx's
  if (key === "requestTime" && ACCESS_TIME.test(value)) meaning = "time";
  if (meaning !== undefined && setMeaning(record, meaning, key, value, time)) return;
  if ((record.attributes?.[key] ?? value) !== value) {
    markPartial(record, `key "${key.slice(0, 64)}" comes twice: its last value counts`);
  }
  if (isSign(key)) record.hasSign = true;
  setAttribute(record, key, value);
}

/** Sets the column of a meaning; `false`: the value is not of its form, or the record has one. */
export function setMeaning(
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
      return setLevel(record, key, value);
    case "target":
    case "path":
      return setUrl(record, key, value);
    case "request":
      return setRequestLine(record, value);
    case "query":
      if (value === "-") return true;
      if (record.url_query !== undefined) return false;
      record.url_query = value;
      return true;
    case "version":
      return setVersion(record, key, value);
    case "bytes":
      return setWhole(record, "response_bytes", value, /^\d{1,15}$/);
    case "status":
      return setStatus(record, key, value);
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
      return setText(record, meaning, key, value);
  }
}

function setText(record: LogRecord, column: TextColumn, key: string, value: string): boolean {
  if (column === "body" || column === "error_stack" || column === "error_message") {
    if (record[column] !== undefined || column !== "body" && NO_ERROR.test(value)) return false;
    record[column] = value;
    return true;
  }
  if (NOTHING.test(value)) return value.startsWith("-");
  // Heroku's router calls the time that a request took its service.
  if (column === "service_name" && durationNanos(value) !== undefined) return false;
  if (column === "thread_name") return setThread(record, key, value);
  if (record[column] !== undefined || isForeignId(column, value)) return false;
  if (column === "http_method") {
    if (!isMethod(record, key, value)) return false;
    noteHttp(record, "http_method", key, value);
  }
  record[column] = value;
  if (column === "host_name" && (key === "host" || key === "Host")) record.bareHost = key;
  return true;
}

function setUrl(record: LogRecord, key: string, value: string): boolean {
  if (NOTHING.test(value)) return value.startsWith("-");
  if (record.url_original !== undefined) return false;
  setTarget(record, value);
  noteHttp(record, "url_original", key, value);
  return true;
}

/** A name that is HTTP's alone tells more than `status`. */
function setStatus(record: LogRecord, key: string, value: string): boolean {
  const { http_status, doubtfulStatus } = record;
  const isSurer = doubtfulStatus !== undefined && key.toLowerCase() !== "status";
  if (!/^[1-9]\d\d$/.test(value) || http_status !== undefined && !isSurer) return false;
  if (doubtfulStatus !== undefined) setAttribute(record, doubtfulStatus, String(http_status));
  record.doubtfulStatus = undefined;
  record.http_status = Number(value);
  noteHttp(record, "http_status", key, value);
  return true;
}

function setVersion(record: LogRecord, key: string, value: string): boolean {
  // OpenTelemetry and ECS have the number alone.
  const isBare = key === "http.version" && /^\d(?:\.\d)?$/.test(value);
  const version = isBare ? value : /^HTTP\/(\d(?:\.\d)?)$/.exec(value)?.[1];
  if (version === undefined || record.http_version !== undefined) return false;
  record.http_version = version;
  return true;
}

function setWhole(
  record: LogRecord,
  column: "response_bytes",
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
  record.httpSigns |= HTTP_SIGN;
  record.http_method = http_method ?? record.http_method;
  return true;
}

/** A name next to a number says what the number means: of Python, Monolog, Django and who else counts. */
const LEVEL_NAME =
  /^(?:record\.)?(?:level|severity|priority|log_?level)(?:[._]?(?:name|text|str)|DisplayName)$/i;

const OF_AUDIT = /^(?:Metadata|Request|RequestResponse)$/;

/** A number is a level only if its dialect is known: tens are bunyan's and pino's. */
function setLevel(record: LogRecord, key: string, written: string): boolean {
  // Zap and others colour it in JSON, too.
  const value = withoutColours(written);
  const { severity_text } = record;
  if (severity_text !== undefined) {
    const isName = /^\d+$/.test(severity_text) && LEVEL_NAME.test(key);
    if (!isName || severityNumber(value) === undefined) return false;
    setAttribute(record, "level", severity_text);
  }
  const number = levelNumber(value);
  // Kubernetes' audit calls so how much of a request it wrote.
  if (number === undefined && OF_AUDIT.test(value)) return false;
  record.severity_text = value;
  record.severity_number = number;
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
  const seconds = EPOCH.test(value) ? value : withoutExponent(value) ?? DOTNET.exec(value)?.[1];
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
