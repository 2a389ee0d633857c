import type { Db, Delivery } from "../../../notebooks/exercises/03/03.1_all_or_nothing/stub.ts";
import type { Subject } from "../../../notebooks/exercises/03/03.1_all_or_nothing/check.ts";

type Store = Subject["store"];

/** The rows, one by one. */
function rows({ run }: Pick<Db, "run">, { id, amounts }: Delivery): void {
  run("INSERT INTO deliveries VALUES (?, ?)", [id, amounts.length]);
  amounts.forEach((amount, at) => run("INSERT INTO lines VALUES (?, ?, ?)", [id, at + 1, amount]));
  for (const amount of amounts) run("UPDATE account SET balance = balance + ?", [amount]);
}

/** Many lines in one statement, and the sum by SQL. */
function manyRows(db: Db, { id, amounts }: Delivery): void {
  db.run("INSERT INTO deliveries VALUES (?, ?)", [id, amounts.length]);
  const values = amounts.flatMap((amount, at) => [id, at + 1, amount]);
  db.run(`INSERT INTO lines VALUES ${amounts.map(() => "(?, ?, ?)").join(", ")}`, values);
  db.run(
    "UPDATE account SET balance = balance + (SELECT sum(amount) FROM lines WHERE delivery = ?)",
    [id],
  );
}

/** By what the connection says of itself. */
function byState(db: Db, delivery: Delivery): void {
  const [begin, end, undo] = db.inTransaction
    ? ["SAVEPOINT s", ["RELEASE s"], ["ROLLBACK TO s", "RELEASE s"]] as const
    : ["BEGIN IMMEDIATE", ["COMMIT"], ["ROLLBACK"]] as const;
  db.run(begin);
  try {
    rows(db, delivery);
    for (const sql of end) db.run(sql);
  } catch (error) {
    for (const sql of undo) db.run(sql);
    throw error;
  }
}

/** A part that is undone unless it was kept. */
class Part implements Disposable {
  readonly #db: Db;
  #isKept = false;

  constructor(db: Db) {
    this.#db = db;
    db.run("SAVEPOINT part");
  }

  keep(): void {
    this.#isKept = true;
  }

  [Symbol.dispose](): void {
    if (!this.#isKept) this.#db.run("ROLLBACK TO part");
    this.#db.run("RELEASE part");
  }
}

function atomic<T>(db: Db, fn: () => T): T {
  db.run("SAVEPOINT p");
  let done = false;
  try {
    const result = fn();
    done = true;
    return result;
  } finally {
    if (!done) db.run("ROLLBACK TRANSACTION TO SAVEPOINT p");
    db.run("RELEASE SAVEPOINT p");
  }
}

class NotStored extends Error {
  override readonly name = "NotStored";
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "BEGIN or SAVEPOINT, as the connection says": { store: byState },
  "a function of their own around any work": {
    store: (db, delivery) => atomic(db, () => rows(db, delivery)),
  },
  "a resource that undoes itself": {
    store(db, delivery) {
      using part = new Part(db);
      rows(db, delivery);
      part.keep();
    },
  },
  "destructured functions, lower case": {
    store(db, delivery) {
      const { run } = db;
      run("savepoint x");
      try {
        rows({ run }, delivery);
      } catch (error) {
        run("rollback to x");
        run("release x");
        throw error;
      }
      run("release x");
    },
  },
  "all lines in one statement": {
    store: (db, delivery) => atomic(db, () => manyRows(db, delivery)),
  },
  "an error of their own with the first one as its cause": {
    store(db, delivery) {
      try {
        byState(db, delivery);
      } catch (cause) {
        throw new NotStored(`Cannot store delivery "${delivery.id}"`, { cause });
      }
    },
  },
  "asynchronous": {
    store: (async (db: Db, delivery: Delivery) => {
      await Promise.resolve();
      byState(db, delivery);
    }) as unknown as Store,
  },
  "looks first, and is in a transaction all the same": {
    store(db, delivery) {
      const bad = delivery.amounts.find((amount) => amount <= 0);
      if (bad !== undefined) throw new RangeError(`Cannot store amount ${bad}`);
      atomic(db, () => rows(db, delivery));
    },
  },
};
