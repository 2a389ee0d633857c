import type { Database } from "../db/mod.ts";
import type { StreamMode } from "./streams.ts";

/** Identifies a stream across runs. */
export type StreamName = { readonly source: string; readonly stream: string };

/** One row of `stream_state`: what the next run must know. */
export type StreamStateRow = StreamName & {
  readonly watermark: string | null;
  readonly content_sha256: string | null;
  readonly held_sha256: string | null;
  readonly validators: string | null;
  readonly current_run_id: string | null;
  readonly current_complete: number;
  readonly previous_run_id: string | null;
  readonly complete_rows: number | null;
  readonly boundary_run_id: string | null;
  readonly mode: StreamMode | null;
  readonly follows: string | null;
  readonly next_seen: string | null;
  readonly known_to: string | null;
};

const NEW_STATE = {
  watermark: null,
  content_sha256: null,
  held_sha256: null,
  validators: null,
  current_run_id: null,
  current_complete: 0,
  previous_run_id: null,
  complete_rows: null,
  boundary_run_id: null,
  mode: null,
  follows: null,
  next_seen: null,
  known_to: null,
} as const satisfies Omit<StreamStateRow, keyof StreamName>;

/** Returns a stream's state; an empty one if it never published. */
export function getStreamState(db: Database, name: StreamName): StreamStateRow {
  return db.get<StreamStateRow>(
    "SELECT * FROM stream_state WHERE source = ? AND stream = ?",
    [name.source, name.stream],
  ) ?? { source: name.source, stream: name.stream, ...NEW_STATE };
}

/** Inserts or replaces a stream's state. */
export function saveStreamState(db: Database, row: StreamStateRow): void {
  const columns = Object.keys(row);
  db.run(
    `INSERT OR REPLACE INTO stream_state (${columns.join(", ")})
     VALUES (${columns.map(() => "?").join(", ")})`,
    Object.values(row),
  );
}
