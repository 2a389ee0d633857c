import { join } from "node:path";
import { decodeTime } from "@std/ulid";
import { getStreamState, type StreamKey, type StreamName } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import type { Disk } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { manifestFolder, snapshotFolder } from "./layout.ts";

/** How long a snapshot is kept, in ms, even if it is neither the current one nor the one before. */
export const SNAPSHOT_AGE = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes the snapshots of a stream that readers cannot need any more: all but the current one, the one before it and
 * those younger than {@linkcode SNAPSHOT_AGE}.
 *
 * The decision is committed first, so that a stop in the middle leaves nothing that looks lost.
 */
export function removeOldSnapshots(
  db: Database,
  disk: Disk,
  about: { readonly name: StreamName; readonly now: number },
): void {
  const { name, now } = about;
  const { current_run_id, previous_run_id } = getStreamState(db, name);
  const kept = new Set([current_run_id, previous_run_id]);
  const expired = db.all<{ run_id: string }>(
    `SELECT DISTINCT run_id FROM publications JOIN streams USING (run_id, source, stream)
       WHERE source = ? AND stream = ? AND mode = 'snapshot'
       AND kind = 'manifest' AND status IN ('published', 'retracted') ORDER BY run_id`,
    [name.source, name.stream],
  ).filter(({ run_id }) => !kept.has(run_id) && decodeTime(run_id) < now - SNAPSHOT_AGE);
  if (expired.length === 0) return;
  db.transaction("snapshots-expire", () => {
    for (const { run_id } of expired) {
      db.run(
        `UPDATE publications SET status = 'removing' WHERE run_id = ? AND source = ? AND stream = ?
           AND kind IN ('part', 'marker', 'manifest') AND status IN ('published', 'retracted')`,
        [run_id, name.source, name.stream],
      );
    }
  });
  finishRemovals(db, disk);
}

/** Marks to go what was retracted {@linkcode SNAPSHOT_AGE} ago: anyone who had opened it has had time to finish. */
export function expireRetracted(db: Database, now: number): void {
  const before = new Date(now - SNAPSHOT_AGE).toISOString();
  const where = `status = 'retracted' AND EXISTS (SELECT 1 FROM retractions AS r
    WHERE r.run_id = publications.run_id AND r.source = publications.source
      AND r.stream = publications.stream AND r.retracted_at < ?)`;
  if (db.get(`SELECT 1 FROM publications WHERE ${where} LIMIT 1`, [before]) === undefined) return;
  db.transaction("retracted-expire", () => {
    db.run(`UPDATE publications SET status = 'removing' WHERE ${where}`, [before]);
  });
}

/** Removes what is marked to go, also what a stop in the middle has left. */
export function finishRemovals(db: Database, disk: Disk): void {
  const keys = db.all<StreamKey>(
    "SELECT DISTINCT run_id, source, stream FROM publications WHERE status = 'removing'",
  );
  if (keys.length === 0) return;
  const removed = keys.filter((key) => removeData(db, disk, key));
  db.transaction("snapshots-removed", () => {
    for (const { run_id, source, stream } of removed) {
      db.run(
        `UPDATE publications SET status = 'removed' WHERE status = 'removing'
           AND run_id = ? AND source = ? AND stream = ?`,
        [run_id, source, stream],
      );
    }
  });
}

/** What cannot be removed today does no harm but to the disk's space, and is tried again by each run. */
function removeData(db: Database, disk: Disk, key: StreamKey): boolean {
  const folder = snapshotFolder(key, key.run_id);
  try {
    // The manifest first: a reader must not be sent to files that are gone.
    disk.remove(join(disk.root, `${manifestFolder(key)}/${key.run_id}.json`));
    for (const { path } of retractedFiles(db, key)) disk.remove(join(disk.root, path));
    disk.remove(join(disk.root, folder));
    return true;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    logEvent("snapshot-not-removed", { path: folder, code: error.code, reason: error.message });
    return false;
  }
}

/** Those in no folder of a snapshot; a file that was taken in again on the same day has the same path. */
function retractedFiles(db: Database, { run_id, source, stream }: StreamKey) {
  return db.all<{ path: string }>(
    `SELECT path FROM publications AS p WHERE status = 'removing' AND kind IN ('part', 'file')
       AND run_id = ? AND source = ? AND stream = ? AND path NOT LIKE '%/snapshot=%'
       AND NOT EXISTS (SELECT 1 FROM publications AS other WHERE other.path = p.path
         AND other.status IN ('intended', 'published'))`,
    [run_id, source, stream],
  );
}
