import type { Migration } from "../db/mod.ts";

/** When pages were asked for, and the retries and waits that they took. */
export const MIGRATION_10: Migration = {
  version: 10,
  name: "times of pages",
  sql: `
  ALTER TABLE pages ADD COLUMN asked_ms INTEGER; -- when it was asked for, ms from the start of the run; null in runs from before version 10
  ALTER TABLE pages ADD COLUMN took_ms INTEGER; -- ms from then to the end of its answer
  ALTER TABLE pages ADD COLUMN waited_ms INTEGER; -- of these, ms in which it waited: for a rate limit, because the server asked for it, or between attempts

  ALTER TABLE streams ADD COLUMN retries INTEGER NOT NULL DEFAULT 0; -- of its requests, attempts beyond the first of each; 0 in runs from before version 10
  ALTER TABLE streams ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0; -- ms in which its requests waited, added up; 0 in runs from before version 10

  DROP VIEW run_summary;
  -- view run_summary: each run with what its streams counted together
  CREATE VIEW run_summary AS
    SELECT r.run_id, r.pipeline, r.status, r.exit_code, r.attempts, r.started_at,
      round((julianday(r.ended_at) - julianday(r.started_at)) * 86400, 1) AS seconds,
      count(s.run_id) AS streams, sum(s.outcome <> 'complete') AS not_complete,
      coalesce(sum(s.read), 0) AS read, coalesce(sum(s.written), 0) AS written,
      coalesce(sum(s.rejected), 0) AS rejected, coalesce(sum(s.duplicates), 0) AS duplicates,
      coalesce(sum(s.files_published), 0) AS files_published,
      coalesce(sum(s.files_rejected), 0) AS files_rejected,
      coalesce(sum(s.retries), 0) AS retries, coalesce(sum(s.waited_ms), 0) AS waited_ms
    FROM runs AS r LEFT JOIN streams AS s USING (run_id) GROUP BY r.run_id;
`,
};
