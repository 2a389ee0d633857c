import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";

/** Returns the published records that the next incremental read will see again. */
export function getBoundary(db: Database, name: StreamName): Set<string> {
  const rows = db.all<{ record: string }>(
    "SELECT record FROM boundary WHERE source = ? AND stream = ?",
    [name.source, name.stream],
  );
  return new Set(rows.map((row) => row.record));
}

/** Replaces the boundary of a stream; call it in the transaction that moves the watermark. */
export function replaceBoundary(db: Database, name: StreamName, records: Iterable<string>): void {
  db.run("DELETE FROM boundary WHERE source = ? AND stream = ?", [name.source, name.stream]);
  db.insertMany(
    "boundary",
    ["source", "stream", "record"],
    Array.from(records, (record) => [name.source, name.stream, record]),
  );
}
