import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { BusyDatabase, type Faults, SqliteError } from "./_busy_database.ts";
import type { Db } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "deferred": {
    means:
      "You began without the lock: what you have read can be old when you write, and no timeout helps",
    think: "When does BEGIN take the write lock? Which word after it says now?",
  },
  "gives-up": {
    means: "You gave up when the database was busy: that passes by itself in a moment",
    think: "What has to be different before you try again? Is anything of it up to you?",
  },
  "one-code": {
    means: "You knew one code of busy, and there are several: 261 and 517 end in the same byte",
    think: "What are 5, 261 and 517 in hexadecimal?",
  },
  "reads-the-message": {
    means:
      "You looked for words in a message: a constraint may have them in its name, and never passes",
    think: "Which field of the error is there for programs?",
  },
  "work-once": {
    means:
      "You did the work once and tried only the rest again: it writes what it computed from an old read",
    think: "What did work() read, and who has written since?",
  },
  "sleeps-inside": {
    means: "You waited with the transaction open: now all the others wait for you",
    think: "What does db.inTransaction say at the moment in which you call sleep()?",
  },
  "left-open": {
    means:
      "You left the transaction open after an error: the next BEGIN fails, and the lock is yours",
    think: "Which errors leave your function, and what is open then?",
  },
  "another-number": {
    means: "You made another number of attempts than was asked for",
    think: "One attempt and 5 more: how many is that, and what is thrown at the end?",
  },
  "other-waits": {
    means: "You wait another time than the task says: two jobs that met once will meet again",
    think: "What does tools.random() do to your wait, and where does the doubling end?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const BUSY = [5, 261, 517] as const;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["write"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "the work is done and committed, and its result is returned",
      task: "Write `write(db, work, tools)`, which runs `work(db)` in a transaction and",
      test: works,
    },
    {
      name: "a busy database is tried again, whatever its code",
      task: "An error is _busy_ if the lowest byte of its `errcode` is 5: `(errcode &",
      test: again,
    },
    {
      name: "no update of another job is lost",
      task: "If it is busy, also at the `COMMIT`: roll back what is open, wait",
      test: noneLost,
    },
    {
      name: "another error is rolled back and thrown at once",
      task: "Any other error is rolled back and thrown at once.",
      test: others,
    },
    {
      name: "it never waits with a transaction open",
      task: "Never wait with a transaction open: you would be the one that the others wait for.",
      test: outside,
    },
    {
      name: "it gives up after 5 more attempts",
      task: "If it is busy, also at the `COMMIT`: roll back what is open, wait",
      test: enough,
    },
    {
      name: "the waits are a random share of a ceiling that doubles up to 1000 ms",
      task: "If it is busy, also at the `COMMIT`: roll back what is open, wait",
      test: waits,
    },
  ],
};

async function works({ write }: Subject): Promise<void> {
  const { database, result, error } = await run(write);
  if (error instanceof SqliteError && error.errcode === 517) {
    throw wrong("deferred", `another job wrote between your read and your write: ${words(error)}`);
  }
  if (error !== undefined) throw unexpected(`nobody else was there, and it threw ${words(error)}`);
  if (database.isOpen) throw wrong("left-open", "a transaction is open after write()");
  if (result !== 110 || database.balance !== 110) {
    throw unexpected(`100 and 10: it returned ${result}, the balance is ${database.balance}`);
  }
}

async function again({ write }: Subject): Promise<void> {
  for (const code of BUSY) {
    for (const faults of [{ begin: [code] }, { commit: [code] }] satisfies Faults[]) {
      const { error } = await run(write, faults);
      if (error === undefined) continue;
      const where = "begin" in faults ? "BEGIN IMMEDIATE" : "COMMIT";
      const seen = `${where} was busy once (${code}), and it threw ${words(error)}`;
      if (error instanceof SqliteError && error.errcode === 1) throw wrong("left-open", seen);
      throw wrong(code === 5 ? "gives-up" : "one-code", seen);
    }
  }
}

async function noneLost({ write }: Subject): Promise<void> {
  for (const faults of [{ begin: [5, 5] }, { commit: [5] }] satisfies Faults[]) {
    const { database, works } = await run(write, faults);
    const wanted = 110 + database.others;
    const seen =
      `100, 10 added, and ${database.others} by others: the balance is ${database.balance}`;
    if (database.balance !== wanted) throw wrong("work-once", `${seen}, wanted ${wanted}`);
    if ("commit" in faults && works < 2) {
      throw wrong("work-once", "COMMIT was busy, and work() was not run again");
    }
  }
}

async function others({ write }: Subject): Promise<void> {
  for (
    const fault of [
      new SqliteError(275, "CHECK constraint failed: database_is_locked"),
      new SqliteError(13, "database or disk is full"),
    ]
  ) {
    const { database, error, waits } = await run(write, { write: fault });
    if (waits.length > 0) {
      const seen = `"${fault.message}" (${fault.errcode}) was tried ${waits.length + 1} times`;
      throw wrong("reads-the-message", seen);
    }
    if (database.isOpen) {
      throw wrong("left-open", `it threw ${words(error)}, and the transaction is open`);
    }
    if (!says(error, fault.message)) {
      throw unexpected(`work() failed with ${words(fault)}, and it threw ${words(error)}`);
    }
  }
}

async function outside({ write }: Subject): Promise<void> {
  for (const faults of [{ begin: [5] }, { commit: [5, 5] }] satisfies Faults[]) {
    const { openWaits } = await run(write, faults);
    if (openWaits > 0) {
      throw wrong(
        "sleeps-inside",
        `COMMIT was busy: it waited ${openWaits} times with a lock held`,
      );
    }
  }
}

async function enough({ write }: Subject): Promise<void> {
  const { database, error, waits } = await run(write, { begin: Array(50).fill(5) });
  const begins = database.statements.filter((sql) => /^\s*begin/i.test(sql)).length;
  const seen = `always busy: ${begins} attempts, ${waits.length} waits, then ${words(error)}`;
  if (begins !== 6 || waits.length !== 5) throw wrong("another-number", seen);
  if (error === undefined) throw unexpected(`${seen}; wanted the error`);
  const late = await run(write, { begin: [5, 5, 5, 5, 5] });
  if (late.error !== undefined) throw wrong("another-number", "busy 5 times: it gave up");
}

async function waits({ write }: Subject): Promise<void> {
  for (const share of [0, 0.5, 0.999]) {
    const { waits } = await run(write, { begin: Array(50).fill(5) }, share);
    const wanted = [50, 100, 200, 400, 800].map((ceiling) => ceiling * share);
    const isAlike = waits.length === 5 &&
      waits.every((wait, n) => Math.abs(wait - (wanted[n] ?? 0)) <= 1);
    if (isAlike) continue;
    const list = (values: readonly number[]) => values.map((ms) => Math.round(ms)).join(", ");
    throw wrong(
      "other-waits",
      `random() is ${share}: it waited ${list(waits)} ms, wanted ${list(wanted)}`,
    );
  }
}

/** Adds 10 to the balance by the learner's function. */
async function run(write: Subject["write"], faults: Faults = {}, share = 0.5) {
  const database = new BusyDatabase(faults);
  const waits: number[] = [];
  let [openWaits, works] = [0, 0];
  const tools = {
    sleep: (ms: number) => {
      waits.push(ms);
      if (database.isOpen) openWaits++;
      if (waits.length > 100) throw new Error("100 waits were made: nothing ends them");
      return Promise.resolve();
    },
    random: () => share,
  };
  const work = (db: Db) => {
    works++;
    const [{ balance } = { balance: NaN }] = db.all("SELECT balance FROM account");
    db.run("UPDATE account SET balance = ?", [balance + 10]);
    return balance + 10;
  };
  let result: number | undefined;
  let error: unknown;
  try {
    result = await write(database.connection(), work, tools);
  } catch (thrown) {
    // An error of the learner's own (the stub's among them) came before anything was tried.
    if (database.statements.length === 0) throw thrown;
    error = thrown;
  }
  return { database, result, error, waits, openWaits, works };
}

function words(error: unknown): string {
  if (error === undefined) return "nothing";
  const code = error instanceof SqliteError ? ` (${error.errcode})` : "";
  return error instanceof Error ? `"${error.message}"${code}` : String(error);
}

/** The error may be one of the learner's own, with the first one as its cause. */
function says(error: unknown, message: string): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === message || says(error.cause, message);
}

if (import.meta.main) await checkProcess(check);
