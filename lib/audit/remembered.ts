import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** Hashes of records that a run published, as many bytes each as the stream's memory says. */
export type RememberedPart = {
  readonly run_id: string;
  readonly part: number;
  readonly hashes: Uint8Array;
};

/** Returns the records of a stream that are remembered. */
export function rememberedOf(db: Database, { source, stream }: StreamName): RememberedPart[] {
  return db.all<RememberedPart>(
    "SELECT run_id, part, hashes FROM remembered WHERE source = ? AND stream = ?",
    [source, stream],
  );
}

/** Remembers the records that a run publishes; call it in the transaction of the intent. */
export function remember(
  db: Database,
  { run_id, source, stream }: StreamKey,
  records: { readonly parts: Iterable<Uint8Array>; readonly seenAt: string },
): void {
  db.run("DELETE FROM remembered WHERE run_id = ? AND source = ? AND stream = ?", [
    run_id,
    source,
    stream,
  ]);
  let part = 0;
  // One at a time: a part is almost a megabyte.
  for (const hashes of records.parts) {
    db.run(
      `INSERT INTO remembered (source, stream, run_id, part, seen_at, hashes) VALUES (?, ?, ?, ?, ?, ?)`,
      [source, stream, run_id, part++, records.seenAt, hashes],
    );
  }
}

/** Notes that records of a part were seen again. */
export function seeAgain(
  db: Database,
  { source, stream }: StreamName,
  seen: { readonly parts: readonly RememberedPart[]; readonly seenAt: string },
): void {
  for (const { run_id, part } of seen.parts) {
    db.run(
      `UPDATE remembered SET seen_at = ? WHERE source = ? AND stream = ? AND run_id = ? AND part = ?`,
      [seen.seenAt, source, stream, run_id, part],
    );
  }
}

/** Forgets the records of a stream that were last seen before a time (ISO 8601 UTC). */
export function forgetSeenBefore(
  db: Database,
  { source, stream }: StreamName,
  before: string,
): void {
  db.run("DELETE FROM remembered WHERE source = ? AND stream = ? AND seen_at < ?", [
    source,
    stream,
    before,
  ]);
}
