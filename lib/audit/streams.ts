import type { Database } from "../db/mod.ts";
import { readJson } from "./read_json.ts";
import { NO_COUNTS, type StreamCounts } from "./stream_counts.ts";
import type { Contradiction } from "./contradictions.ts";

/** How far a stream is within a run: `staged` is read to its end and decided on, `ended` is published as well. */
export const STREAM_PHASES = ["reading", "staged", "ended"] as const;

/** A phase of a stream. */
export type StreamPhase = (typeof STREAM_PHASES)[number];

/** Outcomes of a stream; each is a row of the table of outcomes as well. */
export const STREAM_OUTCOMES = ["complete", "partial", "suspended", "failed"] as const;

/** An outcome of a stream. */
export type StreamOutcome = (typeof STREAM_OUTCOMES)[number];

/** How a stream's records relate to what the lake has already. */
export const STREAM_MODES = ["incremental", "append", "snapshot"] as const;

/** One of {@linkcode STREAM_MODES}. */
export type StreamMode = (typeof STREAM_MODES)[number];

/** Identifies a stream within a run. */
export type StreamKey = {
  readonly run_id: string;
  readonly source: string;
  readonly stream: string;
};

/** Where the reading of a stream goes on. */
export type Checkpoint = RecordsCheckpoint | FilesCheckpoint;

/** Of a stream of records: what is staged, and where its source goes on. */
export interface RecordsCheckpoint {
  /** Kind of reading. */
  readonly type: "records";
  /** In the source's own terms; `null` at the beginning, and at an end from which nothing goes on. */
  readonly position: unknown;
  /** Committed length of the staged records. */
  readonly staged_bytes: number;
  /** Committed length of the staged rejects. */
  readonly rejected_bytes: number;
  /** What the source knows this version of a snapshot by. */
  readonly validators: unknown;
}

/** Of a stream of files: how those published so far are read. */
export interface FilesCheckpoint {
  /** Kind of reading. */
  readonly type: "files";
  /** Reader options, as in the manifest. */
  readonly reader: unknown;
  /** Spark StructType of the rows. */
  readonly schema: unknown;
  /** Whether a new version of a file takes the place of those before it. @default false */
  readonly replaces?: boolean;
  /** Whether manifests list what has no data file of its own: renamed files, by which versions are told. @default false */
  readonly notes?: boolean;
}

/** What was decided about a stream once it had been read; nothing is published before. */
export interface StreamVerdict {
  /** What the run reports; the exit code follows from it. */
  readonly outcome: StreamOutcome;
  /** Signs that nothing is missing. */
  readonly evidence: readonly string[];
  /** Signs that something is. */
  readonly contradictions: readonly Contradiction[];
  /** Whether nothing is missing, by the evidence alone; only then does the watermark move. */
  readonly complete: boolean;
  /** Whether readers may follow what is published: `_current` names it, and older snapshots may go. */
  readonly followed: boolean;
  /** Why the outcome is not `complete`, one sentence each. */
  readonly reasons: readonly string[];
}

/** One stream of one run, as the database has it. */
export interface StreamRow extends StreamKey, StreamCounts, StreamReading {
  /** Type of its source. */
  readonly type: string;
  /** How its records relate to what the lake has. */
  readonly mode: StreamMode;
  /** How far it is. */
  readonly phase: StreamPhase;
  /** `null` until it is made. */
  readonly verdict: StreamVerdict | null;
  /** The error that ended the stream. */
  readonly error_code: string | null;
  /** What that error says. */
  readonly error_message: string | null;
}

/** What reading has found so far. */
export interface StreamReading {
  /** Where reading goes on. */
  readonly checkpoint: Checkpoint | null;
  /** Watermark that reading began at. */
  readonly watermark_from: string | null;
  /** Watermark that reading has reached. */
  readonly watermark_to: string | null;
  /** Number of records that the server declares. */
  readonly declared_total: number | null;
  /** Why reading ended. */
  readonly stop_reason: string | null;
}

/** Type of the source of streams that were rebuilt from manifests, which do not say it. */
export const REBUILT_TYPE = "unknown";

/** Returns a row for a stream that has read nothing yet; it is not in the database. */
export function newStreamRow(
  key: StreamKey & { readonly type: string; readonly mode: StreamMode },
): StreamRow {
  return {
    ...key,
    phase: "reading",
    ...NO_COUNTS,
    checkpoint: null,
    watermark_from: null,
    watermark_to: null,
    declared_total: null,
    stop_reason: null,
    verdict: null,
    error_code: null,
    error_message: null,
  };
}

/** Inserts or replaces a stream's row: the heart of a checkpoint. */
export function saveStream(db: Database, row: StreamRow): void {
  const { checkpoint, verdict, ...plain } = row;
  const record = {
    ...plain,
    checkpoint: checkpoint === null ? null : JSON.stringify(checkpoint),
    outcome: verdict?.outcome ?? null,
    evidence: JSON.stringify(verdict?.evidence ?? []),
    contradictions: JSON.stringify(verdict?.contradictions ?? []),
    reasons: JSON.stringify(verdict?.reasons ?? []),
    complete: Number(verdict?.complete ?? false),
    followed: Number(verdict?.followed ?? false),
  };
  const columns = Object.keys(record);
  db.run(
    `INSERT INTO streams (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
     ON CONFLICT (run_id, source, stream) DO UPDATE
     SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`,
    Object.values(record),
  );
}

/** Notes of a rebuilt stream that nobody knows what its run reported; its evidence stays. */
export function forgetOutcome(db: Database, { run_id, source, stream }: StreamKey): void {
  db.run("UPDATE streams SET outcome = NULL WHERE run_id = ? AND source = ? AND stream = ?", [
    run_id,
    source,
    stream,
  ]);
}

/** A stream's row as SQLite has it. */
type Stored = Omit<StreamRow, "checkpoint" | "verdict"> & {
  readonly checkpoint: string | null;
  readonly outcome: StreamOutcome | null;
  readonly evidence: string;
  readonly contradictions: string;
  readonly reasons: string;
  readonly complete: number;
  readonly followed: number;
};

function read(db: Database, stored: Stored): StreamRow {
  const { outcome, evidence, contradictions, reasons, complete, followed, ...plain } = stored;
  return {
    ...plain,
    checkpoint: plain.checkpoint === null ? null : readJson(db, "streams", plain.checkpoint),
    verdict: outcome === null ? null : {
      outcome,
      evidence: readJson(db, "streams", evidence),
      contradictions: readJson(db, "streams", contradictions),
      reasons: readJson(db, "streams", reasons),
      complete: complete === 1,
      followed: followed === 1,
    },
  };
}

/** Notes that a stream is published, as its verdict says; an error on the way there is past. */
export function endStream(db: Database, key: StreamKey, verdict: StreamVerdict): void {
  const row = getStream(db, key);
  if (row === undefined) return;
  saveStream(db, { ...row, phase: "ended", verdict, error_code: null, error_message: null });
}

/** Returns a stream's row in a run. */
export function getStream(db: Database, key: StreamKey): StreamRow | undefined {
  const row = db.get<Stored>(
    "SELECT * FROM streams WHERE run_id = ? AND source = ? AND stream = ?",
    [key.run_id, key.source, key.stream],
  );
  return row && read(db, row);
}

/** Returns how the files of a stream are read that readers see; `undefined` if there are none. */
export function publishedForm(
  db: Database,
  { source, stream }: Pick<StreamKey, "source" | "stream">,
): FilesCheckpoint | undefined {
  const row = db.get<{ checkpoint: string }>(
    `SELECT checkpoint FROM streams INDEXED BY streams_by_name
     WHERE source = ? AND stream = ? AND checkpoint IS NOT NULL AND EXISTS (
       SELECT 1 FROM files INDEXED BY files_by_run WHERE files.run_id = streams.run_id
       AND files.source = streams.source AND files.stream = streams.stream
       AND verdict = 'published' AND target IS NOT NULL)
     ORDER BY run_id DESC LIMIT 1`,
    [source, stream],
  );
  return row && readJson(db, "streams", row.checkpoint);
}

/** Returns the type of source that a stream's published data is from; `undefined` if there is none, or nobody knows. */
export function publishedType(
  db: Database,
  { source, stream }: Pick<StreamKey, "source" | "stream">,
): string | undefined {
  return db.get<{ type: string }>(
    `SELECT type FROM streams AS s INDEXED BY streams_by_name
     WHERE source = ? AND stream = ? AND type <> '${REBUILT_TYPE}' AND EXISTS (
       SELECT 1 FROM publications AS p INDEXED BY publications_by_run WHERE p.run_id = s.run_id
       AND p.source = s.source AND p.stream = s.stream AND kind IN ('part', 'file')
       AND (p.status = 'published'
         OR intent_id IN (SELECT intent_id FROM intents WHERE status = 'open')))
     ORDER BY run_id DESC LIMIT 1`,
    [source, stream],
  )?.type;
}

/** Returns all streams of a run, in the order in which they began. */
export function streamsOf(db: Database, runId: string): StreamRow[] {
  return db.all<Stored>("SELECT * FROM streams WHERE run_id = ? ORDER BY rowid", [runId])
    .map((row) => read(db, row));
}
