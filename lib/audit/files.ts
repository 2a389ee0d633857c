import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";

/** What was decided about a file. */
export const FILE_VERDICTS = ["published", "quarantined", "duplicate"] as const;

/** A verdict on a file. */
export type FileVerdict = (typeof FILE_VERDICTS)[number];

/** One row of `files`; the columns are described in the ledger's schema. */
export type FileRow = StreamName & {
  readonly path: string;
  readonly sha256: string;
  readonly version: number;
  readonly bytes: number;
  readonly mtime_ms: number;
  readonly verdict: FileVerdict;
  readonly duplicate_of: string | null;
  readonly run_id: string;
  readonly read: number;
  readonly written: number;
  readonly quarantined: number;
  readonly target: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
};

/** Returns the newest version of the file that stands, or stood, under a path. */
export function latestFile(db: Database, name: StreamName, path: string): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND path = ?
     ORDER BY version DESC LIMIT 1`,
    [name.source, name.stream, path],
  );
}

/** Returns the first file that had this content, duplicates left out. */
export function fileByContent(db: Database, name: StreamName, sha256: string): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND sha256 = ? AND verdict <> 'duplicate'
     ORDER BY run_id, path LIMIT 1`,
    [name.source, name.stream, sha256],
  );
}

/** Records the verdict on a file; call it in the transaction of its publication. */
export function insertFile(db: Database, row: FileRow): void {
  const columns = Object.keys(row);
  db.run(
    `INSERT INTO files (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    Object.values(row),
  );
}

/** Notes that a known file was touched, so that the fast path knows it next time. */
export function touchFile(
  db: Database,
  row: StreamName & { path: string; version: number; mtime_ms: number },
): void {
  db.run(
    "UPDATE files SET mtime_ms = ? WHERE source = ? AND stream = ? AND path = ? AND version = ?",
    [row.mtime_ms, row.source, row.stream, row.path, row.version],
  );
}
