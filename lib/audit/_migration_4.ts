import type { Migration } from "../db/mod.ts";

/** Waits that servers asked for, and what a read needs to know about earlier ones. */
export const MIGRATION_4: Migration = {
  version: 4,
  name: "waits and earlier reads",
  sql: `
  CREATE TABLE waits (
    origin TEXT PRIMARY KEY,          -- scheme, host and port of a server; with "token " before it, as a token endpoint
    not_before TEXT NOT NULL,         -- ISO 8601 UTC; no request is sent before it
    reason TEXT NOT NULL              -- what the server said
  ) STRICT;

  ALTER TABLE streams ADD COLUMN late INTEGER NOT NULL DEFAULT 0; -- of these written, older than the read asked for

  CREATE TABLE remembered (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    run_id TEXT NOT NULL,             -- run that published the records
    part INTEGER NOT NULL,            -- number within the run
    seen_at TEXT NOT NULL,            -- ISO 8601 UTC, when one of them was last seen
    hashes BLOB NOT NULL,             -- of the bytes of each record, 12 bytes long
    PRIMARY KEY (source, stream, run_id, part)
  ) STRICT;

  ALTER TABLE stream_state ADD COLUMN next_seen TEXT; -- where pages of an earlier run named their next one
  `,
};
