import {
  type CheckRow,
  checksOf,
  contractsOf,
  type Contradiction,
  countRejects,
  publishedData,
  readJson,
  type RejectCount,
  type RunRow,
  type StreamOutcome,
  type StreamRow,
  streamsOf,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { EXIT_CODES, type IngestError, type Outcome } from "../errors/mod.ts";
import type { SchemaChange } from "../schema/mod.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId } from "./source_type.ts";

/** What one stream of a run came to. */
export interface StreamSummary extends Omit<StreamRow, "run_id" | "checkpoint" | "verdict"> {
  /** `null` if the run was stopped before it could be made. */
  readonly outcome: StreamOutcome | null;
  /** Whether nothing is missing, by the evidence. */
  readonly complete: boolean;
  /** Signs that nothing is missing. */
  readonly evidence: readonly string[];
  /** Signs that something is. */
  readonly contradictions: readonly Contradiction[];
  /** Records of those written that are staged, and not in the lake. */
  readonly unpublished: number;
  /** Whether an earlier attempt of the run has read it to its end: then this one has not read it again. */
  readonly earlier_attempt: boolean;
  /** Data files that this run put into the lake. */
  readonly published_files: number;
  /** Their size in bytes. */
  readonly published_bytes: number;
}

/** Sums over all streams. */
export interface RunTotals {
  /** Records read. */
  readonly read: number;
  /** Records published, or staged to be. */
  readonly written: number;
  /** Of these, records that are not in the lake. */
  readonly unpublished: number;
  /** Records in quarantine. */
  readonly rejected: number;
  /** Records that are there already. */
  readonly duplicates: number;
  /** Records of answers that are the same as before. */
  readonly unchanged: number;
  /** Known records from before what was asked for. */
  readonly out_of_range: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
  /** Ms in which requests waited. */
  readonly waited_ms: number;
  /** Files rejected as a whole. */
  readonly files_rejected: number;
  /** Data files that this run put into the lake. */
  readonly published_files: number;
  /** Their size. */
  readonly published_bytes: number;
}

/** What a run came to; `--json` prints it as it is. */
export interface RunSummary {
  /** The run. */
  readonly run_id: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Stream and range that a backfill read again; `null` for an ordinary run. */
  readonly backfill: string | null;
  /** The streams that alone were asked for; `null` for all of them. */
  readonly selected: readonly string[] | null;
  /** The gravest outcome of all streams. */
  readonly outcome: Outcome;
  /** The exit code of that outcome. */
  readonly exit_code: number;
  /** Why the outcome is not `complete`, one sentence each. */
  readonly reasons: readonly string[];
  /** Starts, the first included. */
  readonly attempts: number;
  /** When it was started first, UTC. */
  readonly started_at: string;
  /** Length of this attempt. */
  readonly duration_ms: number;
  /** Sums. */
  readonly totals: RunTotals;
  /** The streams. */
  readonly streams: readonly StreamSummary[];
  /** Rejects by stream and code; whole files are not included. */
  readonly rejects: readonly RejectCount[];
  /** Rules of checks that records broke, or that fail a stream. */
  readonly checks: readonly Omit<CheckRow, "run_id">[];
  /** Columns that are not as they were before. */
  readonly columns:
    readonly ({ readonly source: string; readonly stream: string } & SchemaChange)[];
  /** Whole files that this run rejected. */
  readonly rejected_files: readonly RejectedFile[];
  /** Folder of the lake. */
  readonly lake: string;
  /** File of the audit database. */
  readonly audit: string;
  /** The run's log, JSON lines. */
  readonly log: string | undefined;
  /** Why the log is not whole; the audit database has what counts. `null` if it is. */
  readonly log_fault: string | null;
}

/** A file that was rejected as a whole. */
export type RejectedFile = {
  readonly source: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

/** What a summary says that the audit database does not know. */
export interface SummaryAbout {
  /** The pipeline. */
  readonly config: PipelineConfig;
  /** The streams that alone were asked for. */
  readonly selected: readonly string[] | undefined;
  /** The gravest of its streams. */
  readonly outcome: Outcome;
  /** Why it is not `complete`. */
  readonly reasons: readonly string[];
  /** Streams that could not go on, whatever an earlier attempt had made of them. */
  readonly blocked: ReadonlyMap<string, IngestError>;
  /** Streams that an earlier attempt has read to their end. */
  readonly earlier: ReadonlySet<string>;
  /** How long this attempt took. */
  readonly durationMs: number;
  /** The run's log. */
  readonly log: string | undefined;
}

/** Reads a run's summary from the audit database, which knows more than a process that took a run up half-way. */
export function summarizeRun(
  db: Database,
  run: RunRow,
  about: SummaryAbout,
): RunSummary {
  const streams = streamsOf(db, run.run_id).map((row) =>
    summarizeStream(db, row, {
      blockedBy: about.blocked.get(streamId(row)),
      isEarlier: about.earlier.has(streamId(row)),
    })
  );
  return {
    run_id: run.run_id,
    pipeline: run.pipeline,
    backfill: run.backfill,
    selected: about.selected ?? null,
    outcome: about.outcome,
    exit_code: EXIT_CODES[about.outcome],
    reasons: about.reasons,
    attempts: run.attempts,
    started_at: run.started_at,
    duration_ms: Math.round(about.durationMs),
    totals: totalsOf(streams),
    streams,
    rejects: countRejects(db, run.run_id),
    checks: checksOf(db, run.run_id).filter(({ violations }) => violations > 0)
      .map(({ run_id: _, ...check }) => check),
    columns: contractsOf(db, run.run_id).flatMap(({ source, stream, changes }) =>
      (readJson(db, "contracts", changes) as SchemaChange[]).map((change) => ({
        source,
        stream,
        ...change,
      }))
    ),
    rejected_files: db.all<RejectedFile>(
      `SELECT source, path, error_code AS code, error_message AS message FROM files
       WHERE run_id = ? AND verdict = 'rejected' ORDER BY source, path`,
      [run.run_id],
    ),
    lake: about.config.lake,
    audit: about.config.audit,
    log: about.log,
    log_fault: null,
  };
}

/** A stream that is blocked has a row that is complete if an earlier attempt of the run made it so. */
function notComplete(error: IngestError | undefined) {
  if (error === undefined) return {};
  const { code: error_code, message: error_message } = error;
  return { outcome: "failed", complete: false, evidence: [], error_code, error_message } as const;
}

function totalsOf(streams: readonly StreamSummary[]): RunTotals {
  const sum = (field: keyof RunTotals) => streams.reduce((total, s) => total + s[field], 0);
  return {
    read: sum("read"),
    written: sum("written"),
    unpublished: sum("unpublished"),
    rejected: sum("rejected"),
    duplicates: sum("duplicates"),
    unchanged: sum("unchanged"),
    out_of_range: sum("out_of_range"),
    retries: sum("retries"),
    waited_ms: sum("waited_ms"),
    files_rejected: sum("files_rejected"),
    published_files: sum("published_files"),
    published_bytes: sum("published_bytes"),
  };
}

/** Returns how many of the records that a stream has written are not in the lake, or not yet. */
export function unpublishedOf(db: Database, row: StreamRow): number {
  const { rows } = publishedData(db, row);
  return Math.max(0, row.written - rows);
}

function summarizeStream(
  db: Database,
  row: StreamRow,
  about: {
    readonly blockedBy: IngestError | undefined;
    readonly isEarlier: boolean;
  },
): StreamSummary {
  const { run_id: _run_id, checkpoint: _checkpoint, verdict, ...rest } = row;
  const { files, bytes } = publishedData(db, row);
  return {
    ...rest,
    outcome: verdict?.outcome ?? null,
    complete: verdict?.complete ?? false,
    evidence: verdict?.evidence ?? [],
    contradictions: verdict?.contradictions ?? [],
    unpublished: unpublishedOf(db, row),
    earlier_attempt: about.isEarlier,
    published_files: files,
    published_bytes: bytes,
    ...notComplete(about.blockedBy),
  };
}
