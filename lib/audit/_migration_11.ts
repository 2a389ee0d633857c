import type { Migration } from "../db/mod.ts";

/** What a duplicate is a duplicate of, by its content: its path may get another one. */
export const MIGRATION_11: Migration = {
  version: 11,
  name: "duplicates by content",
  sql: `
  ALTER TABLE files ADD COLUMN duplicate_of_sha256 TEXT; -- content of the published file that a duplicate is a duplicate of

  UPDATE files SET duplicate_of_sha256 = (
    SELECT CASE count(DISTINCT f.sha256) WHEN 1 THEN min(f.sha256) END FROM files AS f
    WHERE f.source = files.source AND f.stream = files.stream AND f.path = files.duplicate_of
      AND f.verdict IN ('published', 'retracted')
  ) WHERE verdict = 'duplicate';
`,
};
