import { readJson, type StreamKey, type StreamRow, type StreamStateRow } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";

/** Returns the state of a stream as if the run had not published; the watermark stays, a reset moves it. */
export function stateWithout(db: Database, row: StreamRow, before: StreamStateRow): StreamStateRow {
  const own = stateAfter(db, row) ?? before;
  const others = otherRuns(db, row);
  const followed = others.filter((run) =>
    run.followed && (row.mode !== "snapshot" || run.complete)
  );
  const [newest] = followed;
  const wasCurrent = before.current_run_id === row.run_id;
  const current = wasCurrent ? newest?.run_id ?? null : before.current_run_id;
  const previous = followed.find(({ run_id }) => run_id !== current)?.run_id ?? null;
  const wasLast = row.mode === "snapshot"
    ? wasCurrent
    : row.mode === "append" && own.content_sha256 === before.content_sha256;
  const last = row.mode === "snapshot" ? newest : others[0];
  return {
    ...before,
    current_run_id: current,
    current_complete: wasCurrent ? newest?.complete ?? 0 : before.current_complete,
    previous_run_id: wasCurrent || before.previous_run_id === row.run_id
      ? previous
      : before.previous_run_id,
    // With these the next answer is compared.
    ...(wasLast ? contentAfter(db, last && { ...row, run_id: last.run_id }) : {}),
    held_sha256: own.held_sha256 === before.held_sha256 ? null : before.held_sha256,
    // The server must send all of it again.
    validators: null,
  };
}

function contentAfter(db: Database, key: StreamKey | undefined) {
  const { content_sha256 = null, complete_rows = null } = key && stateAfter(db, key) || {};
  return { content_sha256, complete_rows };
}

/** Returns the state that a run left behind; `undefined` if it left none, or an older version did not keep it. */
function stateAfter(
  db: Database,
  { run_id, source, stream }: StreamKey,
): StreamStateRow | undefined {
  const row = db.get<{ state: string }>(
    `SELECT state FROM intents WHERE run_id = ? AND source = ? AND stream = ?
       AND status = 'confirmed' AND state IS NOT NULL ORDER BY intent_id DESC LIMIT 1`,
    [run_id, source, stream],
  );
  return row && readJson(db, "intents", row.state);
}

/** Returns the other runs that readers of a stream can still see, the newest first. */
function otherRuns(db: Database, { run_id, source, stream }: StreamKey) {
  return db.all<{ run_id: string; complete: number; followed: number }>(
    `SELECT s.run_id, s.complete, s.followed FROM streams AS s JOIN publications AS p
       USING (run_id, source, stream)
     WHERE s.source = ? AND s.stream = ? AND s.run_id <> ? AND p.kind = 'manifest'
       AND p.status = 'published' ORDER BY s.run_id DESC`,
    [source, stream, run_id],
  );
}
