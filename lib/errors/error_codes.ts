/** Consequence of a finding in a file: the file, one row or line, or nothing is rejected. */
export type FindingSeverity = "reject-file" | "reject-row" | "warn";

/** One row of the table of error codes. */
export interface ErrorCodeInfo {
  /** The class that carries the code. */
  readonly family: string;
  /** Whether trying the same thing again, unchanged, may succeed. */
  readonly transient: boolean;
  /** For findings in files only. @default none: it is no finding */
  readonly severity?: FindingSeverity;
  /** One sentence for REFERENCE.md: what it means. */
  readonly meaning: string;
}

/** Every error and reject code there is; REFERENCE.md prints this table. */
export const ERROR_CODES = {
  "usage": { family: "UsageError", transient: false, meaning: "The command line is wrong." },

  "config-not-found": {
    family: "ConfigError",
    transient: false,
    meaning: "The configuration file does not exist or cannot be read.",
  },
  "config-syntax": {
    family: "ConfigError",
    transient: false,
    meaning: "The configuration is not valid YAML.",
  },
  "config-invalid": {
    family: "ConfigError",
    transient: false,
    meaning: "A key of the configuration is unknown, missing or has a wrong value.",
  },
  "config-env-missing": {
    family: "ConfigError",
    transient: false,
    meaning: "The configuration names an environment variable that is not set.",
  },
  "stream-changed": {
    family: "ConfigError",
    transient: false,
    meaning: "A stream now says another mode or cursor than the one by which it was read so far.",
  },
  "lake-not-ours": {
    family: "ConfigError",
    transient: false,
    meaning: "The lake and the audit database do not belong together.",
  },

  "http-unreachable": {
    family: "HttpError",
    transient: true,
    meaning: "No connection: refused, unknown host or no route.",
  },
  "http-tls": {
    family: "HttpError",
    transient: false,
    meaning: "The server's certificate or TLS handshake was not accepted.",
  },
  "http-denied": {
    family: "HttpError",
    transient: false,
    meaning: "The runtime's permissions do not include this host.",
  },
  "http-reset": {
    family: "HttpError",
    transient: true,
    meaning: "The connection broke before the whole body had arrived.",
  },
  "http-timeout": {
    family: "HttpError",
    transient: true,
    meaning: "An attempt took longer than its timeout.",
  },
  "http-status": {
    family: "HttpError",
    transient: false,
    meaning:
      "The server answered with an error status; 408, 413, 425, 429 and most 5xx are transient.",
  },
  "http-auth": {
    family: "HttpError",
    transient: false,
    meaning: "The server refused the credentials (401, 403 or the token endpoint).",
  },
  "http-content-type": {
    family: "HttpError",
    transient: true,
    meaning:
      "The answer has another content type than the one asked for (an HTML error page, say).",
  },
  "http-body-invalid": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer cannot be parsed (truncated JSON, wrong encoding).",
  },
  "http-body-error": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer reports an error.",
  },
  "http-records-missing": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer lacks the configured path to the records.",
  },
  "http-too-large": {
    family: "HttpError",
    transient: false,
    meaning: "The body is larger than the limit.",
  },
  "http-redirect": {
    family: "HttpError",
    transient: false,
    meaning: "A redirect was refused: another origin, too many hops or no Location.",
  },

  "page-repeated": {
    family: "PaginationError",
    transient: true,
    meaning: "A page with the same records was read before in this stream.",
  },
  "cursor-repeated": {
    family: "PaginationError",
    transient: false,
    meaning: "The next token was used before in this stream: the API loops.",
  },
  "next-cross-origin": {
    family: "PaginationError",
    transient: false,
    meaning: "The next link leads to another origin, which must not see the credentials.",
  },
  "window-capped": {
    family: "PaginationError",
    transient: false,
    meaning: "The shortest window of a stream still reaches the API's cap on results.",
  },
  "next-invalid": {
    family: "PaginationError",
    transient: false,
    meaning: "The next link or token has not the form that the configuration promises.",
  },

  "record-not-object": {
    family: "DataError",
    transient: false,
    meaning: "A record is not a JSON object.",
  },
  "record-key-missing": {
    family: "DataError",
    transient: false,
    meaning: "A record has no value for a part of its primary key.",
  },
  "record-cursor-missing": {
    family: "DataError",
    transient: false,
    meaning: "A record has no usable value in its incremental field.",
  },
  "record-invalid": {
    family: "DataError",
    transient: false,
    meaning: "A record cannot be read in its format.",
  },
  "record-too-large": {
    family: "DataError",
    transient: false,
    meaning: "A record is larger than `max_record_size`; quarantine has its beginning.",
  },
  "record-credential": {
    family: "DataError",
    transient: false,
    meaning:
      "A record holds a credential of its own source, which must not reach the lake; quarantine has it with a placeholder.",
  },
  "page-failed": {
    family: "DataError",
    transient: false,
    meaning: "A page could not be fetched and was skipped by policy.",
  },
  "row-columns": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A row has more or fewer columns than the header.",
  },
  "row-quote": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A row has a quote that is not closed or stands in the wrong place.",
  },
  "row-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A row is longer than the limit.",
  },
  "file-empty": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file has no rows.",
  },
  "file-too-large": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file is larger than `expect.max_size`.",
  },
  "file-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file is not in the expected encoding.",
  },
  "file-nul": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A text file holds NUL bytes.",
  },
  "file-header": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file's header lacks columns, has unknown ones or has them in another order.",
  },
  "file-corrupt": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A compressed file cannot be decompressed to its end.",
  },
  "file-type": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file's name says no format that is known here.",
  },
  "file-changed": {
    family: "DataError",
    transient: true,
    meaning: "A file changed while it was read.",
  },
  "file-unfit": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "No row of a file is good, or more than 100,000 are not, so that the file as a whole is rejected.",
  },
  "file-name-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A file's or folder's name is not UTF-8, so that the runtime cannot open it: rename it.",
  },
  "file-unreadable": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file or folder cannot be read; the rest of its source is.",
  },
  "file-link": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A symbolic link leads out of the source's folder, to itself or nowhere.",
  },
  "line-unrecognised": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line fits no known format.",
  },
  "line-malformed": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line breaks the grammar of its format.",
  },
  "line-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line is longer than the limit.",
  },
  "line-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line is not valid UTF-8.",
  },
  "event-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log event has more continuation lines than the limit; those over it are refused.",
  },
  "log-unbalanced": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "The lines of a log do not add up: a fault of the parser, nothing may be published.",
  },

  "storage-full": {
    family: "StorageError",
    transient: false,
    meaning: "No space left on the device.",
  },
  "storage-denied": {
    family: "StorageError",
    transient: false,
    meaning: "The system or the runtime's permissions deny access to a path.",
  },
  "storage-missing": {
    family: "StorageError",
    transient: false,
    meaning: "A file or folder that must exist does not.",
  },
  "storage-io": { family: "StorageError", transient: false, meaning: "Reading or writing failed." },
  "storage-damaged": {
    family: "StorageError",
    transient: false,
    meaning: "A staged or published file is not what the audit database says it is.",
  },
  "lake-damaged": {
    family: "StorageError",
    transient: false,
    meaning: "Published files are missing from the lake or were altered.",
  },
  "publication-lost": {
    family: "StorageError",
    transient: false,
    meaning: "Staged files vanished before they were published; they are read again.",
  },

  "database-busy": {
    family: "DatabaseError",
    transient: true,
    meaning: "Another process holds the database's write lock.",
  },
  "database-constraint": {
    family: "DatabaseError",
    transient: false,
    meaning: "A statement breaks a constraint of the database.",
  },
  "database-statement": {
    family: "DatabaseError",
    transient: false,
    meaning: "A statement is wrong or does not fit the schema.",
  },
  "database-damaged": {
    family: "DatabaseError",
    transient: false,
    meaning: "The database is not a SQLite database or is corrupt.",
  },
  "database-foreign": {
    family: "DatabaseError",
    transient: false,
    meaning: "The file is a database of another program; it is not touched.",
  },
  "database-older": {
    family: "DatabaseError",
    transient: false,
    meaning: "The audit database was written by an older version and is only read.",
  },
  "database-newer": {
    family: "DatabaseError",
    transient: false,
    meaning: "The database was written by a newer version.",
  },
  "database-io": {
    family: "DatabaseError",
    transient: false,
    meaning: "SQLite could not read or write the database.",
  },

  "internal-fault": {
    family: "InternalError",
    transient: false,
    meaning: "A fault of this program; the log has its place.",
  },
  "source-fault": {
    family: "InternalError",
    transient: false,
    meaning: "A source of your own threw an error that is none of ours.",
  },

  "suspended-wait": {
    family: "SuspendedError",
    transient: true,
    meaning: "The server asked for a longer wait than `retry.max_wait`.",
  },
  "suspended-origin": {
    family: "SuspendedError",
    transient: true,
    meaning: "An origin failed again and again after all retries and is left alone for a while.",
  },
  "suspended-signal": {
    family: "SuspendedError",
    transient: true,
    meaning: "A signal asked the run to stop.",
  },
  "suspended-locked": {
    family: "SuspendedError",
    transient: true,
    meaning: "Another run of this pipeline is under way.",
  },
} as const satisfies Record<string, ErrorCodeInfo>;

/** A code of {@linkcode ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes that one error class may carry. */
export type CodeOf<Family extends string> = {
  [C in ErrorCode]: (typeof ERROR_CODES)[C]["family"] extends Family ? C : never;
}[ErrorCode];
