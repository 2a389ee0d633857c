import type { Migration } from "../db/mod.ts";

/** The ways back: runs that were retracted, and watermarks that were reset. */
export const MIGRATION_5: Migration = {
  version: 5,
  name: "retractions and resets",
  sql: `
  CREATE TABLE retractions (
    retraction_id TEXT NOT NULL,      -- ULID; names the manifests that supersede those of the run
    run_id TEXT NOT NULL,             -- run that was retracted
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    retracted_at TEXT NOT NULL,       -- ISO 8601 UTC
    PRIMARY KEY (run_id, source, stream)
  ) STRICT;

  CREATE TABLE resets (
    reset_id INTEGER PRIMARY KEY,     -- in the order in which they were made
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    reset_at TEXT NOT NULL,           -- ISO 8601 UTC
    watermark_from TEXT,              -- watermark before it
    watermark_to TEXT                 -- watermark after it; null if it was forgotten
  ) STRICT;

  ALTER TABLE stream_state ADD COLUMN known_to TEXT; -- highest watermark before a reset: up to it records may be known
  ALTER TABLE boundary ADD COLUMN published_by TEXT; -- run that published the record; null if a version before 5 of this schema did
  -- files.verdict: published, rejected, duplicate or retracted
  -- publications.status: intended, published, retracted, removing or removed
`,
};
