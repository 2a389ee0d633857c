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
