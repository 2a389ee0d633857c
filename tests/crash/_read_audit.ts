import { join, relative } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { walk } from "./_read_lake.ts";

/** The deterministic part of an audit database, and where it and the lake disagree. */
export interface AuditContents {
  /** What the next run of each stream knows, without ids of runs. */
  readonly states: readonly unknown[];
  /** Boundary records in force. */
  readonly boundary: readonly unknown[];
  /** Verdict on each file, without ids of runs. */
  readonly files: readonly unknown[];
  /** Rejects by stream and code. */
  readonly rejects: readonly unknown[];
  readonly openIntents: readonly unknown[];
  /** Published by the database's word, and not in the lake. */
  readonly missing: readonly string[];
  /** In the lake, and not published by the database's word. */
  readonly strangers: readonly string[];
}

/** Reads the audit database next to a lake. */
export function readAudit(folder: string): AuditContents {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  const lake = join(folder, "lake");
  const present = ["raw", "quarantine"].flatMap((name) => walk(join(lake, name)))
    .map((path) => relative(lake, path));
  const published = db.all<{ path: string }>(
    "SELECT DISTINCT path FROM publications WHERE status IN ('published', 'retracted') ORDER BY path",
  ).map(({ path }) => path);
  return {
    states: db.all(
      `SELECT source, stream, watermark, content_sha256, held_sha256, validators, current_complete,
         complete_rows, current_run_id IS NOT NULL AS has_current, previous_run_id IS NOT NULL AS has_previous, boundary_run_id IS NOT NULL AS has_boundary
       FROM stream_state ORDER BY source, stream`,
    ),
    boundary: db.all(
      `SELECT b.source, b.stream, record FROM boundary AS b JOIN stream_state AS s
         ON s.source = b.source AND s.stream = b.stream AND s.boundary_run_id = b.run_id
       ORDER BY b.source, b.stream, record`,
    ),
    files: db.all(
      `SELECT source, stream, path, sha256, version, verdict, duplicate_of, read, written, rejected, error_code
       FROM files ORDER BY source, stream, path, version`,
    ),
    rejects: db.all(
      "SELECT source, stream, code, count(*) AS count FROM rejects GROUP BY source, stream, code ORDER BY 1, 2, 3",
    ),
    openIntents: db.all(
      `SELECT source, stream, status FROM intents WHERE status = 'open'
       UNION ALL SELECT source, stream, path FROM publications WHERE status = 'intended'`,
    ),
    missing: published.filter((path) => !present.includes(path)),
    strangers: present.filter((path) => !published.includes(path)),
  };
}
