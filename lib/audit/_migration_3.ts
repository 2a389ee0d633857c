import type { Migration } from "../db/mod.ts";

/** Streams by what they mean, publications by intents, and the owner of a lake. */
export const MIGRATION_3: Migration = {
  version: 3,
  name: "streams by meaning, intents, owner",
  sql: `
  PRAGMA application_id = 1213677908; -- "HWAT"

  CREATE TABLE owner (
    one INTEGER PRIMARY KEY CHECK (one = 1), -- always 1: there is one row
    audit_id TEXT NOT NULL,           -- identity of this database
    lake_id TEXT                      -- identity of the lake that it describes; null before its first run
  ) STRICT;
  INSERT INTO owner VALUES (1, lower(hex(randomblob(10))), NULL);

  ALTER TABLE runs RENAME COLUMN config_sha256 TO config_identity; -- of what the configuration means; a change of meaning starts a new run

  CREATE TABLE streams_3 (
    run_id TEXT NOT NULL REFERENCES runs,
    source TEXT NOT NULL,             -- name of the source
    stream TEXT NOT NULL,             -- name of the stream
    type TEXT NOT NULL,               -- type of the source, as the configuration writes it
    mode TEXT NOT NULL,               -- incremental, append or snapshot
    phase TEXT NOT NULL,              -- reading, staged (read to its end and decided on) or ended (published)
    pages INTEGER NOT NULL,           -- pages read
    requests INTEGER NOT NULL,        -- attempts made for those pages, retries included
    bytes INTEGER NOT NULL,           -- bytes received or read
    read INTEGER NOT NULL,            -- = written + rejected + duplicates + unchanged + out_of_range
    written INTEGER NOT NULL,         -- records that this run published or has staged
    rejected INTEGER NOT NULL,        -- records kept in quarantine
    duplicates INTEGER NOT NULL,      -- records seen before, in this run or an earlier one
    unchanged INTEGER NOT NULL,       -- records of a snapshot with the content of the one before
    out_of_range INTEGER NOT NULL,    -- records outside the range that was asked for
    skipped_pages INTEGER NOT NULL,   -- pages given up by policy
    files_published INTEGER NOT NULL, -- files taken in
    files_rejected INTEGER NOT NULL,  -- whole files kept in quarantine
    files_duplicate INTEGER NOT NULL, -- files with the content of another one
    files_unchanged INTEGER NOT NULL, -- files that an earlier run decided on
    files_waiting INTEGER NOT NULL,   -- files too young to be whole, left for the next run
    files_still_rejected INTEGER NOT NULL, -- files that an earlier run rejected, and that are as they were
    checkpoint TEXT,                  -- JSON with the key type: where to go on (records), or how the files are read (files)
    watermark_from TEXT,              -- where an incremental read began
    watermark_to TEXT,                -- the highest cursor value seen
    declared_total INTEGER,           -- the total that the API declared
    stop_reason TEXT,                 -- why reading ended
    outcome TEXT,                     -- verdict: complete, partial, suspended or failed; null until it is made, or if rebuilt and unknown
    evidence TEXT NOT NULL,           -- verdict, JSON list: signs that nothing is missing
    contradictions TEXT NOT NULL,     -- verdict, JSON list of {code, message}: signs that something is
    reasons TEXT NOT NULL,            -- verdict, JSON list: why the outcome is not complete, a sentence each
    complete INTEGER NOT NULL,        -- verdict: 1 if nothing is missing, by the evidence; moves the watermark
    followed INTEGER NOT NULL,        -- verdict: 1 if readers may follow what this run publishes
    error_code TEXT,                  -- code of the error that ended the stream
    error_message TEXT,               -- its message
    PRIMARY KEY (run_id, source, stream)
  ) STRICT;
  INSERT INTO streams_3
    SELECT run_id, source, stream, kind, mode,
      CASE status WHEN 'complete' THEN 'ended' WHEN 'partial' THEN 'ended' WHEN 'staged' THEN 'staged'
        ELSE 'reading' END,
      CASE kind WHEN 'api' THEN pages ELSE 0 END, requests, bytes,
      read + out_of_range, written, quarantined, duplicates, 0, out_of_range, skipped_pages,
      CASE kind WHEN 'api' THEN 0 ELSE pages - files_quarantined - files_duplicate END,
      files_quarantined, files_duplicate, files_known, 0, 0,
      CASE WHEN kind = 'api' THEN json_object('type', 'records', 'position', json(state),
          'staged_bytes', staged_bytes, 'rejected_bytes', rejected_bytes, 'validators', json(validators))
        WHEN state IS NOT NULL THEN json_patch(json_object('type', 'files'), state) END,
      watermark_from, watermark_to, declared_total, stop_reason,
      CASE status WHEN 'running' THEN NULL WHEN 'staged' THEN NULL ELSE status END,
      CASE WHEN proven = 1 AND stop_reason IS NOT NULL THEN json_array(stop_reason) ELSE '[]' END,
      '[]', '[]', proven = 1 AND skipped_pages = 0,
      EXISTS (SELECT 1 FROM publications AS p WHERE p.run_id = streams.run_id
        AND p.source = streams.source AND p.stream = streams.stream AND p.kind = 'current'),
      error_code, error_message
    FROM streams ORDER BY rowid;
  DROP TABLE streams;
  ALTER TABLE streams_3 RENAME TO streams;

  ALTER TABLE stream_state RENAME COLUMN current_proven TO current_complete;
  ALTER TABLE stream_state ADD COLUMN previous_run_id TEXT; -- run whose manifest readers followed before
  ALTER TABLE stream_state ADD COLUMN held_sha256 TEXT; -- of the newest snapshot that was published and not followed
  ALTER TABLE stream_state ADD COLUMN complete_rows INTEGER; -- rows of the last complete snapshot
  ALTER TABLE stream_state ADD COLUMN boundary_run_id TEXT; -- run that wrote the boundary in force
  ALTER TABLE stream_state ADD COLUMN mode TEXT; -- of the runs that made this state
  ALTER TABLE stream_state ADD COLUMN follows TEXT; -- what the watermark is taken from, such as a field and its form
  UPDATE stream_state SET complete_rows =
    (SELECT sum(p.rows) FROM publications AS p WHERE p.kind = 'part' AND p.path LIKE '%/snapshot=%'
      AND p.run_id = stream_state.current_run_id
      AND p.source = stream_state.source AND p.stream = stream_state.stream)
    WHERE current_complete = 1;
  UPDATE stream_state SET boundary_run_id = '', mode =
    (SELECT s.mode FROM streams AS s WHERE s.run_id = stream_state.current_run_id
      AND s.source = stream_state.source AND s.stream = stream_state.stream);

  CREATE TABLE boundary_3 (
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    run_id TEXT NOT NULL,             -- run that wrote it; in force once stream_state names it
    record TEXT NOT NULL,             -- cursor value and primary key of a published record inside the lag
    PRIMARY KEY (source, stream, run_id, record)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO boundary_3 SELECT source, stream, '', record FROM boundary;
  DROP TABLE boundary;
  ALTER TABLE boundary_3 RENAME TO boundary;

  CREATE TABLE acceptances (
    acceptance_id INTEGER PRIMARY KEY, -- in the order in which they were made
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    accepted_at TEXT NOT NULL,        -- ISO 8601 UTC
    held_run_id TEXT NOT NULL,        -- run whose shrunk snapshot was accepted
    rows INTEGER NOT NULL,            -- its rows: what the next snapshot is compared with
    used_run_id TEXT                  -- run that made use of it; null while it is open
  ) STRICT;

  ALTER TABLE files RENAME COLUMN quarantined TO rejected; -- of these, rejected
  ALTER TABLE files ADD COLUMN acceptance TEXT NOT NULL DEFAULT ''; -- identity of the keys that decided: format, expect
  ALTER TABLE files ADD COLUMN inode INTEGER; -- as found; null where the system has none
  UPDATE files SET verdict = 'rejected' WHERE verdict = 'quarantined';
  -- files.verdict: published, rejected or duplicate
  -- files.error_code: why the whole file was rejected
  -- rejects.reject_id: in the order in which they were recorded
  -- rejects.bytes: length of the raw bytes, which are in the quarantine file

  CREATE TABLE intents (
    intent_id INTEGER PRIMARY KEY,    -- in the order in which they are kept
    run_id TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    status TEXT NOT NULL,             -- open, confirmed or lost
    state TEXT,                       -- JSON: the stream's state once this is confirmed; null if it stays
    verdict TEXT                      -- JSON: the stream's verdict if it ends with this; null otherwise
  ) STRICT;
  CREATE INDEX intents_open ON intents (status) WHERE status = 'open';

  ALTER TABLE publications ADD COLUMN intent_id INTEGER; -- the intent that it belongs to
  ALTER TABLE publications ADD COLUMN mtime_ms INTEGER; -- modification time once published; the content is hashed again if it moves
  INSERT INTO intents (run_id, source, stream, status)
    SELECT run_id, source, stream, 'open' FROM publications WHERE status = 'intended'
    GROUP BY run_id, source, stream ORDER BY min(publication_id);
  UPDATE publications SET intent_id = (SELECT intent_id FROM intents AS i WHERE i.run_id = publications.run_id
    AND i.source = publications.source AND i.stream = publications.stream) WHERE status = 'intended';
  CREATE INDEX publications_by_intent ON publications (intent_id);
  `,
};
