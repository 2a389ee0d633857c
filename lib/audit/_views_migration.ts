import type { Migration } from "../db/mod.ts";

/** Views for people: they change no data, and `audit sql` reads them like tables. */
export const VIEWS_MIGRATION: Migration = {
  version: 6,
  name: "views, and indexes of names and runs",
  sql: `
  -- view run_summary: each run with what its streams counted together
  CREATE VIEW run_summary AS
    SELECT r.run_id, r.pipeline, r.status, r.exit_code, r.attempts, r.started_at,
      round((julianday(r.ended_at) - julianday(r.started_at)) * 86400, 1) AS seconds,
      count(s.run_id) AS streams, sum(s.outcome <> 'complete') AS not_complete,
      coalesce(sum(s.read), 0) AS read, coalesce(sum(s.written), 0) AS written,
      coalesce(sum(s.rejected), 0) AS rejected, coalesce(sum(s.duplicates), 0) AS duplicates,
      coalesce(sum(s.files_published), 0) AS files_published,
      coalesce(sum(s.files_rejected), 0) AS files_rejected
    FROM runs AS r LEFT JOIN streams AS s USING (run_id) GROUP BY r.run_id;

  -- view stream_health: each stream with its newest run, its newest complete one, and what has gone wrong since
  CREATE VIEW stream_health AS
    SELECT n.source, n.stream, n.run_id, r.started_at, n.outcome, n.read, n.written, n.rejected, n.error_code,
      c.run_id AS complete_run_id, c.started_at AS complete_at,
      (SELECT count(*) FROM streams AS l WHERE l.source = n.source AND l.stream = n.stream
        AND l.run_id > coalesce(c.run_id, '')) AS runs_since, t.watermark, t.current_run_id
    FROM streams AS n JOIN runs AS r USING (run_id)
      LEFT JOIN (SELECT s.source, s.stream, max(s.run_id) AS run_id, r.started_at
        FROM streams AS s JOIN runs AS r USING (run_id) WHERE s.complete = 1 GROUP BY s.source, s.stream) AS c
        USING (source, stream)
      LEFT JOIN stream_state AS t USING (source, stream)
    WHERE n.run_id = (SELECT max(l.run_id) FROM streams AS l WHERE l.source = n.source AND l.stream = n.stream);
  CREATE INDEX streams_by_name ON streams (source, stream, run_id);

  CREATE INDEX files_by_run ON files (run_id, source, stream);

  -- view file_history: each version of each file, and what was decided about it when
  CREATE VIEW file_history AS
    SELECT f.source, f.stream, f.path, f.version, f.verdict, r.started_at AS decided_at, f.run_id, f.bytes, f.sha256,
      f.read, f.written, f.rejected, f.target, f.duplicate_of, f.error_code, f.error_message
    FROM files AS f LEFT JOIN runs AS r USING (run_id);

  -- view open_quarantine: what waits in quarantine for somebody, by stream, reason and file: rejected files that no good version has followed, and rejected records, of a snapshot those of its newest run
  CREATE VIEW open_quarantine AS
    SELECT f.source, f.stream, f.run_id, f.error_code AS code, f.path AS origin, 1 AS count, f.error_message AS example
    FROM files AS f WHERE f.verdict = 'rejected' AND NOT EXISTS (SELECT 1 FROM files AS g
      WHERE g.source = f.source AND g.stream = f.stream AND g.path = f.path AND g.version > f.version)
    UNION ALL
    SELECT j.source, j.stream, max(j.run_id), j.code, j.origin, count(*), min(j.message)
    FROM rejects AS j JOIN streams AS s USING (run_id, source, stream)
    WHERE s.mode <> 'snapshot' OR j.run_id = (SELECT max(l.run_id) FROM streams AS l
      WHERE l.source = j.source AND l.stream = j.stream)
    GROUP BY j.source, j.stream, j.code, j.origin;

  -- view duplicates: files whose content is published under another name
  CREATE VIEW duplicates AS
    SELECT f.source, f.stream, f.path, f.duplicate_of, f.sha256, f.bytes, r.started_at AS decided_at, f.run_id
    FROM files AS f LEFT JOIN runs AS r USING (run_id) WHERE f.verdict = 'duplicate';
`,
};
