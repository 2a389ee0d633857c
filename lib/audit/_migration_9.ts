import type { Migration } from "../db/mod.ts";

/** Rejects that were sent through again. */
export const MIGRATION_9: Migration = {
  version: 9,
  name: "replays",
  sql: `
  CREATE TABLE replays (
    reject_id INTEGER NOT NULL,       -- the reject
    run_id TEXT NOT NULL,             -- run that sent it through again
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    became TEXT NOT NULL,             -- written, duplicate or out_of_range
    done INTEGER NOT NULL,            -- 1 from the intent to publish it on; before that it does not count
    PRIMARY KEY (reject_id, run_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX replays_by_run ON replays (run_id, source, stream);

  ALTER TABLE rejects ADD COLUMN hashed TEXT; -- JSON list of the columns of which privacy had kept a hash; null if there are none

  -- view open_rejects: rejected records and rows that no replay has brought into the lake
  CREATE VIEW open_rejects AS
    SELECT j.* FROM rejects AS j WHERE NOT EXISTS (SELECT 1 FROM replays AS p
      WHERE p.reject_id = j.reject_id AND p.done = 1 AND NOT EXISTS (SELECT 1 FROM retractions AS r
        WHERE r.run_id = p.run_id AND r.source = p.source AND r.stream = p.stream));

  DROP VIEW open_quarantine;
  -- view open_quarantine: what waits in quarantine for somebody, by stream, reason and file: rejected files that no good version has followed, and rejected records that no replay has brought into the lake, of a snapshot those of its newest run
  CREATE VIEW open_quarantine AS
    SELECT f.source, f.stream, f.run_id, f.error_code AS code, f.path AS origin, 1 AS count, f.error_message AS example
    FROM files AS f WHERE f.verdict = 'rejected' AND NOT EXISTS (SELECT 1 FROM files AS g
      WHERE g.source = f.source AND g.stream = f.stream AND g.path = f.path AND g.version > f.version)
    UNION ALL
    SELECT j.source, j.stream, max(j.run_id), j.code, j.origin, count(*), min(j.message)
    FROM open_rejects AS j JOIN streams AS s USING (run_id, source, stream)
    WHERE s.mode <> 'snapshot' OR j.run_id = (SELECT max(l.run_id) FROM streams AS l
      WHERE l.source = j.source AND l.stream = j.stream)
    GROUP BY j.source, j.stream, j.code, j.origin;
`,
};
