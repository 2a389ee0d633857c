import type { Database } from "../db/mod.ts";
import type { StreamName } from "./stream_state.ts";

/** A version of the columns that a stream is known to have. */
export type ContractRow = StreamName & {
  readonly version: number;
  /** Run that found it. */
  readonly run_id: string;
  readonly decided_at: string;
  /** Spark StructType, JSON. */
  readonly schema: string;
  /** What differs from the version before, JSON. */
  readonly changes: string;
};

/** Returns the newest version of a stream's contract. */
export function newestContract(db: Database, name: StreamName): ContractRow | undefined {
  return db.get<ContractRow>(
    "SELECT * FROM contracts WHERE source = ? AND stream = ? ORDER BY version DESC LIMIT 1",
    [name.source, name.stream],
  );
}

/** Returns what each version of a stream's contract has changed, as JSON. */
export function contractChanges(db: Database, name: StreamName): string[] {
  const sql = "SELECT changes FROM contracts WHERE source = ? AND stream = ?";
  return db.all<{ changes: string }>(sql, [name.source, name.stream]).map(({ changes }) => changes);
}

/** Adds a version. */
export function insertContract(db: Database, row: ContractRow): void {
  const columns = ["source", "stream", "version", "run_id", "decided_at", "schema", "changes"];
  const { source, stream, version, run_id, decided_at, schema, changes } = row;
  db.insertMany("contracts", columns, [
    [source, stream, version, run_id, decided_at, schema, changes],
  ]);
}

/** Returns the versions that a run has found, but for the first ones. */
export function contractsOf(db: Database, runId: string): ContractRow[] {
  return db.all<ContractRow>(
    "SELECT * FROM contracts WHERE run_id = ? AND version > 1 ORDER BY source, stream",
    [runId],
  );
}
