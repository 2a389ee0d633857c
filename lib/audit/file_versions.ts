import type { Database } from "../db/mod.ts";
import type { FileRow } from "./files.ts";
import type { StreamName } from "./stream_state.ts";

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

/** Says whether a published version is a later one of this, wherever its name is by now. */
export function isSuperseded(
  db: Database,
  { source, stream, path, version }: FileVersion,
): boolean {
  return db.get(
    `WITH RECURSIVE later (path, version, verdict) AS (
       SELECT path, version, verdict FROM files INDEXED BY files_by_superseded
       WHERE source = ?1 AND stream = ?2 AND supersedes_path = ?3 AND supersedes_version = ?4
       UNION SELECT f.path, f.version, f.verdict
       FROM later CROSS JOIN files AS f INDEXED BY files_by_superseded
       WHERE f.source = ?1 AND f.stream = ?2
         AND f.supersedes_path = later.path AND f.supersedes_version = later.version
     )
     SELECT 1 FROM later WHERE verdict = 'published' LIMIT 1`,
    [source, stream, path, version],
  ) !== undefined;
}

/** Says whether a version got another name: a duplicate under that one says so, and this name holds it no more. */
export function isContinued(
  db: Database,
  { source, stream, path, version }: FileVersion,
): boolean {
  return db.get(
    `SELECT 1 FROM files INDEXED BY files_by_superseded WHERE source = ? AND stream = ?
       AND supersedes_path = ? AND supersedes_version = ? AND verdict = 'duplicate' LIMIT 1`,
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
     WHERE source = ?1 AND stream = ?2 AND verdict = 'published' AND target IS NOT NULL
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
