// deno-lint-ignore-file no-unused-vars
/** A value of SQLite. */
export type Value = string | number | null;

/** A connection. */
export interface Db {
  /** Runs one statement and returns how many rows it changed; throws if it fails. */
  run(sql: string, params?: readonly Value[]): number;
  /** Reads all rows of a query. */
  all<T>(sql: string, params?: readonly Value[]): T[];
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
}

/** What came in. */
export interface Delivery {
  readonly id: string;
  /** The amount of each line. */
  readonly amounts: readonly number[];
}

/** Stores a delivery with its lines and the new balance: all of it, or nothing. */
export function store(db: Db, delivery: Delivery): void {
  // TODO(you): begin; the rows; and then one end for each of the two ways it can go.
  throw new Error("Not written yet: store() in this file; begin with the three kinds of rows");
}
