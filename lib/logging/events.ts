/** Level of a log line, the least first. */
export type LogLevel = "trace" | "debug" | "info" | "warning" | "error" | "fatal";

/**
 * TypeScript type of each kind of field.
 *
 * @internal
 */
interface FieldTypes {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  /** Numbers by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Anything that was thrown; the line shows its code, context and causes. */
  readonly error: unknown;
}

/** Kind of a field; a question mark means that the field may be missing. */
export type FieldKind = keyof FieldTypes | `${keyof FieldTypes}?`;

/** One row of the table of log events. */
export interface EventInfo {
  /** Area of lib that logs it, or "phases"; the line's category is `headwaters.` and the area. */
  readonly area: string;
  /** Level of its lines. */
  readonly level: Exclude<LogLevel, "trace" | "fatal">;
  /** One sentence: what happened. The `message` of its lines, the same in each. */
  readonly message: string;
  /** Every field that its lines may have, apart from the correlation fields. */
  readonly fields: Readonly<Record<string, FieldKind>>;
}

const ATTEMPT = {
  method: "text",
  attempt: "number",
  latency_ms: "number",
  url: "text",
  request_id: "text",
} as const;

const FAILED_ATTEMPT = {
  ...ATTEMPT,
  status: "number?",
  bytes: "number",
  code: "text",
  reason: "text",
  retried: "boolean",
  wait_ms: "number?",
  wait_source: "text?",
  wait_reason: "text?",
} as const;

const PAGE = {
  page: "number",
  url: "text",
  request_id: "text",
  status: "number",
  attempts: "number",
  bytes: "number",
} as const;

const COUNTS = {
  read: "number",
  written: "number",
  rejected: "number",
  duplicates: "number",
  unchanged: "number",
  out_of_range: "number",
} as const;

const STREAM = {
  pages: "number",
  requests: "number",
  bytes: "number",
  ...COUNTS,
  late: "number",
  skipped_pages: "number",
  files_published: "number",
  files_rejected: "number",
  files_duplicate: "number",
  files_unchanged: "number",
  files_waiting: "number",
  files_still_rejected: "number",
} as const;

const FILE = { path: "text", sha256: "text", bytes: "number" } as const;

/** Every log event there is; REFERENCE.md prints this table. */
export const EVENTS = {
  "request-answered": {
    area: "api",
    level: "debug",
    message: "A request was answered",
    fields: { ...ATTEMPT, status: "number", bytes: "number" },
  },
  "wait-not-kept": {
    area: "pipeline",
    level: "warning",
    message: "The audit database could not keep a wait that a server asked for",
    fields: { error: "error" },
  },
  "older-than-asked": {
    area: "pipeline",
    level: "warning",
    message:
      "An API sent records that are older than its start parameter asked for; it may ignore the parameter",
    fields: { param: "text", records: "number", read: "number" },
  },
  "start-hidden": {
    area: "pipeline",
    level: "info",
    message:
      "An API began later than its start parameter asked for; the stream is read again from earlier",
    fields: { param: "text", earlier_ms: "number" },
  },
  "request-failed": {
    area: "api",
    level: "warning",
    message: "A request attempt failed",
    fields: FAILED_ATTEMPT,
  },
  "request-stopped": {
    area: "api",
    level: "info",
    message: "A request attempt was given up at a stop",
    fields: FAILED_ATTEMPT,
  },
  "page-read": {
    area: "api",
    level: "debug",
    message: "A page was read",
    fields: { ...PAGE, records: "number", total: "number?" },
  },
  "page-skipped": {
    area: "api",
    level: "error",
    message: "A page could not be read and was skipped",
    fields: { ...PAGE, total: "number?", code: "text", reason: "text" },
  },
  "listing-moved": {
    area: "api",
    level: "info",
    message: "A listing may have moved while it was read: all of its pages are read again",
    fields: { reading: "number", reason: "text" },
  },
  "refresh-token-rotated": {
    area: "api",
    level: "warning",
    message:
      "The server gave another refresh token: the variable may not work for the next run, if the old one is taken back",
    fields: { name: "text" },
  },
  "listing-gone": {
    area: "api",
    level: "info",
    message: "What a listing belongs to is gone: it has no records",
    fields: { listing: "text", status: "number?" },
  },
  "position-refused": {
    area: "api",
    level: "warning",
    message: "The server refuses the place to go on from: the stream is read from its beginning",
    fields: { reason: "text" },
  },
  "window-halved": {
    area: "api",
    level: "info",
    message: "A window was halved: its answer reaches the maximum number of results",
    fields: { window_from: "number", window_to: "number" },
  },
  "window-boundary-unreadable": {
    area: "api",
    level: "warning",
    message:
      "Records at the boundary of two windows may come twice: the API refuses to list them (form: number reads whole seconds)",
    fields: { window_boundary: "number", status: "number?" },
  },

  "entry-unreadable": {
    area: "files",
    level: "warning",
    message: "An entry of a folder cannot be read; the source is partial",
    fields: { code: "text", path: "text", reason: "text" },
  },
  "folder-link": {
    area: "files",
    level: "debug",
    message: "A link to another folder of the source is not followed: its files are listed there",
    fields: { path: "text" },
  },
  "file-vanished": {
    area: "files",
    level: "info",
    message: "A file or folder vanished between its listing and its reading",
    fields: { path: "text" },
  },

  "database-migrated": {
    area: "db",
    level: "info",
    message: "A database was migrated",
    fields: { path: "text", version: "number", name: "text" },
  },
  "wal-unavailable": {
    area: "db",
    level: "warning",
    message: "A database does not support WAL and runs in another journal mode",
    fields: { path: "text", mode: "text?" },
  },
  "table-read-again": {
    area: "db",
    level: "warning",
    message: "A table could not be read for a moment; its page is asked for again after a wait",
    fields: {
      table: "text",
      attempt: "number",
      wait_ms: "number",
      wait_reason: "text",
      error: "error",
    },
  },
  "table-not-counted": {
    area: "db",
    level: "warning",
    message:
      "Counting the rows of a table took too long; the rows are read, their number is not confirmed",
    fields: { error: "error" },
  },
  "connection-lost": {
    area: "db",
    level: "debug",
    message:
      "A connection to a database server ended while it was not in use; another takes its place",
    fields: { error: "error" },
  },
  "transaction-rolled-back": {
    area: "db",
    level: "debug",
    message: "A transaction was rolled back",
    fields: { transaction: "text" },
  },
  "rollback-failed": {
    area: "db",
    level: "error",
    message: "A transaction could not be rolled back",
    fields: { transaction: "text", error: "error" },
  },

  "log-normalized": {
    area: "log_parser",
    level: "debug",
    message: "A log was normalized",
    fields: {
      file: "text",
      lines: "number",
      records: "number",
      continuation: "number",
      rejected: "number",
      blank: "number",
      directives: "number",
      filtered: "number",
      partial: "number",
      formats: "counts",
      detected: "text?",
      confidence: "number?",
    },
  },

  "publication-found": {
    area: "lake",
    level: "info",
    message: "A publication was already in place",
    fields: { path: "text" },
  },
  "publication-restored": {
    area: "lake",
    level: "warning",
    message: "A manifest, marker or pointer was missing from the lake and was written again",
    fields: { path: "text" },
  },
  "names-alike": {
    area: "lake",
    level: "warning",
    message: "Engines cannot tell names apart: what has them is one text",
    fields: { reason: "text" },
  },
  "snapshot-not-removed": {
    area: "lake",
    level: "warning",
    message: "Old data could not be removed; the next run tries again",
    fields: { path: "text", code: "text", reason: "text" },
  },

  "run-started": {
    area: "pipeline",
    level: "info",
    message: "The run started",
    fields: { pipeline: "text", attempt: "number", backfill: "text?" },
  },
  "run-ended": {
    area: "pipeline",
    level: "info",
    message: "The run ended",
    fields: {
      outcome: "text",
      ...COUNTS,
      unpublished: "number",
      retries: "number",
      waited_ms: "number",
      files_rejected: "number",
      published_files: "number",
      published_bytes: "number",
    },
  },
  "run-failed": {
    area: "pipeline",
    level: "error",
    message: "The run ended by a fault",
    fields: { outcome: "text", exit_code: "number", error: "error" },
  },
  "notification-failed": {
    area: "pipeline",
    level: "warning",
    message: "The webhook of notify did not get the outcome of the run",
    fields: { reason: "text" },
  },
  "run-cut-off": {
    area: "logging",
    level: "error",
    message: "The run was cut off before it could end",
    fields: { outcome: "text", error: "error?" },
  },
  "run-metrics": {
    area: "logging",
    level: "info",
    message: "What the run has counted so far",
    fields: {
      requests: "number",
      retries: "number",
      bytes: "number",
      waits: "counts",
      errors: "counts",
      events: "counts",
    },
  },
  "endpoint-latency": {
    area: "logging",
    level: "info",
    message: "How long the answers of an endpoint have taken so far, in ms",
    fields: { endpoint: "text", requests: "number", p50: "number", p95: "number", p99: "number" },
  },
  "run-given-up": {
    area: "pipeline",
    level: "warning",
    message: "An unfinished run was abandoned",
    fields: { abandoned_run_id: "text" },
  },
  "publications-finished": {
    area: "pipeline",
    level: "warning",
    message: "The publications of an interrupted run were finished",
    fields: { files: "number" },
  },
  "publication-lost": {
    area: "pipeline",
    level: "warning",
    message: "Staged files vanished before they were published; they are read again",
    fields: { lost_run_id: "text" },
  },
  "stream-blocked": {
    area: "pipeline",
    level: "error",
    message: "A stream is not read, because its published data is not in order",
    fields: { code: "text", reason: "text" },
  },
  "run-concluded": {
    area: "pipeline",
    level: "warning",
    message: "The files that a run had published before it was given up got their manifest",
    fields: { concluded_run_id: "text" },
  },
  "stream-ended-early": {
    area: "pipeline",
    level: "error",
    message: "A stream ended early",
    fields: { error: "error" },
  },
  "stream-ended": {
    area: "pipeline",
    level: "info",
    message: "A stream has ended",
    fields: {
      outcome: "text",
      phase: "text",
      code: "text?",
      stop_reason: "text?",
      ...STREAM,
    },
  },
  "stream-saved": {
    area: "pipeline",
    level: "debug",
    message:
      "The audit database has this of a stream: lines of it beyond these counts were taken back",
    fields: { at: "text", phase: "text", ...STREAM },
  },
  "stream-suspended": {
    area: "pipeline",
    level: "info",
    message: "A stream was stopped, and resumes in the next run",
    fields: { error: "error" },
  },
  "records-rescued": {
    area: "pipeline",
    level: "warning",
    message: "Columns of records did not fit the contract: they are in _rescued",
    fields: { records: "number" },
  },
  "contract-changed": {
    area: "pipeline",
    level: "warning",
    message: "A column of a stream has changed",
    fields: { change: "text", field: "text", from: "text?", to: "text?", kept_in: "text?" },
  },
  "check-broken": {
    area: "pipeline",
    level: "warning",
    message: "Records break a check",
    fields: { field: "text", rule: "text", severity: "text", violations: "number", reason: "text" },
  },
  "volume-unusual": {
    area: "pipeline",
    level: "warning",
    message: "A stream has brought far fewer or far more records than the runs before",
    fields: { reason: "text" },
  },
  "stream-decided": {
    area: "pipeline",
    level: "info",
    message: "The verdict on a stream was made",
    fields: {
      outcome: "text",
      complete: "boolean",
      evidence: "text",
      contradictions: "text",
      reason: "text?",
    },
  },
  "page-kept": {
    area: "pipeline",
    level: "debug",
    message: "A page and its records became part of a checkpoint",
    fields: { ...PAGE, records: "number", sha256: "text" },
  },
  "record-rejected": {
    area: "pipeline",
    level: "info",
    message: "A record or page was rejected",
    fields: { code: "text", reason: "text", page: "number?", byte_offset: "number?" },
  },
  "record-still-rejected": {
    area: "pipeline",
    level: "info",
    message: "A reject that was sent through again is rejected again, and stays where it is",
    fields: { code: "text", reason: "text", field: "text?" },
  },
  "file-published": {
    area: "pipeline",
    level: "info",
    message: "A file was published",
    fields: {
      ...FILE,
      target: "text?",
      read: "number",
      rows: "number",
      rejected: "number",
      reject_codes: "counts?",
    },
  },
  "file-rejected": {
    area: "pipeline",
    level: "warning",
    message: "A file was rejected",
    fields: {
      ...FILE,
      read: "number",
      rejected: "number",
      code: "text",
      reason: "text",
      reject_codes: "counts?",
    },
  },
  "file-waiting": {
    area: "pipeline",
    level: "info",
    message: "A file is left for the next run: it is too young or still changing",
    fields: { path: "text", reason: "text" },
  },
  "file-duplicate": {
    area: "pipeline",
    level: "info",
    message: "A file is a duplicate of an earlier one",
    fields: { ...FILE, duplicate_of: "text" },
  },
  "file-renamed": {
    area: "pipeline",
    level: "info",
    message: "A published file has another name now",
    fields: { ...FILE, duplicate_of: "text" },
  },
  "files-disappeared": {
    area: "pipeline",
    level: "info",
    message: "Published files are not in the folder any more; they stay in the lake",
    fields: { count: "number", path: "text" },
  },
  "file-finding": {
    area: "pipeline",
    level: "info",
    message: "Something in a file was repaired or accepted",
    fields: { path: "text", code: "text", count: "number", reason: "text" },
  },

  "drill-started": {
    area: "phases",
    level: "info",
    message: "A drill started",
    fields: { what: "text" },
  },
  "drill-recovered": {
    area: "phases",
    level: "info",
    message: "A drill ended without an error",
    fields: { code: "text", policy: "text", outcome: "text" },
  },
  "drill-failed": {
    area: "phases",
    level: "error",
    message: "A drill ended with an error",
    fields: { code: "text", policy: "text", outcome: "text", error: "error" },
  },
} as const satisfies Record<string, EventInfo>;

/** Name of a log event. */
export type EventName = keyof typeof EVENTS;

/** @internal */
type Kinds<E extends EventName> = (typeof EVENTS)[E]["fields"];

/** Fields of an event, with their types. */
export type EventFields<E extends EventName> =
  & {
    readonly [F in keyof Kinds<E> as Kinds<E>[F] extends keyof FieldTypes ? F : never]:
      Kinds<E>[F] extends keyof FieldTypes ? FieldTypes[Kinds<E>[F]] : never;
  }
  & {
    readonly [F in keyof Kinds<E> as Kinds<E>[F] extends `${string}?` ? F : never]?:
      | (Kinds<E>[F] extends `${infer K extends keyof FieldTypes}?` ? FieldTypes[K] : never)
      | undefined;
  };
