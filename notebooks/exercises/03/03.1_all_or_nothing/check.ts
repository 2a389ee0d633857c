import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { memoryDatabase } from "../_memory_database.ts";
import type { Db, Delivery } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "half-stored": {
    means: "You let every statement commit by itself: what came before the bad line stays",
    think: "Which statement says that the next ones belong together?",
  },
  "keeps-half": {
    means: "You committed after the failure: the transaction was there, and it kept the half",
    think: "Which two ways can it go, and which word ends each of them?",
  },
  "undoes-by-hand": {
    means:
      "You undid it by hand: a process that dies before your DELETE leaves the half there, and nobody knows",
    think: "Who undoes an open transaction when the process is gone?",
  },
  "swallows": {
    means: "You kept the error: the caller believes that the delivery is stored",
    think: "Who has to decide what happens now? What does your catch do at its end?",
  },
  "left-open": {
    means:
      "You left the transaction open after the failure: all that follows becomes a part of it, and is never committed",
    think: "What does db.inTransaction say when your function has thrown?",
  },
  "never-committed": {
    means: "You never committed: the rows are there until the process ends",
    think: "Which statement makes a transaction last?",
  },
  "cannot-nest": {
    means: "You began a transaction inside of one, and SQLite has no such thing",
    think: "Is there a statement that marks a place to go back to, within a transaction?",
  },
  "ends-the-callers": {
    means:
      "You ended the transaction of your caller: its rows are committed or gone, and it has not decided that",
    think: "Whose is a transaction that was open before you were called?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

const SCHEMA = `CREATE TABLE deliveries (id TEXT PRIMARY KEY, lines INTEGER NOT NULL) STRICT;
  CREATE TABLE lines (delivery TEXT NOT NULL REFERENCES deliveries, number INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), PRIMARY KEY (delivery, number)) STRICT;
  CREATE TABLE account (balance INTEGER NOT NULL) STRICT; INSERT INTO account VALUES (100)`;
const GOOD: Delivery = { id: "d1", amounts: [5, 7, 8] };
const BAD: Delivery = { id: "d2", amounts: [1, 2, -3, 4] };
/** The last statement fails as well, whose reason nobody can look for before. */
const NO_SPACE = ["INSERT", "UPDATE", "DELETE"].map((verb) =>
  `CREATE TRIGGER no_${verb} BEFORE ${verb} ON account
    BEGIN SELECT RAISE(ABORT, 'no space left on device'); END;`
).join("\n");
/** A failure each: what is stored, in which tables, and what is refused. */
const FAILURES = [
  { delivery: BAD, schema: SCHEMA, what: "line 3 was refused" },
  { delivery: GOOD, schema: `${SCHEMA};\n${NO_SPACE}`, what: "the balance was refused" },
] as const;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["store"],
  mistakes: MISTAKES,
  expectations: [
    { name: "a good delivery is stored, and committed", test: good },
    { name: "one that fails leaves nothing, and the error reaches the caller", test: bad },
    { name: "after a failure the next delivery is stored", test: next },
    { name: "inside a transaction of the caller it becomes a part of it", test: inside },
    { name: "inside a transaction a failure undoes its own part alone", test: undone },
  ],
};

async function good({ store }: Subject): Promise<void> {
  using memory = memoryDatabase(SCHEMA);
  const { db } = memory;
  await store(db, GOOD);
  if (db.inTransaction) throw wrong("never-committed", "a transaction is open after store()");
  const found = contents(db);
  const wanted = "d1 (3 lines): 1 5, 2 7, 3 8; balance 120";
  if (found !== wanted) throw unexpected(`the tables hold ${found}, wanted ${wanted}`);
}

async function bad({ store }: Subject): Promise<void> {
  for (const { delivery, schema, what } of FAILURES) {
    using memory = memoryDatabase(schema);
    const { db, statements } = memory;
    const error = await errorOf(() => store(db, delivery));
    const isOpen = db.inTransaction;
    const count = statements.length;
    const found = contents(db);
    const began = statements.some((sql) => /^\s*(begin|savepoint)/i.test(sql));
    const seen = `${what}, and the tables hold ${found}`;
    if (!isOpen && found !== "nothing; balance 100") {
      throw wrong(began ? "keeps-half" : "half-stored", seen);
    }
    // One that looks at the amounts first need not begin anything.
    if (!began && count > 0) {
      throw wrong("undoes-by-hand", `${seen}, by ${count} single statements`);
    }
    if (error === undefined) throw wrong("swallows", `${what}, and store() returned`);
  }
}

async function next({ store }: Subject): Promise<void> {
  for (const { delivery, schema, what } of FAILURES) {
    using memory = memoryDatabase(schema);
    const { db } = memory;
    await errorOf(() => store(db, delivery));
    if (db.inTransaction) {
      throw wrong("left-open", `${what}, store() has thrown, and a transaction is open`);
    }
    for (const verb of ["INSERT", "UPDATE", "DELETE"]) db.run(`DROP TRIGGER IF EXISTS no_${verb}`);
    await store(db, GOOD);
    const found = contents(db);
    if (!found.startsWith("d1 (3 lines)")) throw unexpected(`the tables hold ${found}`);
  }
}

async function inside({ store }: Subject): Promise<void> {
  using memory = memoryDatabase(SCHEMA);
  const { db } = memory;
  begin(db);
  const error = await errorOf(() => store(db, GOOD));
  if (error !== undefined) {
    if (/within a transaction/.test(String(error))) throw wrong("cannot-nest", String(error));
    throw unexpected(`inside a transaction store() threw ${error}`);
  }
  if (!db.inTransaction) {
    throw wrong("ends-the-callers", "a good delivery ended the transaction of its caller");
  }
  db.run("ROLLBACK");
  const found = contents(db);
  if (found !== "nothing; balance 100") {
    throw unexpected(`the caller rolled back, and the tables hold ${found}`);
  }
}

async function undone({ store }: Subject): Promise<void> {
  for (const { delivery, schema, what } of FAILURES) {
    using memory = memoryDatabase(schema);
    const { db } = memory;
    begin(db);
    const error = await errorOf(() => store(db, delivery));
    if (!db.inTransaction) {
      throw wrong("ends-the-callers", `${what}, and that ended the transaction of the caller`);
    }
    if (error === undefined) throw wrong("swallows", `${what}, and store() returned`);
    db.run("COMMIT");
    const found = contents(db);
    const wanted = "mine (0 lines): ; balance 100";
    if (found !== wanted) throw unexpected(`the caller committed, and the tables hold ${found}`);
  }
}

/** A caller that has stored something before. */
function begin(db: Db): void {
  db.run("BEGIN");
  db.run("INSERT INTO deliveries VALUES ('mine', 0)");
}

/** An error of the learner's own (the stub's among them) came before anything was tried. */
async function errorOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Not written yet")) throw error;
    return error;
  }
}

function contents(db: Db): string {
  const deliveries = db.all<{ id: string; lines: number }>("SELECT id, lines FROM deliveries");
  const lines = db.all<{ number: number; amount: number }>(
    "SELECT number, amount FROM lines ORDER BY delivery, number",
  ).map(({ number, amount }) => `${number} ${amount}`);
  const [account] = db.all<{ balance: number }>("SELECT balance FROM account");
  const heads = deliveries.map(({ id, lines }) => `${id} (${lines} lines)`).join(", ");
  const rows = heads === "" && lines.length === 0 ? "nothing" : `${heads}: ${lines.join(", ")}`;
  return `${rows}; balance ${account?.balance}`;
}

if (import.meta.main) await checkProcess(check);
