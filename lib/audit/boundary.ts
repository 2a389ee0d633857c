import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** Returns the published records that the next incremental read will see again. */
export function getBoundary(
  db: Database,
  state: StreamName & { readonly boundary_run_id: string | null },
): Set<string> {
  if (state.boundary_run_id === null) return new Set();
  const rows = db.all<{ record: string }>(
    "SELECT record FROM boundary WHERE source = ? AND stream = ? AND run_id = ?",
    [state.source, state.stream, state.boundary_run_id],
  );
  return new Set(rows.map((row) => row.record));
}

/**
 * Returns where a stream was some complete reads ago, of those that moved its watermark; `undefined` if there were not so
 * many.
 */
export function watermarkBefore(
  db: Database,
  { run_id, source, stream }: StreamKey,
  reads: number,
): string | undefined {
  return db.get<{ watermark_to: string }>(
    `SELECT watermark_to FROM streams WHERE source = ? AND stream = ? AND run_id < ? AND ${MOVED}
     ORDER BY run_id DESC LIMIT 1 OFFSET ?`,
    [source, stream, run_id, reads - 1],
  )?.watermark_to;
}

/** Returns how many complete reads have moved the watermark of a stream since one that ended with it. */
export function readsSince(
  db: Database,
  { source, stream }: StreamName,
  watermark: string,
): number {
  return db.get<{ reads: number }>(
    `SELECT count(*) AS reads FROM streams WHERE source = ?1 AND stream = ?2 AND ${MOVED}
     AND run_id > (SELECT max(run_id) FROM streams WHERE source = ?1 AND stream = ?2
       AND complete = 1 AND phase = 'ended' AND watermark_to = ?3)`,
    [source, stream, watermark],
  )?.reads ?? 0;
}

const MOVED = "complete = 1 AND phase = 'ended' AND watermark_to IS NOT watermark_from";

/**
 * Writes the boundary of a run; it is in force once the stream's state names the run. A record that was in the boundary
 * before was published by an earlier run.
 */
export function insertBoundary(db: Database, key: StreamKey, records: Iterable<string>): void {
  const { run_id, source, stream } = key;
  const before = db.all<{ record: string; published_by: string | null }>(
    `SELECT record, published_by FROM boundary JOIN stream_state USING (source, stream)
     WHERE source = ? AND stream = ? AND run_id = boundary_run_id`,
    [source, stream],
  );
  const publishers = new Map(before.map((row) => [row.record, row.published_by]));
  function* rows() {
    for (const record of records) {
      const known = publishers.get(record);
      yield [source, stream, run_id, record, known === undefined ? run_id : known];
    }
  }
  removeBoundary(db, key);
  db.insertMany("boundary", ["source", "stream", "run_id", "record", "published_by"], rows());
}

/** Removes the boundaries of a stream that are not in force any more. */
export function removeOldBoundaries(db: Database, key: StreamKey): void {
  db.run("DELETE FROM boundary WHERE source = ? AND stream = ? AND run_id <> ?", [
    key.source,
    key.stream,
    key.run_id,
  ]);
}

/** Removes the boundary that a run wrote. */
export function removeBoundary(db: Database, key: StreamKey): void {
  db.run("DELETE FROM boundary WHERE source = ? AND stream = ? AND run_id = ?", [
    key.source,
    key.stream,
    key.run_id,
  ]);
}
