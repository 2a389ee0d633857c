import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { NewRows, Row, State } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "strictly-after": {
    means:
      "You asked for what is later than the watermark: a second has room for more than one row",
    think: "Can a row with the watermark's own time become visible after you have read it?",
  },
  "no-lag": {
    means: "You asked from the watermark on: what is committed late is behind it already",
    think: "A row says 10:00:00 and can be seen from 10:00:50 on. Where is your watermark by then?",
  },
  "own-clock": {
    means:
      "You took your own clock for the watermark: it is not the clock that the rows were written by",
    think:
      "Your machine is 4 minutes ahead. Which rows come in those minutes, and what do they say?",
  },
  "brings-it-again": {
    means:
      "You gave rows again that an earlier call had given: the stretch of the lag comes each time",
    think: "What do you know about a row that comes once more, and where could you have kept it?",
  },
  "by-id-alone": {
    means:
      "You told rows apart by their id: every correction of a row looks like the row that you know",
    think: "When is a row another one, although its id is the same?",
  },
  "same-second": {
    means: "You told rows apart by id and time: a row that changes twice in a second is lost",
    think: "What else of a row is there to compare?",
  },
  "steps-back": {
    means: "You lost the watermark when nothing came: the next call reads the whole table",
    think: "What is Math.max() of an empty list, and what does JSON make of it?",
  },
  "runs-ahead": {
    means:
      "You let one row from the future carry the watermark away: nothing is new any more until then",
    think: "What is the largest moment that a row can honestly say?",
  },
  "cut-to-now": {
    means:
      "You cut a row from the future down to your own clock: the watermark is now a time that no row has",
    think: "Your machine is 4 minutes ahead. What should a row of 2099 say about all others?",
  },
  "grows": {
    means: "You remember every row that ever came: the state is a second copy of the table",
    think: "Which rows can the next call see again at all?",
  },
  "asks-for-all": {
    means: "You asked for much more than the lag: the source reads its whole table every 5 minutes",
    think: "What is the watermark for, if you do not begin there?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const NOON = 43_200;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readNew"],
  mistakes: MISTAKES,
  expectations: [
    { name: "the first call gives everything, the next one only what is new", test: first },
    { name: "a row in the second of the watermark is given", test: ties },
    { name: "a clock that is ahead loses nothing", test: clocks },
    { name: "a row that is committed late is given", test: late },
    { name: "a row that was changed is given again", test: changed },
    { name: "a call that brings nothing changes nothing", test: quiet },
    { name: "a row from the future does not stop all others", test: future },
    { name: "it asks for the stretch of the lag, and remembers no more", test: small },
  ],
};

async function first({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -200);
  table.write("b", -3);
  await table.expectNew("a b", 0, "the first call");
  await table.expectNew("", 10, "nothing was written since");
  table.write("c", 15);
  await table.expectNew("c", 20, "c was written");
}

async function ties({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -3);
  await table.read(0);
  table.write("b", -3);
  await table.expectNew("b", 10, "b has the same second as a, and became visible after it", {
    missing: "strictly-after",
  });
}

async function late({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -1);
  await table.read(0);
  for (const [id, before] of [["b", 2], ["c", 31], ["d", 61]] as const) {
    table.write(id, -before);
    const what = `${id} says ${before - 1} s before the watermark, and became visible after it`;
    await table.expectNew(id, 30, what, { missing: "no-lag" });
  }
}

async function changed({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -3);
  await table.read(0);
  table.write("a", 5, "paid");
  await table.expectNew("a", 10, "a was changed, 8 s later", { missing: "by-id-alone" });
  table.write("a", 5, "sent");
  const what = "a was changed once more, in the same second";
  await table.expectNew("a", 20, what, { missing: "same-second" });
}

async function clocks({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -300);
  // Our clock says 240 s more than that of the source.
  await table.read(0);
  table.write("b", -230);
  await table.expectNew("b", 10, "our clock is 240 s ahead, b was written 10 s ago", {
    missing: "own-clock",
  });
}

async function quiet({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -5);
  await table.read(0);
  table.clear();
  await table.read(10);
  await table.read(20);
  const [, , from = NaN] = table.asked;
  // One that asks for everything anyway is told so elsewhere.
  if (isNear(table.asked[1]) && !isNear(from)) {
    const seen = `a call brought nothing, and the next one asked from ${from} on`;
    throw wrong("steps-back", `${seen}, wanted ${NOON - 65}`);
  }
}

function isNear(from: number | undefined): boolean {
  return from !== undefined && from > NOON - 500;
}

async function future({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  table.write("a", -5);
  table.write("never", 2_000_000_000);
  await table.expectNew("a never", 0, "one of them is from the future");
  table.write("b", 7);
  await table.expectNew("b", 10, "a row from the future came before b", { missing: "runs-ahead" });
  const ahead = new Table(readNew);
  ahead.write("a", -250);
  ahead.write("never", 2_000_000_000);
  await ahead.read(0);
  ahead.write("b", -230);
  const what = "our clock is 240 s ahead, and a row from the future came before b";
  await ahead.expectNew("b", 10, what, { missing: "cut-to-now" });
}

async function small({ readNew }: Subject): Promise<void> {
  const table = new Table(readNew);
  for (let turn = 0; turn < 60; turn++) {
    for (let row = 0; row < 5; row++) table.write(`${turn}-${row}`, turn * 300 - row);
    await table.read(turn * 300);
  }
  const last = table.asked.at(-1) ?? NaN;
  const back = NOON + 58 * 300 - last;
  if (back > 65) {
    throw wrong("asks-for-all", `it asked ${back} s back from the watermark, LAG is 60`);
  }
  const size = JSON.stringify(table.state).length;
  if (size > 1500) {
    throw wrong(
      "grows",
      `300 rows came, 5 of them within the lag: the state has ${size} characters`,
    );
  }
}

/** A table, and a pipeline that reads it. Times are seconds from noon. */
class Table {
  readonly asked: number[] = [];
  readonly #readNew: Subject["readNew"];
  #rows: Row[] = [];
  #state: State | null = null;

  constructor(readNew: Subject["readNew"]) {
    this.#readNew = readNew;
  }

  get state(): State | null {
    return this.#state;
  }

  write(id: string, changed: number, value = "new"): void {
    this.#rows = this.#rows.filter((row) => row.id !== id);
    this.#rows.push({ id, changed: NOON + changed, value });
    this.#rows.sort((a, b) => a.changed - b.changed);
  }

  clear(): void {
    this.#rows = [];
  }

  /** Calls it; the state is stored between two calls. */
  async read(now: number): Promise<readonly Row[]> {
    const source = {
      since: (from: number) => {
        this.asked.push(from);
        // A value that is none compares as if it were the beginning.
        return this.#rows.filter((row) => !(row.changed < from)).map((row) => ({ ...row }));
      },
    };
    const found: NewRows = await this.#readNew(source, this.#state, NOON + now);
    this.#state = JSON.parse(JSON.stringify(found.state));
    return found.rows;
  }

  async expectNew(
    wanted: string,
    now: number,
    what: string,
    { missing }: { readonly missing?: keyof typeof MISTAKES } = {},
  ): Promise<void> {
    const rows = await this.read(now);
    const found = rows.map(({ id }) => id);
    const names = wanted.split(" ").filter((name) => name !== "");
    const seen = `${what}: it gave ${found.join(", ") || "nothing"}, wanted ${
      names.join(", ") || "nothing"
    }`;
    if (names.some((name) => !found.includes(name))) {
      throw missing === undefined ? unexpected(seen) : wrong(missing, seen);
    }
    if (found.length > names.length) throw wrong("brings-it-again", seen);
  }
}

if (import.meta.main) await checkProcess(check);
