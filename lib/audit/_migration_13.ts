import type { Migration } from "../db/mod.ts";

/** What a version supersedes: by the content that the file had, wherever its name is by now. */
export const MIGRATION_13: Migration = {
  version: 13,
  name: "what a file supersedes",
  sql: `
  ALTER TABLE files ADD COLUMN supersedes_path TEXT;    -- path of the published version that this one is the next of, which may have had another name; of a duplicate that was renamed, its name before; null if there is none
  ALTER TABLE files ADD COLUMN supersedes_version INTEGER; -- its version
  CREATE INDEX files_by_superseded ON files (source, stream, supersedes_path, supersedes_version)
    WHERE supersedes_path IS NOT NULL;
  CREATE INDEX files_by_original ON files (source, stream, duplicate_of_sha256)
    WHERE duplicate_of_sha256 IS NOT NULL;
  UPDATE files SET supersedes_path = path, supersedes_version = (
    SELECT max(f.version) FROM files AS f
    WHERE f.source = files.source AND f.stream = files.stream AND f.path = files.path
      AND f.version < files.version AND f.verdict = 'published')
  WHERE verdict = 'published' AND version > 1;
  UPDATE files SET supersedes_path = NULL WHERE supersedes_version IS NULL;
`,
};
