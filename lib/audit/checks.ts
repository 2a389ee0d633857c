import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** What one rule of a stream's checks found in a run. */
export type CheckRow = StreamKey & {
  readonly field: string;
  readonly rule: string;
  readonly severity: string;
  readonly violations: number;
  readonly example: string | null;
  readonly newest: string | null;
};

/** Records what the checks of a stream have found so far. */
export function saveChecks(
  db: Database,
  key: StreamKey,
  rows: readonly Omit<CheckRow, keyof StreamKey>[],
): void {
  removeChecks(db, key);
  const { run_id, source, stream } = key;
  db.insertMany(
    "checks",
    ["run_id", "source", "stream", "field", "rule", "severity", "violations", "example", "newest"],
    rows.map(({ field, rule, severity, violations, example, newest }) => [
      ...[run_id, source, stream, field, rule, severity],
      violations,
      example,
      newest,
    ]),
  );
}

/** Adds what the checks of one file have found to what those before it have. */
export function addChecks(
  db: Database,
  key: StreamKey,
  rows: readonly Omit<CheckRow, keyof StreamKey>[],
): void {
  for (const { field, rule, severity, violations, example, newest } of rows) {
    db.run(
      `INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET violations = violations + excluded.violations, example = coalesce(example, excluded.example)`,
      [key.run_id, key.source, key.stream, field, rule, severity, violations, example, newest],
    );
  }
}

/** Returns what the checks of a run found. */
export function checksOf(db: Database, runId: string): CheckRow[] {
  return db.all<CheckRow>(
    "SELECT * FROM checks WHERE run_id = ? ORDER BY source, stream, field, rule, severity",
    [runId],
  );
}

/** Returns the newest value that `max_age` saw in a column in any run. */
export function newestSeen(db: Database, name: StreamName, field: string): string | null {
  const row = db.get<{ newest: string | null }>(
    "SELECT max(newest) AS newest FROM checks WHERE source = ? AND stream = ? AND field = ?",
    [name.source, name.stream, field],
  );
  return row?.newest ?? null;
}

/** Removes what was recorded of a stream's checks in a run. */
export function removeChecks(db: Database, { run_id, source, stream }: StreamKey): void {
  db.run("DELETE FROM checks WHERE run_id = ? AND source = ? AND stream = ?", [
    run_id,
    source,
    stream,
  ]);
}
