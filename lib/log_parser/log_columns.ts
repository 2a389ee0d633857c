/** Types that a column can have; each has one Spark type. */
export type LogColumnType =
  | "string"
  | "integer"
  | "long"
  | "timestamp"
  | "map<string,string>"
  | "map<string,map<string,string>>";

/** One column of the normalized schema. */
export interface LogColumn {
  /** Name in the NDJSON. */
  readonly name: string;
  /** Its one type; a value of another type is never written. */
  readonly type: LogColumnType;
  /** One sentence for REFERENCE.md and for Spark's column comment. */
  readonly meaning: string;
}

/**
 * The normalized schema: one for every format.
 *
 * The first eight columns are in every record; any other is left out where a line has no value for
 * it, which Spark reads as null. Names follow OpenTelemetry's log data model where it has one.
 */
export const LOG_COLUMNS = [
  { name: "record_id", type: "string", meaning: "File hash (16 digits) and offset of the line." },
  {
    name: "source_file",
    type: "string",
    meaning: "Path of the file within its source; of a reject that was parsed again, its log's.",
  },
  {
    name: "source_offset",
    type: "long",
    meaning: "Offset of the first byte, after decompression.",
  },
  { name: "line_start", type: "long", meaning: "Number of the first line, 1-based." },
  { name: "line_count", type: "integer", meaning: "Lines in the record: 1 + continuation lines." },
  { name: "format", type: "string", meaning: "Format that the line was read as." },
  { name: "parser_version", type: "string", meaning: "Version of the rules that read it." },
  { name: "parse_status", type: "string", meaning: "ok, or partial: see parse_error." },
  { name: "parse_error", type: "string", meaning: "What could not be read." },
  { name: "error_column", type: "integer", meaning: "Where, 1-based, in bytes." },
  { name: "raw", type: "string", meaning: "The lines as they came (option keepRaw)." },
  { name: "timestamp", type: "timestamp", meaning: "Time of the event, UTC, microseconds." },
  { name: "timestamp_nanos", type: "long", meaning: "The same in nanoseconds since 1970." },
  {
    name: "observed_timestamp",
    type: "timestamp",
    meaning: "When it was read (option observedAt).",
  },
  { name: "timestamp_raw", type: "string", meaning: "The timestamp as written." },
  { name: "timestamp_precision", type: "string", meaning: "s, ms, us or ns: digits written." },
  {
    name: "tz_source",
    type: "string",
    meaning:
      "explicit, configured, assumed_utc, assumed_us for CST, which is China's, too, or assumed_earlier for a time that happens twice as clocks go back.",
  },
  { name: "year_source", type: "string", meaning: "explicit, configured, file_mtime or rollover." },
  {
    name: "date_order",
    type: "string",
    meaning: "ymd, mdy or dmy, where one decision per file, or the user, orders 07/08/22.",
  },
  { name: "severity_number", type: "integer", meaning: "OpenTelemetry severity, 1-24." },
  { name: "severity_text", type: "string", meaning: "The level as written." },
  { name: "body", type: "string", meaning: "The message; a request line that is not HTTP." },
  { name: "service_name", type: "string", meaning: "Program, service or virtual host." },
  { name: "host_name", type: "string", meaning: "Machine that wrote the line." },
  { name: "logger", type: "string", meaning: "Logger, module or class." },
  {
    name: "process_pid",
    type: "string",
    meaning:
      "Process id; RFC 5424 allows any text. A bare number is one only where the format or the whole file shows it.",
  },
  { name: "thread_name", type: "string", meaning: "Thread name or id." },
  { name: "syslog_facility", type: "integer", meaning: "Syslog facility, 0-23." },
  { name: "syslog_msgid", type: "string", meaning: "MSGID of RFC 5424." },
  {
    name: "syslog_sd",
    type: "map<string,map<string,string>>",
    meaning: "Structured data of RFC 5424, decoded.",
  },
  { name: "client_address", type: "string", meaning: "Address or name of the client." },
  { name: "user_name", type: "string", meaning: "Authenticated user." },
  { name: "http_method", type: "string", meaning: "Method; null if the request is not HTTP." },
  { name: "url_original", type: "string", meaning: "Request target as sent." },
  { name: "url_path", type: "string", meaning: "Path of the target, undecoded." },
  { name: "url_query", type: "string", meaning: "Query of the target, without `?`." },
  { name: "http_version", type: "string", meaning: "1.0, 1.1, 2.0 ..." },
  { name: "http_status", type: "integer", meaning: "Status, 100-999." },
  { name: "response_bytes", type: "long", meaning: "Bytes sent; null for `-`." },
  { name: "referrer", type: "string", meaning: "Referer header." },
  { name: "user_agent", type: "string", meaning: "User-Agent header." },
  { name: "duration_ns", type: "long", meaning: "Latency in nanoseconds." },
  { name: "error_type", type: "string", meaning: "Class of the exception." },
  { name: "error_message", type: "string", meaning: "Message of the exception." },
  { name: "error_stack", type: "string", meaning: "Stack trace, its lines joined by \\n." },
  { name: "trace_id", type: "string", meaning: "W3C trace id, or B3's of 16 digits." },
  { name: "span_id", type: "string", meaning: "W3C span id." },
  {
    name: "attributes",
    type: "map<string,string>",
    meaning:
      "Everything else, as text; pieces of a header whose meaning nothing shows are `context`, `column_N`, `tail_N`.",
  },
] as const satisfies readonly LogColumn[];

/** Name of a column of {@linkcode LOG_COLUMNS}. */
export type LogColumnName = (typeof LOG_COLUMNS)[number]["name"];

/** Columns that every record has. */
export const REQUIRED_LOG_COLUMNS = 8;
