import type { Database } from "../db/mod.ts";
import type { FileRow } from "./files.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** Which version of a file. */
export type FileVersion = Pick<FileRow, "source" | "stream" | "path" | "version">;

/** Returns the newest version of a path that was accepted, be it as a duplicate: what the file held last. */
export function heldVersion(db: Database, name: StreamName, path: string): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND path = ?
       AND verdict IN ('published', 'duplicate') ORDER BY version DESC LIMIT 1`,
    [name.source, name.stream, path],
  );
}

/** Returns what a path held last as {@linkcode heldVersion} does; of a version that was retracted, what it superseded. */
export function lastVersion(db: Database, name: StreamName, path: string): FileRow | undefined {
  let row = db.get<FileRow>(
    `SELECT * FROM files WHERE source = ? AND stream = ? AND path = ?
       AND verdict <> 'rejected' ORDER BY version DESC LIMIT 1`,
    [name.source, name.stream, path],
  );
  while (row?.verdict === "retracted") row = versionBefore(db, row);
  return row;
}

/** Returns the version that one supersedes, or that it got its name from. */
export function versionBefore(
  db: Database,
  { source, stream, supersedes_path, supersedes_version }: FileRow,
): FileRow | undefined {
  if (supersedes_path === null) return undefined;
  return db.get<FileRow>(
    "SELECT * FROM files WHERE source = ? AND stream = ? AND path = ? AND version = ?",
    [source, stream, supersedes_path, supersedes_version],
  );
}

/** Returns the content that readers see a version by, which may be packed in another way. */
export function seenContent(
  { sha256, duplicate_of_sha256 }: Pick<FileRow, "sha256" | "duplicate_of_sha256">,
): string {
  return duplicate_of_sha256 ?? sha256;
}

/** Returns the paths that have ever been accepted with a content. */
export function pathsOfContent(
  db: Database,
  { source, stream }: StreamName,
  sha256: string,
): string[] {
  return db.all<{ path: string }>(
    `SELECT path FROM files INDEXED BY files_by_content WHERE source = ?1 AND stream = ?2 AND sha256 = ?3
       AND verdict IN ('published', 'duplicate')
     UNION SELECT path FROM files INDEXED BY files_by_original
     WHERE source = ?1 AND stream = ?2 AND duplicate_of_sha256 = ?3`,
    [source, stream, sha256],
  ).map(({ path }) => path);
}

/**
 * Says whether a published version is a later one of this, wherever its name is by now; or a version of its path that is
 * a duplicate, which readers see from the file that it is a copy of.
 */
export function isSuperseded(
  db: Database,
  { source, stream, path, version }: FileVersion,
): boolean {
  return db.get(
    `WITH RECURSIVE later (path, version, verdict, before) AS (
       SELECT path, version, verdict, supersedes_path FROM files INDEXED BY files_by_superseded
       WHERE source = ?1 AND stream = ?2 AND supersedes_path = ?3 AND supersedes_version = ?4
       UNION SELECT f.path, f.version, f.verdict, f.supersedes_path
       FROM later CROSS JOIN files AS f INDEXED BY files_by_superseded
       WHERE f.source = ?1 AND f.stream = ?2
         AND f.supersedes_path = later.path AND f.supersedes_version = later.version
     )
     SELECT 1 FROM later WHERE verdict = 'published' OR verdict = 'duplicate' AND before = path LIMIT 1`,
    [source, stream, path, version],
  ) !== undefined;
}

/** Says whether a version got another name: a duplicate under that one says so, or its content published again. */
export function isContinued(
  db: Database,
  { source, stream, path, version }: FileVersion,
): boolean {
  return db.get(
    `SELECT 1 FROM files AS f INDEXED BY files_by_superseded CROSS JOIN files AS o
       ON o.source = f.source AND o.stream = f.stream
         AND o.path = f.supersedes_path AND o.version = f.supersedes_version
     WHERE f.source = ? AND f.stream = ? AND f.supersedes_path = ? AND f.supersedes_version = ?
       AND (f.verdict = 'duplicate' OR f.verdict = 'published' AND f.path <> o.path
         AND f.sha256 = coalesce(o.duplicate_of_sha256, o.sha256)) LIMIT 1`,
    [source, stream, path, version],
  ) !== undefined;
}

/** Says whether a stream has a version that supersedes another one, which most have not. */
export function hasSuperseded(db: Database, { source, stream }: StreamName): boolean {
  return db.get(
    `SELECT 1 FROM files INDEXED BY files_by_superseded
     WHERE source = ? AND stream = ? AND supersedes_path IS NOT NULL LIMIT 1`,
    [source, stream],
  ) !== undefined;
}

/** Returns the newest version with a content that superseded another one, and that was retracted. */
export function retractedVersion(
  db: Database,
  name: StreamName,
  sha256: string,
): FileRow | undefined {
  return db.get<FileRow>(
    `SELECT * FROM files INDEXED BY files_by_content WHERE source = ? AND stream = ? AND sha256 = ?
       AND verdict = 'retracted' AND duplicate_of IS NULL AND supersedes_path IS NOT NULL
     ORDER BY run_id DESC LIMIT 1`,
    [name.source, name.stream, sha256],
  );
}

/** Returns what a run took in without a data file of its own: copies, renamed files, and those without rows. */
export function filesWithoutTarget(db: Database, key: StreamKey): FileRow[] {
  return db.all<FileRow>(
    `SELECT * FROM files INDEXED BY files_by_run WHERE run_id = ? AND source = ? AND stream = ?
       AND (verdict = 'duplicate' OR verdict = 'published' AND target IS NULL) ORDER BY path, version`,
    [key.run_id, key.source, key.stream],
  );
}

/** Returns the streams of runs that were given up with such files alone, before a manifest listed them. */
export function notedWithoutManifest(db: Database): StreamKey[] {
  return db.all<StreamKey>(
    `SELECT run_id, source, stream FROM runs CROSS JOIN streams USING (run_id)
     WHERE runs.status = 'abandoned' AND checkpoint ->> '$.notes' = 1
       AND NOT EXISTS (SELECT 1 FROM publications AS p INDEXED BY publications_by_run
         WHERE p.run_id = streams.run_id AND p.source = streams.source
           AND p.stream = streams.stream AND kind IN ('part', 'file', 'manifest'))
       AND EXISTS (SELECT 1 FROM files INDEXED BY files_by_run WHERE files.run_id = streams.run_id
         AND files.source = streams.source AND files.stream = streams.stream
         AND (verdict = 'duplicate' OR verdict = 'published' AND target IS NULL))
     ORDER BY run_id`,
  );
}

/** Returns the published versions that one supersedes, oldest first. */
export function supersededVersions(
  db: Database,
  { source, stream, supersedes_path, supersedes_version }: Pick<
    FileRow,
    "source" | "stream" | "supersedes_path" | "supersedes_version"
  >,
): FileRow[] {
  if (supersedes_path === null) return [];
  return db.all<FileRow>(
    `WITH RECURSIVE earlier (path, version, depth) AS (
       SELECT ?3, ?4, 1
       UNION SELECT supersedes_path, supersedes_version, depth + 1
       FROM earlier CROSS JOIN files USING (path, version)
       WHERE source = ?1 AND stream = ?2 AND supersedes_path IS NOT NULL
     )
     SELECT files.* FROM earlier CROSS JOIN files USING (path, version)
     WHERE source = ?1 AND stream = ?2 AND verdict = 'published'
     ORDER BY depth DESC`,
    [source, stream, supersedes_path, supersedes_version],
  );
}

/** Says whether what a path held has another name by now, or was superseded under one. */
export function isElsewhere(db: Database, { source, stream }: StreamName, path: string): boolean {
  return db.get(
    `SELECT 1 FROM files AS f WHERE source = ?1 AND stream = ?2 AND path = ?3 AND verdict = 'published' AND (
       EXISTS (SELECT 1 FROM files AS d INDEXED BY files_by_original
         WHERE d.source = ?1 AND d.stream = ?2 AND d.duplicate_of_sha256 = f.sha256 AND d.path <> f.path)
       OR EXISTS (SELECT 1 FROM files AS s INDEXED BY files_by_superseded
         WHERE s.source = ?1 AND s.stream = ?2 AND s.supersedes_path = f.path
           AND s.supersedes_version = f.version AND s.path <> f.path)
     ) LIMIT 1`,
    [source, stream, path],
  ) !== undefined;
}

/**
 * Says whether a content was published.
 *
 * @param ever Whether a run that was retracted counts: where files are replaced, manifests may name what it became.
 */
export function wasPublished(
  db: Database,
  name: StreamName,
  sha256: string,
  ever: boolean,
): boolean {
  return db.get(
    `SELECT 1 FROM files INDEXED BY files_by_content WHERE source = ? AND stream = ? AND sha256 = ?
     AND verdict IN ('published', ?) LIMIT 1`,
    [name.source, name.stream, sha256, ever ? "retracted" : "published"],
  ) !== undefined;
}
