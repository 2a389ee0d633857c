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
  "auto": { meaning: "Detect: lines of the file vote, then each line is routed by itself." },
  "combined": {
    meaning: "Apache and nginx access lines with referrer and user agent, and their variants.",
  },
  "common": { meaning: "Apache access lines without referrer and user agent (CLF)." },
  "jsonl": { meaning: "One JSON object a line: docker, pino, zap, logstash, ECS and the like." },
  "logfmt": { meaning: "key=value pairs, values bare or quoted." },
  "rfc5424": { meaning: "Syslog with version, structured data and a full timestamp." },
  "rfc3164": { meaning: "BSD syslog as /var/log keeps it, with or without <PRI>." },
  "app": {
    meaning: "Application logs: a timestamp first, then level, thread, logger; traces are joined.",
  },
  "w3c": { meaning: "W3C extended logs, as IIS and CloudFront write them, and Zeek's." },
  "csv": { meaning: "CSV and TSV with a header that names a time, or a level and a message." },
  "ltsv": { meaning: "Labelled values, separated by tabs." },
  "container": {
    meaning: "Text that only docker or CRI dates; what is inside keeps its own format.",
  },
  "trace": { meaning: "A stack trace that no line above introduces." },
  "apache_error": { meaning: "Apache error logs, 2.2 and 2.4." },
  "nginx_error": { meaning: "nginx error logs." },
  "airflow": { meaning: "Airflow's tasks and scheduler." },
  "alb": { meaning: "AWS application and classic load balancers." },
  "android": { meaning: "Android's logcat, threadtime and brief." },
  "auditd": { meaning: "The Linux audit daemon." },
  "celery": { meaning: "Celery workers." },
  "envoy": {
    meaning: "Envoy's and Istio's default access log; the duration is its fourth number.",
  },
  "glog": { meaning: "glog and klog, as Kubernetes writes it." },
  "haproxy": {
    meaning: "HAProxy, HTTP and TCP, mostly inside syslog; the total time is the latency.",
  },
  "loguru": { meaning: "Python's loguru." },
  "monolog": { meaning: "Monolog, as Laravel and Symfony write it." },
  "mysql": { meaning: "MySQL's and MariaDB's error log." },
  "nginx_proxy_manager": { meaning: "nginx-proxy-manager's access log." },
  "php": { meaning: "PHP's error log." },
  "postgresql": { meaning: "PostgreSQL's stderr log with the usual prefixes." },
  "rails": { meaning: "Rails requests; the lines up to the next request belong to each." },
  "redis": { meaning: "Redis." },
  "ruby": { meaning: "Ruby's Logger." },
  "s3": { meaning: "AWS S3 server access logs; the total time is the latency." },
  "squid": { meaning: "Squid's native access log." },
  "env_logger": { meaning: "Rust's env_logger." },
  "spring": {
    meaning:
      "Spring Boot's console, 2 and 3, with the application's name and the correlation if they are on.",
  },
  "zap": { meaning: "Go's zap, console." },
} as const satisfies Record<string, LogFormatInfo>;

/** What a configuration may ask for. */
export type LogFormatChoice = keyof typeof LOG_FORMATS;

/** A format that a line can have. */
export type LogFormat = Exclude<LogFormatChoice, "auto">;
