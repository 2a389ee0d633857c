import type { Database } from "../db/mod.ts";

/** States of a stream within a run; `staged` has read everything and has not published it yet. */
export const STREAM_STATUSES = [
  "running",
  "staged",
  "complete",
  "partial",
  "suspended",
  "failed",
] as const;

/** A state of a stream. */
export type StreamStatus = (typeof STREAM_STATUSES)[number];

/** Kinds of source. */
export type StreamKind = "api" | "files" | "logs";

/** How a stream's records relate to what the lake has already. */
export type StreamMode = "incremental" | "append" | "snapshot";

/** Identifies a stream within a run. */
export type StreamKey = {
  readonly run_id: string;
  readonly source: string;
  readonly stream: string;
};

/** One row of `streams`; the columns are described in the ledger's schema. */
export type StreamRow = StreamKey & {
  readonly kind: StreamKind;
  readonly mode: StreamMode;
  status: StreamStatus;
  state: string | null;
  staged_bytes: number;
  rejected_bytes: number;
  pages: number;
  requests: number;
  bytes: number;
  read: number;
  written: number;
  quarantined: number;
  duplicates: number;
  files_quarantined: number;
  files_duplicate: number;
  files_known: number;
  skipped_pages: number;
  declared_total: number | null;
  stop_reason: string | null;
  proven: number;
  watermark_from: string | null;
  watermark_to: string | null;
  validators: string | null;
  error_code: string | null;
  error_message: string | null;
  out_of_range: number;
};

/** Returns a row for a stream that has read nothing yet; it is not in the ledger. */
export function newStreamRow(
  key: StreamKey & { readonly kind: StreamKind; readonly mode: StreamMode },
): StreamRow {
  return {
    ...key,
    status: "running",
    state: null,
    staged_bytes: 0,
    rejected_bytes: 0,
    pages: 0,
    requests: 0,
    bytes: 0,
    read: 0,
    written: 0,
    quarantined: 0,
    duplicates: 0,
    files_quarantined: 0,
    files_duplicate: 0,
    files_known: 0,
    skipped_pages: 0,
    declared_total: null,
    stop_reason: null,
    proven: 0,
    watermark_from: null,
    watermark_to: null,
    validators: null,
    error_code: null,
    error_message: null,
    out_of_range: 0,
  };
}

/** Inserts or replaces a stream's row: the heart of a checkpoint. */
export function saveStream(db: Database, row: StreamRow): void {
  const columns = Object.keys(row);
  db.run(
    `INSERT INTO streams (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
     ON CONFLICT (run_id, source, stream) DO UPDATE
     SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`,
    Object.values(row),
  );
}

/** Returns a stream's row in a run. */
export function getStream(db: Database, key: StreamKey): StreamRow | undefined {
  return db.get<StreamRow>(
    "SELECT * FROM streams WHERE run_id = ? AND source = ? AND stream = ?",
    [key.run_id, key.source, key.stream],
  );
}

/** Returns all streams of a run, in the order in which they began. */
export function streamsOf(db: Database, runId: string): StreamRow[] {
  return db.all<StreamRow>("SELECT * FROM streams WHERE run_id = ? ORDER BY rowid", [runId]);
}
