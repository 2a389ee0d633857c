import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { memoryDatabase } from "../_memory_database.ts";
import type { Db, Delivered, Message } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "dies-of-a-repeat": {
    means:
      "You let a repeat be an error: a queue that delivers at least once will stop you for good",
    think: "What is already true, if the row that you want is there?",
  },
  "keeps-the-first": {
    means: "You kept the first version: every correction is lost, without an error",
    think: "What should happen if the row is there and the message is newer?",
  },
  "steps-back": {
    means: "You let an old message replace a newer one: what comes last is not what is newest",
    think: "Which field says what is newer? Where is it compared?",
  },
  "same-version": {
    means: "You let the same version replace what is there: every repeat writes the row again",
    think: "Is a version that is there newer than itself? What should be compared with what?",
  },
  "hides-bad-rows": {
    means:
      "You passed over a message that breaks another rule: OR IGNORE and OR REPLACE mean every constraint",
    think: "How do you say in SQL which conflict you mean?",
  },
  "half-a-call": {
    means: "You stored a part of a call that failed: the caller believes that nothing was",
    think: "Where does the transaction begin, and what is inside of it?",
  },
  "counts-messages": {
    means: "You counted messages and not what they did: a night of repeats looks like a good night",
    think: "What does run() return, and what was in the table before?",
  },
  "remembers-itself": {
    means:
      "You kept what you have seen outside of the table: another process, or another table, knows nothing of it",
    think:
      "What is left of a Set when the process is gone? Where is it true that an order is there?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const SCHEMA =
  "CREATE TABLE orders (id TEXT PRIMARY KEY, version INTEGER NOT NULL, status TEXT NOT NULL) STRICT";
const FIRST: readonly Message[] = [
  { id: "a", version: 1, status: "new" },
  { id: "b", version: 4, status: "paid" },
  { id: "c", version: 2, status: "new" },
];

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["deliver"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "what is new is stored, and what comes again changes nothing",
      task: "An order that is not there is stored; a larger version replaces what is",
      test: twice,
    },
    {
      name: "a newer version replaces, and an older one does not",
      task: "An order that is not there is stored; a larger version replaces what is",
      test: versions,
    },
    {
      name: "an order may come several times in one call",
      task: "It returns `{ stored, replaced, duplicates }`: what this call did, and",
      test: within,
    },
    {
      name: "a message that breaks a rule is an error, and nothing of its call is stored",
      task: "A message that breaks another constraint (its status is `null`, say) is an",
      test: bad,
    },
    {
      name: "what it knows is in the table",
      task:
        "What it knows is in the table and nowhere else: the process may be another one each time.",
      test: elsewhere,
    },
  ],
};

async function twice({ deliver }: Subject): Promise<void> {
  using shop = opened();
  await expect(shop, deliver, FIRST, { stored: 3, replaced: 0, duplicates: 0 });
  const before = contents(shop.db);
  try {
    // Another status tells one that writes the row again from one that only counts it so.
    await deliver(shop.db, [{ id: "a", version: 1, status: "other" }]);
    if (contents(shop.db) !== before) {
      const seen = `a 1 came again with another status: the table holds ${contents(shop.db)}`;
      throw wrong("same-version", seen);
    }
    await expect(shop, deliver, FIRST, { stored: 0, replaced: 0, duplicates: 3 });
  } catch (error) {
    if (!/UNIQUE/i.test(String(error))) throw error;
    throw wrong("dies-of-a-repeat", `the same call again: ${String(error).slice(0, 200)}`);
  }
  if (contents(shop.db) !== before) {
    throw unexpected(`the same call again changed the table to ${contents(shop.db)}`);
  }
}

async function versions({ deliver }: Subject): Promise<void> {
  using shop = opened();
  await deliver(shop.db, FIRST);
  await deliver(shop.db, [{ id: "a", version: 2, status: "paid" }]);
  const newer = contents(shop.db);
  if (newer.startsWith("a 1 new")) {
    throw wrong("keeps-the-first", `version 2 came after version 1, and the table holds ${newer}`);
  }
  const late = [{ id: "b", version: 3, status: "new" }, { id: "a", version: 1, status: "new" }];
  await expect(shop, deliver, late, { stored: 0, replaced: 0, duplicates: 2 });
  const [wanted, found] = ["a 2 paid, b 4 paid, c 2 new", contents(shop.db)];
  if (found !== wanted) throw unexpected(`the table holds ${found}, wanted ${wanted}`);
}

async function within({ deliver }: Subject): Promise<void> {
  using shop = opened();
  const messages = [
    { id: "x", version: 2, status: "paid" },
    { id: "x", version: 1, status: "new" },
    { id: "y", version: 1, status: "new" },
    { id: "x", version: 2, status: "paid" },
    { id: "y", version: 3, status: "sent" },
  ];
  const counts = await deliver(shop.db, messages);
  const [wanted, found] = ["x 2 paid, y 3 sent", contents(shop.db)];
  if (found !== wanted) {
    throw wrong("steps-back", `x came as 2, 1, 2, and y as 1, 3: the table holds ${found}`);
  }
  const { stored, replaced, duplicates } = counts;
  // Whether y came as 1 and was replaced, or as 3 at once, is the same for the table.
  if (stored === 2 && replaced + duplicates === 3) return;
  throw wrong("counts-messages", `5 messages of 2 new orders: ${words(counts)}`);
}

async function bad({ deliver }: Subject): Promise<void> {
  for (const id of ["new", "b"]) {
    using shop = opened();
    await deliver(shop.db, FIRST);
    const before = contents(shop.db);
    const messages = [{ id: "d", version: 1, status: "new" }, { id, version: 9, status: null }];
    let error: unknown;
    let counts: Delivered | undefined;
    try {
      counts = await deliver(shop.db, messages);
    } catch (thrown) {
      error = thrown;
    }
    const found = contents(shop.db);
    if (error === undefined) {
      const seen = `a message without a status: ${words(counts)}; the table holds ${found}`;
      throw wrong("hides-bad-rows", seen);
    }
    if (found !== before) {
      throw wrong("half-a-call", `the second of 2 messages was refused, the table holds ${found}`);
    }
  }
}

async function elsewhere({ deliver }: Subject): Promise<void> {
  using shop = opened();
  await deliver(shop.db, FIRST);
  shop.db.run("DELETE FROM orders WHERE id = 'a'");
  await deliver(shop.db, FIRST);
  const found = contents(shop.db);
  if (found.startsWith("a 1 new")) return;
  throw wrong("remembers-itself", `order a was deleted and came again: the table holds ${found}`);
}

interface Shop extends Disposable {
  readonly db: Db;
}

function opened(): Shop {
  const memory = memoryDatabase(SCHEMA);
  const { run, all } = memory.db;
  const transaction = <T>(fn: () => T): T => {
    run("BEGIN IMMEDIATE");
    try {
      const result = fn();
      if (result instanceof Promise) {
        throw new TypeError(
          "db.transaction() was given an asynchronous function; it must be synchronous",
        );
      }
      run("COMMIT");
      return result;
    } catch (error) {
      run("ROLLBACK");
      throw error;
    }
  };
  return { db: { run, all, transaction }, [Symbol.dispose]: () => memory[Symbol.dispose]() };
}

/** Calls it, and compares what it says with what it did. */
async function expect(
  { db }: Shop,
  deliver: Subject["deliver"],
  messages: readonly Message[],
  wanted: Delivered,
): Promise<void> {
  const before = contents(db);
  const counts = await deliver(db, messages);
  const found = contents(db);
  const isSame = words(counts) === words(wanted);
  if (wanted.stored > 0) {
    if (found === "nothing") {
      throw wrong("remembers-itself", "3 new orders: the table holds nothing");
    }
    if (!isSame) throw unexpected(`3 new orders: ${words(counts)}, wanted ${words(wanted)}`);
    return;
  }
  const names = messages.map(({ id, version }) => `${id} ${version}`).join(", ");
  if (found !== before) {
    throw wrong("steps-back", `${names} came, and ${before} became ${found}`);
  }
  if (!isSame) throw wrong("counts-messages", `${names} came again: ${words(counts)}`);
}

function contents(db: Db): string {
  return db.all<Message>("SELECT id, version, status FROM orders ORDER BY id")
    .map(({ id, version, status }) => `${id} ${version} ${status}`).join(", ") || "nothing";
}

function words(counts: Delivered | undefined): string {
  if (counts === undefined) return "nothing was returned";
  const { stored, replaced, duplicates } = counts;
  return `${stored} stored, ${replaced} replaced, ${duplicates} duplicates`;
}

if (import.meta.main) await checkProcess(check);
