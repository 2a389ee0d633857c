import { findClock } from "./_clock_patterns.ts";
import { type LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import { severityNumber, syslogSeverityNumber } from "./severity_number.ts";
import { setInstant, setTimestamp, type TimeContext } from "./_timestamp.ts";
import { setTarget } from "./_url.ts";

type TextColumn =
  | "body"
  | "service_name"
  | "host_name"
  | "logger"
  | "process_pid"
  | "thread_name"
  | "client_address"
  | "user_name"
  | "http_method"
  | "referrer"
  | "user_agent"
  | "error_type"
  | "error_message"
  | "error_stack"
  | "trace_id"
  | "span_id";
type Meaning = TextColumn | "time" | "level" | "target" | "status" | "ms" | "s" | "ns";

/** Names that libraries give to what has a column here. */
const NAMES = {
  time:
    "ts time timestamp @timestamp t date datetime asctime eventTime time_unix_nano timeUnixNano",
  level: "level lvl severity log.level loglevel logLevel levelname level_name severityText",
  body: "msg message log body event log.message",
  service_name: "service service.name service_name app application",
  host_name: "host hostname host.name host_name",
  logger: "logger logger_name loggerName log.logger",
  process_pid: "pid process.pid process_id",
  thread_name: "thread thread_name threadName thread.name process.thread.name",
  client_address:
    "client_ip remote_addr remote_ip client.address http.client.address client.ip source.ip remoteAddress",
  user_name: "remote_user user.name",
  http_method: "method http_method request_method http.method http.request.method",
  target: "path uri url request_uri http.url url.original",
  status:
    "status status_code http_status statusCode http.status http.status_code http.response.status_code",
  referrer: "referer referrer http_referer http_referrer http.request.referrer",
  user_agent: "user_agent http_user_agent userAgent user_agent.original",
  error_type: "error.type err.type exception.type exception.class error_type",
  error_message: "error err error.message err.message exception.message error_message",
  error_stack:
    "stack stack_trace stacktrace exc_info exception error.stack error.stack_trace err.stack exception.stacktrace",
  trace_id: "trace_id traceId trace.id traceID",
  span_id: "span_id spanId span.id spanID",
  ns: "duration_ns event.duration",
  ms: "duration_ms latency_ms elapsed_ms responseTime response_time_ms took_ms",
  s: "request_time duration_s duration_seconds",
} as const satisfies Record<Meaning, string>;

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(NAMES).flatMap(([meaning, names]) =>
    names.split(" ").map((name) => [name, meaning as Meaning] as const)
  ),
);

/** Puts a named value where it belongs: into a column, or else among the attributes. */
export function setNamedField(
  record: LogRecord,
  key: string,
  value: string,
  time: TimeContext,
): void {
  const meaning = MEANINGS.get(key);
  if (meaning === undefined || !setMeaning(record, meaning, value, time)) {
    setAttribute(record, key, value);
  }
}

function setMeaning(
  record: LogRecord,
  meaning: Meaning,
  value: string,
  time: TimeContext,
): boolean {
  switch (meaning) {
    case "time":
      return setTime(record, value, time);
    case "level":
      return setLevel(record, value);
    case "target":
      if (record.url_original !== undefined) return false;
      setTarget(record, value);
      return true;
    case "status":
      if (record.http_status !== undefined || !/^[1-9]\d\d$/.test(value)) return false;
      record.http_status = Number(value);
      return true;
    case "ns":
    case "ms":
    case "s":
      return setDuration(record, value, meaning);
    default:
      if (record[meaning] !== undefined) return false;
      record[meaning] = value;
      return true;
  }
}

function setLevel(record: LogRecord, value: string): boolean {
  if (record.severity_text !== undefined) return false;
  record.severity_text = value;
  record.severity_number = /^\d{1,2}$/.test(value)
    ? numericSeverity(Number(value))
    : severityNumber(value);
  return true;
}

/** Tens are bunyan's and pino's levels, 0-7 are syslog's. */
function numericSeverity(level: number): number | undefined {
  if (level < 8) return syslogSeverityNumber(level);
  return level % 10 === 0 && level <= 60 ? [1, 5, 9, 13, 17, 21][level / 10 - 1] : undefined;
}

function setDuration(record: LogRecord, value: string, unit: "ns" | "ms" | "s"): boolean {
  if (record.duration_ns !== undefined || !/^\d{1,15}(?:\.\d{1,12})?$/.test(value)) return false;
  const nanos = Math.round(Number(value) * { ns: 1, ms: 1e6, s: 1e9 }[unit]);
  if (!Number.isSafeInteger(nanos)) return false;
  record.duration_ns = nanos;
  return true;
}

function setTime(record: LogRecord, value: string, time: TimeContext): boolean {
  if (record.timestamp_raw !== undefined) return false;
  if (setEpoch(record, value)) return true;
  const found = findClock(value);
  if (found === undefined || found.length !== value.length) {
    markPartial(record, `timestamp "${value.slice(0, 64)}" is not understood`);
    return false;
  }
  setTimestamp(record, value, found.clock, time);
  return true;
}

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits. */
function setEpoch(record: LogRecord, value: string): boolean {
  const match = /^(\d{9,19})(?:\.(\d{1,9}))?$/.exec(value);
  if (match === null) return false;
  const [, whole = "", fraction = ""] = match;
  const scale = whole.length <= 11 ? 0 : whole.length <= 14 ? 3 : whole.length <= 17 ? 6 : 9;
  const split = whole.length - scale;
  record.timestamp_raw = value;
  record.tz_source = "explicit";
  record.year_source = "explicit";
  setInstant(record, Number(whole.slice(0, split)), whole.slice(split) + fraction);
  return true;
}
