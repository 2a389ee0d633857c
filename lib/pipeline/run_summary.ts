import {
  countRejects,
  publicationsOf,
  type RejectCount,
  type RunRow,
  type StreamRow,
  streamsOf,
} from "../audit/mod.ts";
import type { PipelineConfig } from "../config/mod.ts";
import type { Database } from "../db/mod.ts";
import { EXIT_CODES, type Outcome } from "../errors/mod.ts";

/** What one stream of a run came to. */
export interface StreamSummary
  extends Omit<StreamRow, "run_id" | "state" | "staged_bytes" | "rejected_bytes" | "proven"> {
  /** Whether completeness is proven. */
  readonly proven: boolean;
  /** Attempts beyond the first of each page. */
  readonly retries: number;
  /** Data files that this run put into the lake. */
  readonly published_files: number;
  /** Their size in bytes. */
  readonly published_bytes: number;
}

/** Sums over all streams. */
export interface RunTotals {
  readonly read: number;
  readonly written: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly retries: number;
  readonly files_quarantined: number;
  readonly published_files: number;
  readonly published_bytes: number;
}

/** What a run came to; `--json` prints it as it is. */
export interface RunSummary {
  readonly run_id: string;
  readonly pipeline: string;
  /** Stream and range that a backfill read again; `null` for an ordinary run. */
  readonly backfill: string | null;
  readonly outcome: Outcome;
  readonly exit_code: number;
  /** Why the outcome is not `complete`, one sentence each. */
  readonly reasons: readonly string[];
  readonly attempts: number;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly totals: RunTotals;
  readonly streams: readonly StreamSummary[];
  /** What was refused, by stream and code; whole files not included. */
  readonly rejects: readonly RejectCount[];
  /** Whole files refused by this run. */
  readonly files_refused: readonly RefusedFile[];
  readonly lake: string;
  readonly audit: string;
  /** The run's log, JSON lines. */
  readonly log: string | undefined;
}

/** A file that was quarantined as a whole. */
export type RefusedFile = {
  readonly source: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

/** Reads a run's summary from the ledger, which knows more than a process that took a run up half-way. */
export function summariseRun(
  db: Database,
  run: RunRow,
  about: {
    readonly config: PipelineConfig;
    readonly outcome: Outcome;
    readonly reasons: readonly string[];
    readonly durationMs: number;
    readonly log: string | undefined;
  },
): RunSummary {
  const streams = streamsOf(db, run.run_id).map((row) => summariseStream(db, row));
  const sum = (field: keyof RunTotals) => streams.reduce((total, s) => total + s[field], 0);
  return {
    run_id: run.run_id,
    pipeline: run.pipeline,
    backfill: run.backfill,
    outcome: about.outcome,
    exit_code: EXIT_CODES[about.outcome],
    reasons: about.reasons,
    attempts: run.attempts,
    started_at: run.started_at,
    duration_ms: Math.round(about.durationMs),
    totals: {
      read: sum("read"),
      written: sum("written"),
      quarantined: sum("quarantined"),
      duplicates: sum("duplicates"),
      retries: sum("retries"),
      files_quarantined: sum("files_quarantined"),
      published_files: sum("published_files"),
      published_bytes: sum("published_bytes"),
    },
    streams,
    rejects: countRejects(db, run.run_id),
    files_refused: db.all<RefusedFile>(
      `SELECT source, path, error_code AS code, error_message AS message FROM files
       WHERE run_id = ? AND verdict = 'quarantined' ORDER BY source, path`,
      [run.run_id],
    ),
    lake: about.config.lake,
    audit: about.config.audit,
    log: about.log,
  };
}

function summariseStream(db: Database, row: StreamRow): StreamSummary {
  const { run_id, state: _state, staged_bytes: _s, rejected_bytes: _r, proven, ...rest } = row;
  const data = publicationsOf(db, { run_id, source: row.source, stream: row.stream })
    .filter(({ kind, status }) => (kind === "part" || kind === "file") && status === "published");
  return {
    ...rest,
    proven: proven === 1,
    retries: row.kind === "api" ? Math.max(0, row.requests - row.pages) : 0,
    published_files: data.length,
    published_bytes: data.reduce((total, file) => total + file.bytes, 0),
  };
}
