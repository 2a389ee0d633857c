import type { Database } from "../db/mod.ts";

/**
 * States of a run; `abandoned` is one that was left unfinished and will not be resumed, `unknown` one of a rebuilt database,
 * since a lake does not say how a run ended.
 */
export const RUN_STATUSES = [
  "running",
  "complete",
  "partial",
  "suspended",
  "failed",
  "abandoned",
  "unknown",
] as const;

/** A state of a run. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** One row of `runs`; the columns are described in the schema. */
export type RunRow = {
  readonly run_id: string;
  readonly pipeline: string;
  readonly config_identity: string;
  readonly status: RunStatus;
  readonly attempts: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly exit_code: number | null;
  readonly backfill: string | null;
};

/** Inserts a new run in state `running`. */
export function insertRun(
  db: Database,
  run: Pick<RunRow, "run_id" | "pipeline" | "config_identity" | "started_at"> & {
    readonly backfill?: string | null;
  },
): void {
  db.run(
    `INSERT INTO runs (run_id, pipeline, config_identity, status, attempts, started_at, backfill)
     VALUES (?, ?, ?, 'running', 1, ?, ?)`,
    [run.run_id, run.pipeline, run.config_identity, run.started_at, run.backfill ?? null],
  );
}

/** Takes an unfinished run up again: state `running`, one attempt more. */
export function resumeRun(db: Database, runId: string): void {
  db.run(
    `UPDATE runs SET status = 'running', attempts = attempts + 1, ended_at = NULL, exit_code = NULL
     WHERE run_id = ?`,
    [runId],
  );
}

/** Records how a run's attempt ended. */
export function endRun(
  db: Database,
  run: { run_id: string; status: RunStatus; ended_at: string | null; exit_code: number | null },
): void {
  db.run(
    "UPDATE runs SET status = ?, ended_at = ?, exit_code = ? WHERE run_id = ?",
    [run.status, run.ended_at, run.exit_code, run.run_id],
  );
}

/** Returns the runs that have not reached an end, of all pipelines, newest first. */
export function unfinishedRuns(db: Database): RunRow[] {
  return db.all<RunRow>(
    `SELECT * FROM runs WHERE status IN ('running', 'suspended', 'failed') ORDER BY run_id DESC`,
  );
}

/**
 * Says whether another run has meanwhile read a stream that this one has still open: going on would take the stream back
 * to where it was. Backfills leave a stream's state alone and do not count; replays count once they have brought a record in.
 */
export function isOvertaken(db: Database, runId: string): boolean {
  const overtaking = db.get(
    `SELECT 1 FROM streams AS mine
     JOIN runs AS own ON own.run_id = mine.run_id
       AND (own.backfill IS NULL OR own.backfill GLOB 'replay *')
     JOIN streams AS theirs ON theirs.source = mine.source AND theirs.stream = mine.stream
       AND theirs.run_id <> mine.run_id AND theirs.phase = 'ended'
     JOIN runs AS other ON other.run_id = theirs.run_id
       AND (other.backfill IS NULL OR other.backfill GLOB 'replay *' AND theirs.written > 0)
     WHERE mine.run_id = ? AND mine.phase <> 'ended'
       AND (other.run_id > own.run_id OR other.ended_at > own.started_at)
     LIMIT 1`,
    [runId],
  );
  return overtaking !== undefined;
}

/** Closes a run that nobody will resume. */
export function abandonRun(db: Database, runId: string, now: string): void {
  db.run(
    "UPDATE runs SET status = 'abandoned', ended_at = coalesce(ended_at, ?) WHERE run_id = ?",
    [now, runId],
  );
}

/** Returns one run. */
export function getRun(db: Database, runId: string): RunRow | undefined {
  return db.get<RunRow>("SELECT * FROM runs WHERE run_id = ?", [runId]);
}

/** Returns the newest run of a pipeline, of the ordinary ones or of a backfill: it is the one that a start goes on with. */
export function newestRunOf(
  db: Database,
  { pipeline, backfill }: Pick<RunRow, "pipeline" | "backfill">,
): RunRow | undefined {
  return db.get<RunRow>(
    "SELECT * FROM runs WHERE pipeline = ? AND backfill IS ? ORDER BY run_id DESC LIMIT 1",
    [pipeline, backfill],
  );
}

/** Returns the newest runs of all pipelines, newest first. */
export function recentRuns(db: Database, limit: number): RunRow[] {
  return db.all<RunRow>("SELECT * FROM runs ORDER BY run_id DESC LIMIT ?", [limit]);
}
