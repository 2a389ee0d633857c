// deno-lint-ignore-file no-unused-vars require-await
/** A connection to a database that others write to as well. */
export interface Db {
  /** Runs one statement; an error of SQLite has its extended code in `errcode`. */
  run(sql: string, params?: readonly number[]): void;
  /** Reads all rows of a query. */
  all(sql: string): readonly { readonly balance: number }[];
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
}

/** Everything outside. */
export interface Tools {
  /** Waits, in ms. */
  sleep(ms: number): Promise<void>;
  /** From 0 to just below 1. */
  random(): number;
}

/** Runs a piece of work in a write transaction, and again if the database is busy. */
export async function write<T>(db: Db, work: (db: Db) => T, tools: Tools): Promise<T> {
  // TODO(you): one attempt, from its beginning to its end; then: when, how often and how long?
  throw new Error("Not written yet: write() in this file; begin with BEGIN IMMEDIATE and COMMIT");
}
