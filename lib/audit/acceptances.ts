import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** A shrunk snapshot that somebody has accepted; it counts for one run. */
export type Acceptance = StreamName & {
  readonly acceptance_id: number;
  readonly accepted_at: string;
  readonly held_run_id: string;
  readonly rows: number;
  readonly used_run_id: string | null;
};

/** Records that a stream's shrunk snapshot is accepted; one that is still open is replaced. */
export function insertAcceptance(
  db: Database,
  acceptance: Pick<Acceptance, "source" | "stream" | "accepted_at" | "held_run_id" | "rows">,
): void {
  const { source, stream, accepted_at, held_run_id, rows } = acceptance;
  db.run("DELETE FROM acceptances WHERE source = ? AND stream = ? AND used_run_id IS NULL", [
    source,
    stream,
  ]);
  db.run(
    `INSERT INTO acceptances (source, stream, accepted_at, held_run_id, rows) VALUES (?, ?, ?, ?, ?)`,
    [source, stream, accepted_at, held_run_id, rows],
  );
}

/** Returns the acceptance that the next snapshot of a stream may use. */
export function openAcceptance(db: Database, name: StreamName): Acceptance | undefined {
  return db.get<Acceptance>(
    "SELECT * FROM acceptances WHERE source = ? AND stream = ? AND used_run_id IS NULL",
    [name.source, name.stream],
  );
}

/** Notes that a run has made use of a stream's acceptance. */
export function useAcceptance(db: Database, key: StreamKey): void {
  db.run(
    "UPDATE acceptances SET used_run_id = ? WHERE source = ? AND stream = ? AND used_run_id IS NULL",
    [key.run_id, key.source, key.stream],
  );
}
