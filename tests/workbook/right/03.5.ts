import type { Db, Tools } from "../../../notebooks/exercises/03/03.5_locked/stub.ts";
import type { Subject } from "../../../notebooks/exercises/03/03.5_locked/check.ts";

type Write = Subject["write"];

function codeOf(error: unknown): number {
  return (error as { errcode?: number } | undefined)?.errcode ?? 0;
}

function isBusy(error: unknown): boolean {
  return codeOf(error) % 256 === 5;
}

/** One attempt: what it returned, or its error; nothing is open after it. */
function attempt<T>(db: Db, work: (db: Db) => T): { value: T } | { error: unknown } {
  try {
    db.run("begin immediate;");
    const value = work(db);
    db.run("COMMIT TRANSACTION");
    return { value };
  } catch (error) {
    if (db.inTransaction) db.run("ROLLBACK TRANSACTION");
    return { error };
  }
}

async function loop<T>(db: Db, work: (db: Db) => T, { sleep, random }: Tools): Promise<T> {
  let ceiling = 50;
  for (let left = 5;; left--) {
    const outcome = attempt(db, work);
    if ("value" in outcome) return outcome.value;
    if (left === 0 || !isBusy(outcome.error)) throw outcome.error;
    await sleep(random() * ceiling);
    ceiling = Math.min(2 * ceiling, 1000);
  }
}

async function recursive<T>(db: Db, work: (db: Db) => T, tools: Tools, n = 0): Promise<T> {
  const outcome = attempt(db, work);
  if ("value" in outcome) return outcome.value;
  if (n === 5 || !isBusy(outcome.error)) throw outcome.error;
  await tools.sleep(Math.ceil(tools.random() * Math.min(50 << n, 1000)));
  return await recursive(db, work, tools, n + 1);
}

/** A transaction that ends itself. */
class Transaction implements Disposable {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
    db.run("BEGIN EXCLUSIVE");
  }

  commit(): void {
    this.#db.run("COMMIT");
  }

  [Symbol.dispose](): void {
    if (this.#db.inTransaction) this.#db.run("ROLLBACK");
  }
}

class GaveUp extends Error {
  override readonly name = "GaveUp";
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "outcomes as values": { write: loop },
  "recursion": { write: (db, work, tools) => recursive(db, work, tools) },
  "a transaction that ends itself": {
    async write(db, work, tools) {
      const ceilings = [50, 100, 200, 400, 800];
      while (true) {
        try {
          using transaction = new Transaction(db);
          const result = work(db);
          transaction.commit();
          return result;
        } catch (error) {
          const ceiling = ceilings.shift();
          if (ceiling === undefined || !isBusy(error)) throw error;
          await tools.sleep(tools.random() * ceiling);
        }
      }
    },
  },
  "an error of their own with the last one as its cause": {
    write: (db, work, tools) =>
      loop(db, work, tools).catch((cause) => {
        throw new GaveUp("gave up", { cause });
      }),
  },
  "a connection with one function": {
    write: (db, work, tools) =>
      loop(
        {
          run: (...words) => db.run(...words),
          all: (sql) => db.all(sql),
          get inTransaction() {
            return db.inTransaction;
          },
        },
        work,
        tools,
      ),
  },
  "a promise chain": {
    write: ((db: Db, work: (db: Db) => unknown, tools: Tools) => {
      const go = (n: number): Promise<unknown> =>
        Promise.resolve(attempt(db, work)).then((outcome) => {
          if ("value" in outcome) return outcome.value;
          if (n > 5 || !isBusy(outcome.error)) return Promise.reject(outcome.error);
          const ms = Math.round(tools.random() * 50 * Math.pow(2, n - 1));
          return tools.sleep(ms).then(() => go(n + 1));
        });
      return go(1);
    }) as unknown as Write,
  },
  "no rollback where there is nothing to roll back": {
    async write(db, work, tools) {
      for (const ceiling of [50, 100, 200, 400, 800, undefined]) {
        let begun = false;
        try {
          db.run("BEGIN IMMEDIATE");
          begun = true;
          const result = work(db);
          db.run("COMMIT");
          return result;
        } catch (error) {
          if (begun) db.run("ROLLBACK");
          if (ceiling === undefined || (codeOf(error) & 255) !== 5) throw error;
          await tools.sleep(ceiling * tools.random());
        }
      }
      throw new Error("never");
    },
  },
  "a table of what to do": {
    async write(db, work, tools) {
      for (let n = 0;; n++) {
        const outcome = attempt(db, work);
        const next = "value" in outcome ? "done" : isBusy(outcome.error) && n < 5 ? "wait" : "stop";
        if (next === "wait") await tools.sleep(Math.min(1000, 50 * 2 ** n) * tools.random());
        else if ("value" in outcome) return outcome.value;
        else throw outcome.error;
      }
    },
  },
};
