import type { Database } from "../db/mod.ts";
import { isSuperseded } from "./file_versions.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** What was decided about a file; one that is `retracted` is taken in again. */
export const FILE_VERDICTS = ["published", "rejected", "duplicate", "retracted"] as const;

/** A verdict on a file. */
export type FileVerdict = (typeof FILE_VERDICTS)[number];

/** One row of `files`; the columns are described in the schema. */
export type FileRow = StreamName & {
  readonly path: string;
  readonly sha256: string;
  readonly version: number;
  readonly bytes: number;
  readonly mtime_ms: number;
  readonly inode: number | null;
  readonly acceptance: string;
  readonly verdict: FileVerdict;
  readonly duplicate_of: string | null;
  readonly duplicate_of_sha256: string | null;
  readonly grew_from: string | null;
  readonly supersedes_path: string | null;
  readonly supersedes_version: number | null;
  readonly run_id: string;
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  readonly target: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
};

/** Rows that {@linkcode latestFilesAfter} reads. */
const READ_AHEAD = 256;

/** Without being told, SQLite goes through all files of the stream: the primary key begins with the same two columns. */
const BY_CONTENT = "files INDEXED BY files_by_content";

/** Returns the newest version of the file that is, or was, under a path. */
export function latestFile(db: Database, name: StreamName, path: string): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND path = ?
     ORDER BY version DESC LIMIT 1`,
    [name.source, name.stream, path],
  );
}

/** A file that is known, as far as a decision goes by it. */
export type LatestFile = Pick<
  FileRow,
  | "path"
  | "sha256"
  | "bytes"
  | "mtime_ms"
  | "version"
  | "verdict"
  | "acceptance"
  | "duplicate_of_sha256"
  | "run_id"
  | "inode"
>;

/** Its columns, none of them left out. */
const DECISIVE: Readonly<Record<keyof LatestFile, true>> = {
  ...{ path: true, sha256: true, bytes: true, mtime_ms: true, version: true, verdict: true },
  ...{ acceptance: true, duplicate_of_sha256: true, run_id: true, inode: true },
};

/** Newest versions of paths that follow each other. */
export interface FilesAhead {
  readonly latest: Map<string, LatestFile>;
  /** All known paths before this one are among them; `undefined` if there are no more. */
  readonly until: string | undefined;
}

/** Returns the newest versions of the next paths that come after one. */
export function latestFilesAfter(
  db: Database,
  { source, stream }: StreamName,
  path: string,
): FilesAhead {
  const rows = db.all<LatestFile>(
    `SELECT ${Object.keys(DECISIVE).join()} FROM files
     WHERE source = ? AND stream = ? AND path > ? ORDER BY path, version LIMIT ?`,
    [source, stream, path, READ_AHEAD],
  );
  const latest = new Map(rows.map((row) => [row.path, row]));
  // There may be newer versions of the last one.
  const until = rows.length === READ_AHEAD ? rows.at(-1)?.path : undefined;
  if (until !== undefined) latest.delete(until);
  return { latest, until };
}

/** Returns the newest published version of a path. */
export function publishedVersion(
  db: Database,
  name: StreamName,
  path: string,
): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND path = ? AND verdict = 'published'
     ORDER BY version DESC LIMIT 1`,
    [name.source, name.stream, path],
  );
}

/** A file that a run has published, as far as its manifest says, and where it is in the lake. */
export type TargetedFile = Pick<
  FileRow,
  | "path"
  | "sha256"
  | "bytes"
  | "mtime_ms"
  | "version"
  | "acceptance"
  | "read"
  | "rejected"
  | "grew_from"
  | "supersedes_path"
  | "supersedes_version"
  | "target"
>;

/** Its columns, none of them left out. */
const MADE_FROM: Readonly<Record<keyof TargetedFile, true>> = {
  ...{ path: true, sha256: true, bytes: true, mtime_ms: true, version: true, acceptance: true },
  ...{ read: true, rejected: true, grew_from: true, target: true },
  ...{ supersedes_path: true, supersedes_version: true },
};

/** Returns the files that a run has published; several of them may be in one file in the lake. */
export function filesWithTarget(db: Database, key: StreamKey): TargetedFile[] {
  return db.all<TargetedFile>(
    `SELECT ${Object.keys(MADE_FROM).join()} FROM files INDEXED BY files_by_run
     WHERE run_id = ? AND source = ? AND stream = ? AND target IS NOT NULL AND verdict = 'published'`,
    [key.run_id, key.source, key.stream],
  );
}

/** Returns the published files with this content, the first one first. */
export function publishedRows(db: Database, name: StreamName, sha256: string): FileRow[] {
  return db.all<FileRow>(
    `SELECT * FROM ${BY_CONTENT} WHERE source = ? AND stream = ? AND sha256 = ? AND verdict = 'published'
     ORDER BY run_id, path`,
    [name.source, name.stream, sha256],
  );
}

/** Returns the first published file with this content; where versions replace each other, one that none did. */
export function publishedByContent(
  db: Database,
  name: StreamName,
  sha256: string,
  replaces = false,
): FileRow | undefined {
  return publishedRows(db, name, sha256).find((row) => !replaces || !isSuperseded(db, row));
}

/** Returns the files with rows that a stream has published last, newest first. */
export function newestPublished(
  db: Database,
  { source, stream }: StreamName,
  most: number,
): FileRow[] {
  return db.all<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND verdict = 'published' AND written > 0
     ORDER BY run_id DESC LIMIT ?`,
    [source, stream, most],
  );
}

/** Returns the files that one has grown from; runs of theirs may have been retracted. */
export function originsOf(
  db: Database,
  { source, stream, grew_from }: StreamName & Pick<FileRow, "grew_from">,
): FileRow[] {
  if (grew_from === null) return [];
  return db.all<FileRow>(
    `WITH RECURSIVE origins (sha256) AS (
       SELECT ?1
       UNION SELECT grew_from FROM origins CROSS JOIN ${BY_CONTENT} USING (sha256)
       WHERE source = ?2 AND stream = ?3 AND grew_from IS NOT NULL
     )
     SELECT files.* FROM origins CROSS JOIN ${BY_CONTENT} USING (sha256)
     WHERE source = ?2 AND stream = ?3 AND verdict IN ('published', 'retracted') AND written > 0
     ORDER BY run_id`,
    [grew_from, source, stream],
  );
}

/**
 * Returns the published file that became the same bytes in the lake: its rows are the same, however it was packed. A part
 * of a file has fewer. Where versions replace each other, it is one that no later one did.
 */
export function publishedByOutput(
  db: Database,
  name: StreamName,
  sha256: string,
  replaces = false,
): FileRow | undefined {
  const rows = db.all<FileRow>(
    `SELECT files.* FROM publications INDEXED BY publications_by_content
     JOIN files INDEXED BY files_by_run ON files.run_id = publications.run_id
       AND files.source = publications.source AND files.stream = publications.stream
       AND files.target = publications.path
     WHERE publications.source = ? AND publications.stream = ? AND publications.sha256 = ?
       AND publications.rows = files.written
       AND kind = 'file' AND files.verdict = 'published' ORDER BY files.run_id, files.path`,
    [name.source, name.stream, sha256],
  );
  if (!replaces) return rows[0];
  return rows.find((row) => !isSuperseded(db, row));
}

/** Yields the paths under which a stream has published files, in their order. */
export function* publishedPaths(db: Database, name: StreamName): Generator<string> {
  let rows: { path: string }[];
  let last = "";
  do {
    rows = db.all<{ path: string }>(
      `SELECT DISTINCT path FROM files WHERE source = ? AND stream = ? AND path > ?
       AND verdict = 'published' ORDER BY path LIMIT ?`,
      [name.source, name.stream, last, READ_AHEAD],
    );
    for (const { path } of rows) yield last = path;
  } while (rows.length === READ_AHEAD);
}

/** Returns the file with this content that was rejected last. */
export function rejectedByContent(
  db: Database,
  name: StreamName,
  sha256: string,
): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM ${BY_CONTENT} WHERE source = ? AND stream = ? AND sha256 = ? AND verdict = 'rejected'
     ORDER BY run_id DESC, path LIMIT 1`,
    [name.source, name.stream, sha256],
  );
}

/**
 * Forgets the files of a path in the lake, so that they are taken in again: it was lost before it got there. So are
 * their copies, which may be all that is left of them.
 *
 * @returns The rows.
 */
export function forgetFiles(db: Database, key: StreamKey, target: string): FileRow[] {
  const where = "run_id = ? AND source = ? AND stream = ?";
  const params = [key.run_id, key.source, key.stream, target];
  const lost = `${where} AND (target = ? OR duplicate_of IN
    (SELECT path FROM files WHERE ${where} AND target = ?))`;
  const both = [...params, ...params];
  const rows = db.all<FileRow>(`SELECT * FROM files WHERE ${lost}`, both);
  db.run(`DELETE FROM files WHERE ${lost}`, both);
  return rows;
}

/** Records the verdict on a file; call it in the transaction of its publication. */
export function insertFile(db: Database, row: FileRow): void {
  insertFiles(db, [row]);
}

/** Records the verdicts on files; call it in the transaction of their publication. */
export function insertFiles(db: Database, rows: readonly FileRow[]): void {
  const columns = Object.keys(rows[0] ?? {}) as (keyof FileRow)[];
  if (columns.length === 0) return;
  db.insertMany("files", columns, rows.map((row) => columns.map((name) => row[name])));
}

/** Notes that a known file was touched, so that the fast path knows it next time. */
export function touchFile(
  db: Database,
  row: Pick<FileRow, "source" | "stream" | "path" | "version" | "mtime_ms" | "inode">,
): void {
  db.run(
    "UPDATE files SET mtime_ms = ?, inode = ? WHERE source = ? AND stream = ? AND path = ? AND version = ?",
    [row.mtime_ms, row.inode, row.source, row.stream, row.path, row.version],
  );
}
