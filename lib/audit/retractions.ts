import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** What a run published of one stream, taken back. */
export type Retraction = StreamKey & {
  /** Names the manifest that supersedes that of the run. */
  readonly retraction_id: string;
  readonly retracted_at: string;
};

/** A watermark that was moved by hand. */
export type Reset = StreamName & {
  readonly reset_at: string;
  readonly watermark_from: string | null;
  readonly watermark_to: string | null;
};

/** Returns what was retracted of a run. */
export function retractionsOf(db: Database, runId: string): Retraction[] {
  return db.all<Retraction>("SELECT * FROM retractions WHERE run_id = ? ORDER BY source, stream", [
    runId,
  ]);
}

/**
 * Records that a run's part of a stream is retracted, and forgets what it made known: its records in the boundary and
 * among those remembered, its files, an acceptance of its snapshot. Call it in the transaction of the intent.
 */
export function insertRetraction(db: Database, retraction: Retraction): void {
  const { retraction_id, run_id, source, stream, retracted_at } = retraction;
  db.run(
    `INSERT INTO retractions (retraction_id, run_id, source, stream, retracted_at)
     VALUES (?, ?, ?, ?, ?)`,
    [retraction_id, run_id, source, stream, retracted_at],
  );
  const where = "source = ? AND stream = ?";
  const params = [run_id, source, stream];
  db.run(`DELETE FROM boundary WHERE published_by = ? AND ${where}`, params);
  db.run(`DELETE FROM remembered WHERE run_id = ? AND ${where}`, params);
  db.run(
    `DELETE FROM acceptances WHERE held_run_id = ? AND ${where} AND used_run_id IS NULL`,
    params,
  );
  // A copy that took the place of an earlier version of its own path does so no more.
  db.run(
    `UPDATE files SET verdict = 'retracted' WHERE run_id = ? AND ${where}
     AND (verdict = 'published' OR verdict = 'duplicate' AND supersedes_path = path)`,
    params,
  );
  // What the stream's columns are may have come from a file that is gone now.
  db.run(
    `UPDATE files SET acceptance = '' WHERE ${where} AND verdict = 'rejected'
     AND (error_code GLOB 'file-header*' OR error_code GLOB 'file-columns*')`,
    [source, stream],
  );
  // The marker of a dt= folder belongs to other runs as well, and quarantine stays.
  db.run(
    `UPDATE publications SET status = 'retracted' WHERE run_id = ? AND ${where}
     AND status = 'published' AND (kind IN ('part', 'file', 'manifest')
       OR kind = 'marker' AND path LIKE '%/snapshot=%')`,
    params,
  );
}

/** Says whether the boundary in force holds records of which nobody noted who published them. */
export function hasUnknownPublishers(db: Database, { source, stream }: StreamName): boolean {
  return db.get(
    `SELECT 1 FROM boundary JOIN stream_state USING (source, stream)
     WHERE source = ? AND stream = ? AND run_id = boundary_run_id AND published_by IS NULL LIMIT 1`,
    [source, stream],
  ) !== undefined;
}

/** Returns the first run before another one that was retracted, and that no reset has gone back to since. */
export function retractedBefore(
  db: Database,
  { run_id, source, stream }: StreamKey,
): { readonly run_id: string; readonly watermark_before: string | null } | undefined {
  return db.get(
    `SELECT r.run_id, s.watermark_from AS watermark_before
     FROM retractions AS r JOIN streams AS s USING (run_id, source, stream)
     WHERE source = ? AND stream = ? AND r.run_id < ? AND s.watermark_to IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM resets AS x
         WHERE x.source = r.source AND x.stream = r.stream AND x.reset_at >= r.retracted_at
           AND (x.watermark_to IS NULL OR x.watermark_to IS s.watermark_from))
     ORDER BY r.run_id LIMIT 1`,
    [source, stream, run_id],
  );
}

/** Returns the later runs whose records a read that begins earlier would not recognize, the newest first. */
export function notRememberedAfter(
  db: Database,
  { run_id, source, stream }: StreamKey,
): string[] {
  const rows = db.all<{ run_id: string }>(
    `SELECT run_id FROM streams AS s WHERE source = ? AND stream = ? AND run_id > ? AND written > 0
       AND EXISTS (SELECT 1 FROM publications AS p WHERE p.run_id = s.run_id
         AND p.source = s.source AND p.stream = s.stream AND p.kind = 'manifest'
         AND p.status = 'published')
       AND NOT EXISTS (SELECT 1 FROM remembered AS r WHERE r.run_id = s.run_id
         AND r.source = s.source AND r.stream = s.stream)
     ORDER BY run_id DESC`,
    [source, stream, run_id],
  );
  return rows.map((row) => row.run_id);
}

/** Records that a watermark was moved; call it in the transaction that moves it. */
export function insertReset(db: Database, reset: Reset): void {
  db.run(
    `INSERT INTO resets (source, stream, reset_at, watermark_from, watermark_to)
     VALUES (?, ?, ?, ?, ?)`,
    [reset.source, reset.stream, reset.reset_at, reset.watermark_from, reset.watermark_to],
  );
}
