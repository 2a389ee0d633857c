/** One row of the table of log formats. */
export interface LogFormatInfo {
  /** One sentence for REFERENCE.md and the configuration. */
  readonly meaning: string;
}

/**
 * Every format that a `logs` source may name in `format`.
 *
 * `auto` is not a format of a line: it asks for detection and routes each line by itself.
 */
export const LOG_FORMATS = {
  "auto": { meaning: "Detect: lines of the head vote, then each line is routed by itself." },
  "combined": {
    meaning:
      "Apache and nginx access lines with referrer and user agent; a vhost first and latencies last are read too.",
  },
  "common": { meaning: "Apache access lines without referrer and user agent (CLF)." },
  "jsonl": { meaning: "One JSON object a line: docker, pino, zap, logstash, ECS and the like." },
  "logfmt": { meaning: "key=value pairs, values bare or quoted." },
  "rfc5424": { meaning: "Syslog with version, structured data and a full timestamp." },
  "rfc3164": { meaning: "BSD syslog as /var/log keeps it, with or without <PRI>." },
  "app": {
    meaning: "Application logs: a timestamp first, then level, thread, logger; traces are joined.",
  },
  "apache_error": { meaning: "Apache error logs, 2.2 and 2.4." },
  "nginx_error": { meaning: "nginx error logs." },
} as const satisfies Record<string, LogFormatInfo>;

/** What a configuration may ask for. */
export type LogFormatChoice = keyof typeof LOG_FORMATS;

/** A format that a line can have. */
export type LogFormat = Exclude<LogFormatChoice, "auto">;
