import type { LineParser } from "./_line_parser.ts";

/** One row of the table of log formats. */
export interface LogFormatInfo {
  /** One sentence for REFERENCE.md and the configuration. */
  readonly meaning: string;
  /**
   * Loads what reads its lines, the stricter parser first.
   *
   * @internal
   */
  readonly parsers?: () => Promise<readonly LineParser[]>;
  /** Loads the file that describes its lines. */
  readonly yaml?: () => Promise<{ readonly default: string }>;
}

/**
 * Every format that a `logs` source may name in `format`; nothing else lists them.
 *
 * `auto` is not a format of a line: it asks for detection and routes each line by itself.
 */
export const LOG_FORMATS = {
  "auto": { meaning: "Detect: lines of the file vote, then each line is routed by itself." },
  // Those that are read by code: the most specific header first, since of two that accept a line the first is right.
  "rfc5424": {
    meaning: "Syslog with version, structured data and a full timestamp.",
    parsers: async () => [(await import("./_rfc5424.ts")).RFC5424],
  },
  "combined": {
    meaning: "Apache and nginx access lines with referrer and user agent, and their variants.",
    parsers: async () => [(await import("./_access.ts")).ACCESS],
  },
  "common": { meaning: "Apache access lines without referrer and user agent (CLF)." },
  "apache_error": {
    meaning: "Apache error logs, 2.2 and 2.4.",
    parsers: async () => [(await import("./_apache_error.ts")).APACHE_ERROR],
  },
  "nginx_error": {
    meaning: "nginx error logs.",
    parsers: async () => [(await import("./_nginx_error.ts")).NGINX_ERROR],
  },
  "jsonl": {
    meaning: "One JSON object a line: docker, pino, zap, logstash, ECS and the like.",
    parsers: async () => {
      const { JSON_EVENTS, JSON_LINES } = await import("./_json_lines.ts");
      const { afterPriority } = await import("./_priority.ts");
      return [JSON_EVENTS, afterPriority(JSON_EVENTS), JSON_LINES];
    },
  },
  "ltsv": {
    meaning: "Labelled values, separated by tabs.",
    parsers: async () => [(await import("./_ltsv.ts")).LTSV],
  },
  "w3c": { meaning: "W3C extended logs, as IIS and CloudFront write them, and Zeek's." },
  "xml": {
    meaning: "Events in XML: log4j's, those of java.util.logging, Windows'.",
    parsers: async () => {
      const { AROUND_XML, XML_EVENTS } = await import("./_markup_events.ts");
      return [XML_EVENTS, AROUND_XML];
    },
  },
  "cmtrace": {
    meaning: "Configuration Manager's log, which CMTrace shows.",
    parsers: async () => [(await import("./_markup_events.ts")).CMTRACE_EVENTS],
  },
  "csv": { meaning: "CSV and TSV with a header that names a time, or with a column of times." },
  "container": {
    meaning: "Text that only docker or CRI dates; what is inside keeps its own format.",
  },
  "trace": { meaning: "A stack trace that no line above introduces." },
  // Those that patterns describe.
  "airflow": {
    meaning: "Airflow's tasks and scheduler.",
    yaml: () => import("./formats/airflow.yaml", { with: { type: "text" } }),
  },
  "alb": {
    meaning: "AWS application and classic load balancers.",
    yaml: () => import("./formats/alb.yaml", { with: { type: "text" } }),
  },
  "android": {
    meaning: "Android's logcat, threadtime and brief, and Android Studio's.",
    yaml: () => import("./formats/android.yaml", { with: { type: "text" } }),
  },
  "ansible": {
    meaning: "Ansible's log file; the level is what the line says before the bar.",
    yaml: () => import("./formats/ansible.yaml", { with: { type: "text" } }),
  },
  "aspnet": {
    meaning: "ASP.NET Core's console; the message is on the lines below.",
    yaml: () => import("./formats/aspnet.yaml", { with: { type: "text" } }),
  },
  "apple": {
    meaning: "macOS' and iOS' unified log, as `log show` and NSLog write it.",
    yaml: () => import("./formats/apple.yaml", { with: { type: "text" } }),
  },
  "auditd": {
    meaning: "The Linux audit daemon.",
    yaml: () => import("./formats/auditd.yaml", { with: { type: "text" } }),
  },
  "celery": {
    meaning: "Celery workers.",
    yaml: () => import("./formats/celery.yaml", { with: { type: "text" } }),
  },
  "chromium": {
    meaning: "Chromium, Chrome and Electron.",
    yaml: () => import("./formats/chromium.yaml", { with: { type: "text" } }),
  },
  "cef": {
    meaning: "Common Event Format of security products; its severity is no level.",
    yaml: () => import("./formats/cef.yaml", { with: { type: "text" } }),
  },
  "cups": {
    meaning: "CUPS' error log.",
    yaml: () => import("./formats/cups.yaml", { with: { type: "text" } }),
  },
  "django": {
    meaning: "Django's development server.",
    yaml: () => import("./formats/django.yaml", { with: { type: "text" } }),
  },
  "env_logger": {
    meaning: "Rust's env_logger.",
    yaml: () => import("./formats/env_logger.yaml", { with: { type: "text" } }),
  },
  "envoy": {
    meaning: "Envoy's and Istio's default access log; the duration is its fourth number.",
    yaml: () => import("./formats/envoy.yaml", { with: { type: "text" } }),
  },
  "erlang": {
    meaning: "Reports of Erlang's own logger, as RabbitMQ before 3.7 writes them.",
    yaml: () => import("./formats/erlang.yaml", { with: { type: "text" } }),
  },
  "gin": {
    meaning: "Go's Gin.",
    yaml: () => import("./formats/gin.yaml", { with: { type: "text" } }),
  },
  "glog": {
    meaning: "glog and klog, as Kubernetes writes it.",
    yaml: () => import("./formats/glog.yaml", { with: { type: "text" } }),
  },
  "haproxy": {
    meaning: "HAProxy, HTTP and TCP, mostly inside syslog; the total time is the latency.",
    yaml: () => import("./formats/haproxy.yaml", { with: { type: "text" } }),
  },
  "lambda": {
    meaning: "AWS Lambda's own lines, of Node and Python.",
    yaml: () => import("./formats/lambda.yaml", { with: { type: "text" } }),
  },
  "loguru": {
    meaning: "Python's loguru.",
    yaml: () => import("./formats/loguru.yaml", { with: { type: "text" } }),
  },
  "mongodb": {
    meaning: "MongoDB before 4.4.",
    yaml: () => import("./formats/mongodb.yaml", { with: { type: "text" } }),
  },
  "monolog": {
    meaning: "Monolog, as Laravel and Symfony write it.",
    yaml: () => import("./formats/monolog.yaml", { with: { type: "text" } }),
  },
  "morgan": {
    meaning: "Express with morgan: dev, tiny and short, which have no time.",
    yaml: () => import("./formats/morgan.yaml", { with: { type: "text" } }),
  },
  "mssql": {
    meaning: "SQL Server's ERRORLOG.",
    yaml: () => import("./formats/mssql.yaml", { with: { type: "text" } }),
  },
  "mysql": {
    meaning: "MySQL's and MariaDB's error log.",
    yaml: () => import("./formats/mysql.yaml", { with: { type: "text" } }),
  },
  "nest": {
    meaning: "NestJS's console.",
    yaml: () => import("./formats/nest.yaml", { with: { type: "text" } }),
  },
  "nginx_proxy_manager": {
    meaning: "nginx-proxy-manager's access log.",
    yaml: () => import("./formats/nginx_proxy_manager.yaml", { with: { type: "text" } }),
  },
  "nlog": {
    meaning: "NLog's default layout.",
    yaml: () => import("./formats/nlog.yaml", { with: { type: "text" } }),
  },
  "php": {
    meaning: "PHP's error log.",
    yaml: () => import("./formats/php.yaml", { with: { type: "text" } }),
  },
  "postgresql": {
    meaning: "PostgreSQL's stderr log with the usual prefixes, and its csvlog.",
    parsers: async () => [(await import("./_table_formats.ts")).PG_CSV],
    yaml: () => import("./formats/postgresql.yaml", { with: { type: "text" } }),
  },
  "rails": {
    meaning: "Rails requests; the lines up to the next request belong to each.",
    yaml: () => import("./formats/rails.yaml", { with: { type: "text" } }),
  },
  "redis": {
    meaning: "Redis.",
    yaml: () => import("./formats/redis.yaml", { with: { type: "text" } }),
  },
  "ruby": {
    meaning: "Ruby's Logger.",
    yaml: () => import("./formats/ruby.yaml", { with: { type: "text" } }),
  },
  "s3": {
    meaning: "AWS S3 server access logs; the total time is the latency.",
    yaml: () => import("./formats/s3.yaml", { with: { type: "text" } }),
  },
  "samba": {
    meaning: "Samba's smbd and nmbd.",
    yaml: () => import("./formats/samba.yaml", { with: { type: "text" } }),
  },
  "spring": {
    meaning:
      "Spring Boot's console, 2 and 3, with the application's name and the correlation if they are on.",
    yaml: () => import("./formats/spring.yaml", { with: { type: "text" } }),
  },
  "squid": {
    meaning: "Squid's native access log, and its cache.log.",
    yaml: () => import("./formats/squid.yaml", { with: { type: "text" } }),
  },
  "tornado": {
    meaning: "Python's Tornado and Jupyter.",
    yaml: () => import("./formats/tornado.yaml", { with: { type: "text" } }),
  },
  "unreal": {
    meaning: "Unreal Engine.",
    yaml: () => import("./formats/unreal.yaml", { with: { type: "text" } }),
  },
  "uvicorn": {
    meaning: "Uvicorn's access lines, which have no time.",
    yaml: () => import("./formats/uvicorn.yaml", { with: { type: "text" } }),
  },
  "uptime": {
    meaning:
      "Times counted from a start: the kernel's ring, the JVM's own log, logrus on a terminal, X.Org, log4j's TTCC, ESP-IDF, Zephyr, coturn.",
    yaml: () => import("./formats/uptime.yaml", { with: { type: "text" } }),
  },
  "uwsgi": {
    meaning: "uWSGI's requests.",
    yaml: () => import("./formats/uwsgi.yaml", { with: { type: "text" } }),
  },
  "vmkernel": {
    meaning: "VMware ESXi's kernel.",
    yaml: () => import("./formats/vmkernel.yaml", { with: { type: "text" } }),
  },
  "vpc_flow": {
    meaning: "Flow logs of an AWS VPC, version 2.",
    yaml: () => import("./formats/vpc_flow.yaml", { with: { type: "text" } }),
  },
  "websphere": {
    meaning: "IBM WebSphere and Liberty; A, O, R, Z, C and 1 to 3 are levels, too.",
    yaml: () => import("./formats/websphere.yaml", { with: { type: "text" } }),
  },
  "wrapper": {
    meaning: "Java Service Wrapper.",
    yaml: () => import("./formats/wrapper.yaml", { with: { type: "text" } }),
  },
  "zap": {
    meaning: "Go's zap, console.",
    yaml: () => import("./formats/zap.yaml", { with: { type: "text" } }),
  },
  // Those whose header is less specific than all of these.
  "rfc3164": {
    meaning: "BSD syslog as /var/log keeps it, with or without <PRI>.",
    parsers: async () => [(await import("./_rfc3164.ts")).RFC3164],
  },
  "app": {
    meaning: "Application logs: a timestamp first, then level, thread, logger; traces are joined.",
    parsers: async () => {
      const { APP_LOG, BARE_APP_LOG } = await import("./_app_log.ts");
      const { NPM_LOG, WEBLOGIC_LOG } = await import("./_server_headers.ts");
      return [WEBLOGIC_LOG, APP_LOG, NPM_LOG, BARE_APP_LOG];
    },
  },
  "logfmt": {
    meaning: "key=value pairs, values bare or quoted.",
    parsers: async () => {
      const { LOGFMT, LOGFMT_EVENTS } = await import("./_logfmt.ts");
      const { afterPriority } = await import("./_priority.ts");
      return [LOGFMT_EVENTS, afterPriority(LOGFMT_EVENTS), LOGFMT];
    },
  },
} as const satisfies Record<string, LogFormatInfo>;

/** What a configuration may ask for. */
export type LogFormatChoice = keyof typeof LOG_FORMATS;

/** A format that a line can have. */
export type LogFormat = Exclude<LogFormatChoice, "auto">;
