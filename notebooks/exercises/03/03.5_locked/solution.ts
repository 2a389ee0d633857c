/**
 * BEGIN alone takes no lock: the first read takes a snapshot, and the first write asks for the lock. If somebody has written in
 * between, the snapshot is old, and SQLite answers SQLITE_BUSY_SNAPSHOT (517) at once; no timeout helps, as waiting does not make
 * the snapshot new. BEGIN IMMEDIATE asks first, before any work is done.
 *
 * What is tried again is the whole of it. A statement that is repeated alone writes what was computed from an old read, without any
 * error: that is the lost update.
 *
 * Waiting comes after the rollback. A job that sleeps with its transaction open is what the others call locked; two of them that do so
 * wait for each other until both give up.
 *
 * The extended code decides, by its lowest byte. The message is for people: a CHECK named "not_locked" has the word in it too, and it
 * will always fail.
 *
 * The wait is random, so that two jobs that met once do not meet again at the same moment.
 *
 * @module
 */
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

const RETRIES = 5;
const BUSY = 5;

/** Runs a piece of work in a write transaction, and again if the database is busy. */
export async function write<T>(db: Db, work: (db: Db) => T, tools: Tools): Promise<T> {
  for (let n = 0;; n++) {
    try {
      return attempt(db, work);
    } catch (error) {
      if (!isBusy(error) || n >= RETRIES) throw error;
      await tools.sleep(tools.random() * Math.min(1000, 50 * 2 ** n));
    }
  }
}

function attempt<T>(db: Db, work: (db: Db) => T): T {
  db.run("BEGIN IMMEDIATE");
  try {
    const result = work(db);
    db.run("COMMIT");
    return result;
  } catch (error) {
    if (db.inTransaction) db.run("ROLLBACK");
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error && "errcode" in error)) return false;
  return (Number(error.errcode) & 0xff) === BUSY;
}
