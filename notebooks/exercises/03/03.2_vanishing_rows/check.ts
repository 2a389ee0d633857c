import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { type MemoryDatabase, memoryDatabase } from "../_memory_database.ts";
import type { Event, Key, Page } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "offset": {
    means: "You counted rows that are not there any more, and stepped over others",
    think: "What is the 5th row, once one of the first four has been deleted?",
  },
  "one-column": {
    means:
      "You compared the first column alone: of the day in which a page ends, the rest is never read",
    think: "Which rows come after (2026-01-02, 3)? Name one of the same day",
  },
  "both-greater": {
    means:
      "You asked for a later day and a larger number: a day that begins with number 1 again is passed over",
    think: "Does (2026-01-03, 1) come after (2026-01-02, 3)? What do your conditions say?",
  },
  "reads-it-again": {
    means: "You read the last row of a page once more: > and >= differ by just that row",
    think: "Has the row with the key that you go on from been yielded already?",
  },
  "glued-key": {
    means: "You made one text of the columns: as texts, 10 comes before 9",
    think: "How does the database compare '2026-01-02' || 9 and '2026-01-02' || 10?",
  },
  "all-at-once": {
    means: "You read everything and cut it up afterwards: the table has to fit into the memory",
    think: "Who should say how many rows there are in a page, you or the database?",
  },
  "reads-ahead": {
    means:
      "You read pages that nobody had asked for: they are old when they are used, and they fill the memory",
    think: "What runs before the first yield, and what after it?",
  },
  "starts-over": {
    means: "You began with the first row, although position says where to go on",
    think: "What does position say when a run was stopped in the middle?",
  },
  "empty-page": {
    means: "You yielded a page without rows: it has no last row, and so no position",
    think: "What is there to yield when the table ends with a full page?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const SCHEMA = `CREATE TABLE events (day TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (day, number)) STRICT`;
const SIZE = 4;
const OFFSET = /\boffset\b|limit\s+\S+\s*,/i;
/** How many events there are on each day. */
const DAYS: Readonly<Record<string, number>> = {
  "2026-01-01": 6,
  "2026-01-02": 12,
  "2026-01-03": 2,
  "2026-01-04": 4,
};

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readPages"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "yields every row once, in the order of its key",
      task: "It yields `{ rows, position }`: at most `size` rows in the order of (`day`,",
      test: everyRow,
    },
    {
      name: "yields no empty page, and comes to an end",
      task: "It yields `{ rows, position }`: at most `size` rows in the order of (`day`,",
      test: ends,
    },
    {
      name: "misses no row while others delete and insert",
      task: "Between two pages other jobs delete rows that you have read and rows that",
      test: moving,
    },
    {
      name: "goes on after a key, even if its row is gone",
      task: "Called with a `position` (not `null`) it goes on after that key, even if",
      test: goesOn,
    },
    {
      name: "reads a page at a time, when it is asked for it",
      task: "No query returns more than `size + 1` rows, and the next page is read when",
      test: pace,
    },
  ],
};

async function everyRow({ readPages }: Subject): Promise<void> {
  using memory = filled(DAYS);
  const found: Event[] = [];
  for await (const page of await readPages(memory.db, SIZE, null)) {
    found.push(...page.rows);
    if (page.rows.length > SIZE) {
      throw wrong("all-at-once", `size: ${SIZE}: a page has ${page.rows.length} rows`);
    }
    checkPosition(page);
    if (found.length > 200) throw unexpected("200 rows of 24 were yielded, and no end");
  }
  judge(found.map(nameOf), allOf(memory), memory);
}

async function ends({ readPages }: Subject): Promise<void> {
  for (const days of [{}, { "2026-01-01": SIZE }, { "2026-01-01": 2 * SIZE + 1 }]) {
    using memory = filled(days);
    let pages = 0;
    for await (const { rows } of await readPages(memory.db, SIZE, null)) {
      if (rows.length === 0) {
        throw wrong("empty-page", `${allOf(memory).length} rows, size: ${SIZE}: page ${pages + 1}`);
      }
      if (++pages > 10) throw unexpected("more than 10 pages came, and no end");
    }
  }
}

async function moving({ readPages }: Subject): Promise<void> {
  using memory = filled(DAYS);
  const before = allOf(memory);
  const found: string[] = [];
  const gone: string[] = ["2026-01-04/2"];
  let pages = 0;
  for await (const { rows } of await readPages(memory.db, SIZE, null)) {
    found.push(...rows.map(nameOf));
    if (++pages > 20) throw unexpected("more than 20 pages came, and no end");
    const [first] = rows;
    if (first !== undefined) {
      remove(memory, first);
      gone.push(nameOf(first));
    }
    if (pages !== 2) continue;
    // One that was not read yet goes as well, and one comes that is before all.
    remove(memory, { day: "2026-01-04", number: 2 });
    memory.db.run("INSERT INTO events VALUES ('2025-12-31', 1, 'new')");
  }
  judge(found, before.filter((name) => !gone.includes(name)), memory);
}

async function goesOn({ readPages }: Subject): Promise<void> {
  using memory = filled(DAYS);
  const position: Key = { day: "2026-01-02", number: 9 };
  remove(memory, position);
  const found: string[] = [];
  for await (const { rows } of await readPages(memory.db, SIZE, position)) {
    found.push(...rows.map(nameOf));
    if (found.length > 200) throw unexpected("200 rows of 24 were yielded, and no end");
  }
  const wanted = allOf(memory).slice(14);
  if (found[0]?.startsWith("2026-01-01")) {
    throw wrong("starts-over", `after ${nameOf(position)} the first row was ${found[0]}`);
  }
  judge(found, wanted, memory);
}

async function pace({ readPages }: Subject): Promise<void> {
  using memory = filled(DAYS);
  for await (const _page of await readPages(memory.db, SIZE, null)) {
    break;
  }
  const [most, all] = [Math.max(0, ...memory.returned), sum(memory.returned)];
  if (most > SIZE + 1) throw wrong("all-at-once", `size: ${SIZE}: a query returned ${most} rows`);
  if (all <= SIZE + 1) return;
  throw wrong("reads-ahead", `${all} rows were read before the first page was handed out`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Compares what was read with what had to be. */
function judge(found: readonly string[], wanted: readonly string[], memory: Filled): void {
  const double = found.find((name, at) => found.indexOf(name) !== at);
  const missing = wanted.filter((name) => !found.includes(name));
  const glued = memory.statements.some((sql) => sql.includes("||"));
  const seen = double === undefined
    ? `${missing.length} rows were missed: ${missing.slice(0, 5).join(", ")}`
    : `${double} was read twice`;
  const isRight = double === undefined && missing.length === 0;
  if (glued && (!isRight || String(found) !== String(found.toSorted(byKey)))) {
    throw wrong("glued-key", isRight ? "the rows are not in the order of their keys" : seen);
  }
  if (!isRight && memory.statements.some((sql) => OFFSET.test(sql))) throw wrong("offset", seen);
  if (double !== undefined) throw wrong("reads-it-again", seen);
  if (missing.length > 0) throw wrong(reasonOf(found, missing), seen);
  if (String(found) !== String(found.toSorted(byKey))) {
    throw unexpected("the rows are not in the order of their keys");
  }
}

/** Why rows are missing: of the days in which a page ends, or also of days after them. */
function reasonOf(found: readonly string[], missing: readonly string[]): keyof typeof MISTAKES {
  const ends = found.filter((_, at) => at % SIZE === SIZE - 1).map((name) => name.slice(0, 10));
  return missing.every((name) => ends.includes(name.slice(0, 10))) ? "one-column" : "both-greater";
}

function checkPosition({ rows, position }: Page): void {
  const last = rows.at(-1);
  if (last === undefined || nameOf(position) === nameOf(last)) return;
  throw unexpected(`a page ends with ${nameOf(last)}, its position is ${nameOf(position)}`);
}

interface Filled extends MemoryDatabase {
  /** How many rows each query returned. */
  readonly returned: readonly number[];
}

function filled(days: Readonly<Record<string, number>>): Filled {
  const memory = memoryDatabase(SCHEMA);
  for (const [day, count] of Object.entries(days)) {
    // Not in the order of the key: what comes without an order is not in it by chance.
    for (let number = count; number > 0; number--) {
      memory.db.run("INSERT INTO events VALUES (?, ?, 'x')", [day, number]);
    }
  }
  const returned: number[] = [];
  const from = memory.statements.length;
  const { run, all } = memory.db;
  return {
    get statements() {
      return memory.statements.slice(from).filter((sql) => /select/i.test(sql));
    },
    returned,
    db: {
      run,
      all: <T>(sql: string, params: Parameters<typeof all>[1] = []) => {
        const rows = all<T>(sql, params);
        returned.push(rows.length);
        return rows;
      },
      inTransaction: false,
    },
    [Symbol.dispose]: () => memory[Symbol.dispose](),
  };
}

function remove({ db }: MemoryDatabase, { day, number }: Key): void {
  db.run("DELETE FROM events WHERE day = ? AND number = ?", [day, number]);
}

function allOf({ db }: MemoryDatabase): string[] {
  return db.all<Key>("SELECT day, number FROM events ORDER BY day, number").map(nameOf);
}

function nameOf({ day, number }: Key): string {
  return `${day}/${number}`;
}

function byKey(a: string, b: string): number {
  const [[day = "", number = ""], [otherDay = "", other = ""]] = [a.split("/"), b.split("/")];
  return day === otherDay ? Number(number) - Number(other) : day < otherDay ? -1 : 1;
}

if (import.meta.main) await checkProcess(check);
