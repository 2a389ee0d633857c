import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** A reject that was sent through again, and what became of it. */
export interface Replayed {
  /** The reject. */
  readonly reject_id: number;
  /** `duplicate` if readers have it, or a later version of it. */
  readonly became: "written" | "duplicate" | "out_of_range";
}

/** A file of rejected records or rows in quarantine. */
export type QuarantineFile = {
  readonly run_id: string;
  /** Relative to the lake. */
  readonly path: string;
};

/** What the database notes of a reject that may be sent through again. */
export type QuarantinedReject = {
  readonly reject_id: number;
  readonly code: string;
  readonly bytes: number;
  /** Columns of which privacy kept a hash, as JSON; `null` if there are none. */
  readonly hashed: string | null;
  /** Whether it waits for a replay, 0 or 1. */
  readonly open: number;
};

/** Returns the quarantine files of a stream's runs that have open rejects, in their order; retracted runs have none. */
export function quarantinesOf(
  db: Database,
  { source, stream }: StreamName,
): readonly QuarantineFile[] {
  return db.all<QuarantineFile>(
    `SELECT run_id, path FROM publications AS p
     WHERE kind = 'rejects' AND status = 'published' AND rows > 0 AND source = ? AND stream = ?
       AND run_id IN (SELECT run_id FROM open_rejects AS j
         WHERE j.source = p.source AND j.stream = p.stream)
       AND NOT EXISTS (SELECT 1 FROM retractions AS r WHERE r.run_id = p.run_id
         AND r.source = p.source AND r.stream = p.stream)
     ORDER BY publication_id`,
    [source, stream],
  );
}

/** Returns what is noted of the lines of a run's quarantine file, in their order. */
export function quarantinedRejects(
  db: Database,
  { run_id, source, stream }: StreamKey,
): readonly QuarantinedReject[] {
  return db.all<QuarantinedReject>(
    `SELECT reject_id, code, bytes, hashed,
       EXISTS (SELECT 1 FROM open_rejects AS o WHERE o.reject_id = j.reject_id) AS open
     FROM rejects AS j WHERE run_id = ?1 AND source = ?2 AND stream = ?3
     ORDER BY reject_id`,
    [run_id, source, stream],
  );
}

/** Returns the quarantine files of what a run has sent through again, and readers see now. */
export function replayedFiles(db: Database, { run_id, source, stream }: StreamKey): string[] {
  return db.all<{ path: string }>(
    `SELECT DISTINCT path FROM replays AS r JOIN rejects AS j USING (reject_id)
       JOIN publications AS p ON p.run_id = j.run_id AND p.source = j.source AND p.stream = j.stream
     WHERE r.run_id = ? AND r.source = ? AND r.stream = ? AND r.became = 'written'
       AND p.kind = 'rejects' AND p.rows > 0 ORDER BY path`,
    [run_id, source, stream],
  ).map(({ path }) => path);
}

/** Says whether a run of the database has put a file into quarantine. */
export function knowsQuarantine(db: Database, path: string): boolean {
  return db.get("SELECT 1 FROM publications WHERE kind = 'rejects' AND path = ?", [path]) !==
    undefined;
}

/** Returns how many rejects of a stream are open; those of retracted runs are not. */
export function countOpenRejects(db: Database, { source, stream }: StreamName): number {
  const row = db.get<{ count: number }>(
    `SELECT count(*) AS count FROM open_rejects AS j WHERE source = ? AND stream = ? AND NOT EXISTS
       (SELECT 1 FROM retractions AS r WHERE r.run_id = j.run_id AND r.source = j.source
         AND r.stream = j.stream)`,
    [source, stream],
  );
  return row?.count ?? 0;
}

/** Records what became of rejects that a run has sent through again; none of it counts before {@linkcode settleReplays}. */
export function insertReplays(db: Database, key: StreamKey, replays: readonly Replayed[]): void {
  db.insertMany(
    "replays",
    ["reject_id", "run_id", "source", "stream", "became", "done"],
    replays.map(({ reject_id, became }) => [
      reject_id,
      key.run_id,
      key.source,
      key.stream,
      became,
      0,
    ]),
  );
}

/** Closes the rejects that a run has sent through again; call it in the transaction of the intent to publish them. */
export function settleReplays(db: Database, key: StreamKey): void {
  db.run("UPDATE replays SET done = 1 WHERE run_id = ? AND source = ? AND stream = ?", [
    key.run_id,
    key.source,
    key.stream,
  ]);
}

/** Forgets what a run has sent through again: it starts over, or its files are lost. Of rows, only those of one file. */
export function removeReplays(db: Database, key: StreamKey): void {
  db.run(
    "DELETE FROM replays WHERE run_id = ? AND source = ? AND stream = ?",
    [key.run_id, key.source, key.stream],
  );
}
