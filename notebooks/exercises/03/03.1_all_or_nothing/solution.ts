/**
 * A savepoint is a transaction that may be inside another one. Outside of any it begins one, and its release is the commit;
 * inside it is a place to go back to. So one text serves both, and the function need not know where it is called.
 *
 * What undoes is in the catch and the error goes on from there: the caller has to know that nothing was stored, and why. A
 * catch that logs and returns is how a delivery goes missing unseen.
 *
 * Undoing by hand (DELETE what was inserted) looks the same in a test and is not: a process can die before the DELETE, and
 * then the half is committed. The database undoes an open transaction by itself when it is opened next.
 *
 * Nothing waits inside: no request, no sleep. The lock is held for as long as the rows take.
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
  db.run("SAVEPOINT part");
  try {
    addRows(db, delivery);
    db.run("RELEASE part");
  } catch (error) {
    db.run("ROLLBACK TO part");
    db.run("RELEASE part");
    throw error;
  }
}

function addRows(db: Db, { id, amounts }: Delivery): void {
  db.run("INSERT INTO deliveries (id, lines) VALUES (?, ?)", [id, amounts.length]);
  for (const [at, amount] of amounts.entries()) {
    db.run("INSERT INTO lines (delivery, number, amount) VALUES (?, ?, ?)", [id, at + 1, amount]);
  }
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  db.run("UPDATE account SET balance = balance + ?", [sum]);
}
