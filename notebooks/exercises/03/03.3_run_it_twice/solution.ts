/**
 * Idempotent means: the table after two calls is the table after one. What makes it so is the key and the version in the table, and
 * not a list of what was seen: such a list is lost with the process, or it is one more table that must change in the same
 * transaction.
 *
 * The condition is in the statement, WHERE excluded.version > orders.version. A message that comes late is older than what
 * is there, and older news must not replace newer, whatever the order of delivery.
 *
 * ON CONFLICT names the column. INSERT OR IGNORE would pass over NOT NULL and CHECK as well, and OR REPLACE deletes the row
 * first: what others had put into it, or what refers to it, is gone.
 *
 * The version that was there is read in the same transaction, so that the counts say what happened. A count that is too good
 * ("212 stored" of 212 repeats) hides the next fault.
 *
 * @module
 */
/** A value of SQLite. */
export type Value = string | number | null;

/** A connection. */
export interface Db {
  /** Runs one statement and returns how many rows it changed; throws if it fails. */
  run(sql: string, params?: readonly Value[]): number;
  /** Reads all rows of a query. */
  all<T>(sql: string, params?: readonly Value[]): T[];
  /** Runs a synchronous function in a transaction: if it throws, nothing of it is stored. */
  transaction<T>(fn: () => T): T;
}

/** An order, as a message says it. */
export interface Message {
  readonly id: string;
  readonly version: number;
  /** Should never be `null`. */
  readonly status: string | null;
}

/** What a call did. */
export interface Delivered {
  readonly stored: number;
  readonly replaced: number;
  readonly duplicates: number;
}

/** Takes messages in, however often and in whatever order they come. */
export function deliver(db: Db, messages: readonly Message[]): Delivered {
  return db.transaction(() => {
    const counts = { stored: 0, replaced: 0, duplicates: 0 };
    for (const message of messages) counts[take(db, message)]++;
    return counts;
  });
}

function take(db: Db, { id, version, status }: Message): keyof Delivered {
  const isNew = db.all("SELECT 1 AS one FROM orders WHERE id = ?", [id]).length === 0;
  const changed = db.run(
    `INSERT INTO orders (id, version, status) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status
       WHERE excluded.version > orders.version`,
    [id, version, status],
  );
  if (changed === 0) return "duplicates";
  return isNew ? "stored" : "replaced";
}
