/** What one file of data/samples/logs/ holds, counted by hand and checked by a test. */
export interface LogFile {
  /** Path below data/samples/logs/. */
  readonly path: string;
  /** Format, and what is special about the file. */
  readonly content: string;
  /** Lines that begin an event. */
  readonly events: number;
  /** Lines that belong to the event above them, blank lines inside a stack trace included. */
  readonly continuation: number;
  /** Lines that are no event and belong to none. */
  readonly broken: number;
  /** Blank lines outside an event. */
  readonly blank: number;
}

/** The log that is made, not kept: every line of it begins an event. */
export const ACCESS_LOG = {
  path: "access.log",
  content:
    "the sandbox's own access log, Apache's combined format with microseconds and request id at its end, by " +
    "`tools/_sample_access_log.ts`: three jobs with retries, a dashboard, a health check, a scanner; requests of `-`, of TLS bytes and without a protocol",
} as const;

/**
 * The hand-made logs. They are kept as they are, not generated: the tool only counts and hashes them.
 */
export const LOG_FILES = [
  {
    path: "app.log",
    content:
      "Java application log with three stack traces (`Caused by`, `Suppressed`, a blank line inside one) and one message " +
      "of three lines; a rotated file: lines 1-3, before the first event, are the end of a cut line, NUL bytes, and bytes that are not UTF-8",
    events: 76,
    continuation: 32,
    broken: 3,
    blank: 0,
  },
  {
    path: "gateway.log",
    content:
      "syslog, RFC 5424: structured data with all three escapes and one false one, several elements, nil fields, " +
      "an empty message, a byte order mark, another time zone, 0 to 6 fraction digits",
    events: 43,
    continuation: 0,
    broken: 0,
    blank: 0,
  },
  {
    path: "nginx-error.log",
    content:
      "nginx error log: with and without connection, commas and quotes in messages, an IPv6 upstream",
    events: 32,
    continuation: 0,
    broken: 0,
    blank: 0,
  },
  {
    path: "scheduler.log",
    content:
      "logfmt: escaped quotes, a key without a value, an empty value; line 32 has a quote that is never closed",
    events: 44,
    continuation: 0,
    broken: 1,
    blank: 0,
  },
  {
    path: "syslog.log",
    content:
      "syslog, RFC 3164 and its relatives: with and without `<PRI>`, process id and colon; Cisco IOS and ASA, " +
      "macOS, ISO times, an upper-case month, an IPv6 host, `last message repeated`",
    events: 45,
    continuation: 0,
    broken: 0,
    blank: 0,
  },
  {
    path: "worker.jsonl",
    content:
      "JSON lines: nested fields, an array, null, integers beyond 2^53, accents, a stack trace in a field; " +
      "one line is cut, one lacks a comma, one is blank",
    events: 55,
    continuation: 0,
    broken: 2,
    blank: 1,
  },
] as const satisfies readonly LogFile[];
