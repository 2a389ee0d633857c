import type { Migration } from "../db/mod.ts";
import { MIGRATION_3 } from "./_migration_3.ts";
import { MIGRATION_4 } from "./_migration_4.ts";
import { MIGRATION_5 } from "./_migration_5.ts";
import { MIGRATION_8 } from "./_migration_8.ts";
import { MIGRATION_9 } from "./_migration_9.ts";
import { MIGRATION_10 } from "./_migration_10.ts";
import { MIGRATION_11 } from "./_migration_11.ts";
import { MIGRATION_12 } from "./_migration_12.ts";
import { MIGRATION_13 } from "./_migration_13.ts";
import { VIEWS_MIGRATION } from "./_views_migration.ts";

/**
 * The audit database's schema, one step a version, append-only: a published migration is never edited.
 *
 * The comment after each column is its meaning in REFERENCE.md; a line `-- table.column: meaning` changes it.
 */
export const AUDIT_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "ledger",
    sql: `
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,          -- ULID; a resumed run keeps it
    pipeline TEXT NOT NULL,           -- name in the configuration
    config_sha256 TEXT NOT NULL,      -- of the configuration file; a changed file starts a new run
    status TEXT NOT NULL,             -- running, complete, partial, suspended, failed, abandoned or unknown (rebuilt from its lake)
    attempts INTEGER NOT NULL,        -- processes that worked on it
    started_at TEXT NOT NULL,         -- ISO 8601 UTC, first attempt
    ended_at TEXT,                    -- ISO 8601 UTC, last attempt; null while running, after a crash, or if rebuilt
    exit_code INTEGER                 -- of the last attempt; null while running, after a crash, or if rebuilt
  ) STRICT;
  CREATE INDEX runs_by_pipeline ON runs (pipeline, run_id);

  CREATE TABLE streams (
    run_id TEXT NOT NULL REFERENCES runs,
    source TEXT NOT NULL,             -- name of the source
    stream TEXT NOT NULL,             -- name of the stream
    kind TEXT NOT NULL,               -- api, files or logs
    mode TEXT NOT NULL,               -- incremental, append or snapshot
    status TEXT NOT NULL,             -- running, staged, complete, partial, suspended or failed
    state TEXT,                       -- JSON: where to go on (api), or the schema (files, logs)
    staged_bytes INTEGER NOT NULL,    -- committed length of the staging file
    rejected_bytes INTEGER NOT NULL,  -- committed length of the staged quarantine file
    pages INTEGER NOT NULL,           -- pages read (api) or files taken in (files, logs)
    requests INTEGER NOT NULL,        -- attempts made for those pages, retries included
    bytes INTEGER NOT NULL,           -- bytes received or read
    read INTEGER NOT NULL,            -- records read = written + quarantined + duplicates
    written INTEGER NOT NULL,         -- records that this run published or has staged
    quarantined INTEGER NOT NULL,     -- records refused
    duplicates INTEGER NOT NULL,      -- records that the lake had already
    files_quarantined INTEGER NOT NULL, -- whole files refused
    files_duplicate INTEGER NOT NULL, -- files whose content was known under another name
    files_known INTEGER NOT NULL,     -- files that an earlier run took in
    skipped_pages INTEGER NOT NULL,   -- pages given up by policy
    declared_total INTEGER,           -- the total that the API declared
    stop_reason TEXT,                 -- why reading ended
    proven INTEGER NOT NULL,          -- 1 where completeness is proven
    watermark_from TEXT,              -- where an incremental read began
    watermark_to TEXT,                -- the highest cursor value seen
    validators TEXT,                  -- JSON: what the server knows this version by (ETag, Last-Modified)
    error_code TEXT,                  -- code of the error that ended the stream
    error_message TEXT,               -- its message
    PRIMARY KEY (run_id, source, stream)
  ) STRICT;

  CREATE TABLE stream_state (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    watermark TEXT,                   -- where the next incremental read begins (less the lag)
    content_sha256 TEXT,              -- of the newest snapshot's records
    validators TEXT,                  -- JSON: what the server knows that version by, and for which request
    current_run_id TEXT,              -- run whose manifest readers should follow
    current_proven INTEGER NOT NULL,  -- 1 where that manifest is complete
    PRIMARY KEY (source, stream)
  ) STRICT;

  CREATE TABLE boundary (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    record TEXT NOT NULL,             -- cursor value and primary key of a published record inside the lag
    PRIMARY KEY (source, stream, record)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pages (
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    number INTEGER NOT NULL,          -- 1-based within the stream
    token TEXT NOT NULL,              -- the position that was asked for
    sha256 TEXT NOT NULL,             -- of the page's records
    url TEXT NOT NULL,                -- redacted
    request_id TEXT NOT NULL,         -- sent as X-Request-Id with the last attempt
    status INTEGER NOT NULL,          -- HTTP status of the last attempt
    attempts INTEGER NOT NULL,        -- 1 without a retry
    bytes INTEGER NOT NULL,           -- of the body
    records INTEGER NOT NULL,         -- in the body
    PRIMARY KEY (run_id, source, stream, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pages_by_token ON pages (run_id, source, stream, token);
  CREATE INDEX pages_by_content ON pages (run_id, source, stream, sha256);

  CREATE TABLE files (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    path TEXT NOT NULL,               -- relative to the source's folder
    sha256 TEXT NOT NULL,             -- of the file as found
    version INTEGER NOT NULL,         -- 1, and one more for each new content under this path
    bytes INTEGER NOT NULL,           -- size as found
    mtime_ms INTEGER NOT NULL,        -- modification time as found
    verdict TEXT NOT NULL,            -- published, quarantined or duplicate
    duplicate_of TEXT,                -- path of the file with the same content
    run_id TEXT NOT NULL,             -- run that decided
    read INTEGER NOT NULL,            -- rows or log events read
    written INTEGER NOT NULL,         -- of these, written to the lake
    quarantined INTEGER NOT NULL,     -- of these, refused
    target TEXT,                      -- path in the lake (published) or in quarantine
    error_code TEXT,                  -- why the whole file was refused
    error_message TEXT,               -- the same for people
    PRIMARY KEY (source, stream, path, version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX files_by_content ON files (source, stream, sha256);

  CREATE TABLE rejects (
    reject_id INTEGER PRIMARY KEY,    -- in the order in which they came
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    code TEXT NOT NULL,               -- see the error codes
    message TEXT NOT NULL,            -- for people
    origin TEXT,                      -- file, or redacted URL
    page INTEGER,                     -- 1-based
    line INTEGER,                     -- 1-based
    byte_offset INTEGER,              -- 0-based, after decompression
    bytes INTEGER NOT NULL            -- length of the raw bytes, which stand in the quarantine file
  ) STRICT;
  CREATE INDEX rejects_by_run ON rejects (run_id, source, stream);

  CREATE TABLE publications (
    publication_id INTEGER PRIMARY KEY, -- in the order in which readers may see them
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,               -- part, rejects, file, marker, manifest or current
    path TEXT NOT NULL,               -- relative to the lake
    staged TEXT,                      -- relative to the lake; null where content holds the bytes
    content TEXT,                     -- text of a small file (marker, manifest, current)
    bytes INTEGER NOT NULL,           -- size
    rows INTEGER NOT NULL,            -- records in it, header lines not counted
    sha256 TEXT NOT NULL,             -- of its bytes
    status TEXT NOT NULL              -- intended, published, removing or removed
  ) STRICT;
  CREATE INDEX publications_by_run ON publications (run_id, source, stream);
  CREATE INDEX publications_open ON publications (status) WHERE status = 'intended';
  `,
  },
  {
    version: 2,
    name: "backfills",
    sql: `
  ALTER TABLE runs ADD COLUMN backfill TEXT; -- stream and range that it was asked for; null for an ordinary run
  ALTER TABLE streams ADD COLUMN out_of_range INTEGER NOT NULL DEFAULT 0; -- received beside those read: not in the backfill's range
  `,
  },
  MIGRATION_3,
  MIGRATION_4,
  MIGRATION_5,
  VIEWS_MIGRATION,
  {
    version: 7,
    name: "files by what they became",
    sql: `
  CREATE INDEX publications_by_content ON publications (source, stream, sha256) WHERE kind = 'file';
`,
  },
  MIGRATION_8,
  MIGRATION_9,
  MIGRATION_10,
  MIGRATION_11,
  MIGRATION_12,
  MIGRATION_13,
];
