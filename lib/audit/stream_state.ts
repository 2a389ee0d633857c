import type { Database } from "../db/mod.ts";

/** Identifies a stream across runs. */
export type StreamName = { readonly source: string; readonly stream: string };

/** One row of `stream_state`: what the next run must know. */
export type StreamStateRow = StreamName & {
  readonly watermark: string | null;
  readonly content_sha256: string | null;
  readonly validators: string | null;
  readonly current_run_id: string | null;
  readonly current_proven: number;
};

const NEW_STATE = {
  watermark: null,
  content_sha256: null,
  validators: null,
  current_run_id: null,
  current_proven: 0,
} as const;

/** Returns a stream's state; an empty one where it never published. */
export function getStreamState(db: Database, name: StreamName): StreamStateRow {
  return db.get<StreamStateRow>(
    "SELECT * FROM stream_state WHERE source = ? AND stream = ?",
    [name.source, name.stream],
  ) ?? { ...name, ...NEW_STATE };
}

/** Inserts or replaces a stream's state. */
export function saveStreamState(db: Database, row: StreamStateRow): void {
  db.run(
    `INSERT OR REPLACE INTO stream_state
       (source, stream, watermark, content_sha256, validators, current_run_id, current_proven)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      row.source,
      row.stream,
      row.watermark,
      row.content_sha256,
      row.validators,
      row.current_run_id,
      row.current_proven,
    ],
  );
}
