import type { Migration } from "../db/mod.ts";

/** What the checks of a stream found, and the contract of its columns. */
export const MIGRATION_8: Migration = {
  version: 8,
  name: "checks and contracts",
  sql: `
  CREATE TABLE checks (
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    field TEXT NOT NULL,              -- column, or path of the value
    rule TEXT NOT NULL,               -- rule of the check, such as required or min
    severity TEXT NOT NULL,           -- reject, warn or fail
    violations INTEGER NOT NULL,      -- records that broke it; 1 if what max_age asks for was not there
    example TEXT,                     -- the first violation, without the value
    newest TEXT,                      -- newest value that max_age saw, ISO 8601 UTC
    PRIMARY KEY (run_id, source, stream, field, rule, severity)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX checks_by_name ON checks (source, stream, field, run_id);

  ALTER TABLE rejects ADD COLUMN field TEXT; -- column, or path of the value, that is at fault; null if all of it is

  CREATE TABLE contracts (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,         -- from 1; a change of the columns makes the next one
    run_id TEXT NOT NULL,             -- run that found it
    decided_at TEXT NOT NULL,         -- ISO 8601 UTC
    schema TEXT NOT NULL,             -- JSON: Spark StructType
    changes TEXT NOT NULL,            -- JSON list of {change, field, from, to}: what differs from the version before
    PRIMARY KEY (source, stream, version)
  ) STRICT, WITHOUT ROWID;
`,
};
