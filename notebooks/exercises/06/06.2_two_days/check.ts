import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Row, Table } from "./stub.ts";

/** The learner's module. */
export type Subject = Pick<typeof import("./stub.ts"), "correct">;

/** What many get wrong here. */
const MISTAKES = {
  "appends": {
    means: "You add the new rows to the old ones: every sum over these days is doubled",
    think: "Which old rows does the answer take the place of?",
  },
  "keeps-what-is-gone": {
    means: "You keep rows that the source has no more: a canceled order is sold forever",
    think: "What does it mean that a row of the range is not in the answer?",
  },
  "closed-range": {
    means: "You count the end of the range in: the first moment of the next day is lost",
    think: "To which day does midnight belong, if each moment belongs to one?",
  },
  "trusts-the-answer": {
    means: "You take rows that you did not ask for: days that nobody wanted to touch have changed",
    think: "Who says that a source keeps to the range?",
  },
  "stays-where-it-was": {
    means: "You leave a row that has moved into the range where it was: it is there twice",
    think: "Whose row is it, the day's or the id's?",
  },
  "moves-the-watermark": {
    means:
      "You moved the watermark: the next ordinary run reads days again, or skips those in between",
    think: "Has the ordinary reading come any further by this?",
  },
  "changes-in-place": {
    means: "You changed the table before you had everything: a page that fails leaves half",
    think: "What is in the table when the second page throws?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const RANGE = { from: "2026-05-14T00:00:00Z", until: "2026-05-16T00:00:00Z" } as const;

const [A, B, C, D, E] = [
  row("a", "13T23:59:59", 1),
  row("b", "14T00:00:00", 2),
  row("c", "15T12:00:00", 3),
  row("d", "16T00:00:00", 4),
  row("e", "17T10:00:00", 5),
];
const WATERMARK = "2026-05-17T10:00:00Z";

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["correct"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "takes changed rows, and each id once",
      task: "in the range it has what the source has today: changed rows changed, rows",
      test: changed,
    },
    {
      name: "lets go of what the source has no more",
      task: "in the range it has what the source has today: changed rows changed, rows",
      test: gone,
    },
    {
      name: "leaves what is outside of the range, to the second",
      task:
        "outside it every row is as it was, also if the source sends more than it was asked for;",
      test: outside,
    },
    {
      name: "takes nothing that it did not ask for",
      task:
        "outside it every row is as it was, also if the source sends more than it was asked for;",
      test: unasked,
    },
    {
      name: "moves a row that has moved",
      task: "an id is there once: of two versions in an answer the later one counts, and",
      test: moved,
    },
    {
      name: "leaves the watermark",
      task: "the watermark, from which the next ordinary run begins, is as it was;",
      test: watermark,
    },
    {
      name: "changes nothing if a page fails",
      task: "if a page fails, `correct` fails, and the table that it was given is unchanged.",
      test: fails,
    },
    {
      name: "gives the same when it is done again",
      task: "an id is there once: of two versions in an answer the later one counts, and",
      test: again,
    },
  ],
};

function row(id: string, day: string, value: number): Row {
  return { id, at: `2026-05-${day}Z`, value };
}

function source(...pages: (readonly Row[])[]) {
  return async function* (): AsyncGenerator<readonly Row[]> {
    for (const page of pages) yield await Promise.resolve(page);
  };
}

function tableOf(): Table {
  return { rows: [A, B, C, D, E].filter((one) => one !== undefined), watermark: WATERMARK };
}

/** Values by id. */
function valuesOf({ rows }: Table): Map<string, number[]> {
  const groups = Map.groupBy(rows, ({ id }) => id);
  return new Map(Array.from(groups, ([id, all]) => [id, all.map(({ value }) => value)]));
}

async function changed({ correct }: Subject): Promise<void> {
  const pages = source([row("b", "14T00:00:00", 20)], [row("c", "15T12:00:00", 3)], [
    row("b", "14T00:00:00", 21),
  ]);
  const values = valuesOf(await correct(tableOf(), RANGE, pages));
  const [b = [], c = []] = [values.get("b"), values.get("c")];
  if (b.length > 1) throw wrong("appends", `b is there twice, with ${b}`);
  if (b[0] !== 21 || c.join() !== "3") {
    throw unexpected(`b is ${b}, wanted 21; c is ${c}, wanted 3`);
  }
}

async function gone({ correct }: Subject): Promise<void> {
  const values = valuesOf(await correct(tableOf(), RANGE, source([row("b", "14T00:00:00", 2)])));
  if (values.has("c")) {
    throw wrong("keeps-what-is-gone", "the source has c no more, and c is still there");
  }
  if (!values.has("b")) throw unexpected("the source has b, and b is gone");
}

async function outside({ correct }: Subject): Promise<void> {
  const values = valuesOf(await correct(tableOf(), RANGE, source([])));
  if (!values.has("d")) throw wrong("closed-range", "d is of the 16th, 00:00:00, and d is gone");
  if (values.has("b")) throw unexpected("b is of the 14th, 00:00:00, and it is still there");
  const rest = ["a", "d", "e"].map((id) => values.get(id)?.join()).join(" ");
  if (rest !== "1 4 5") throw unexpected(`a, d and e are ${rest}, wanted 1 4 5`);
}

async function unasked({ correct }: Subject): Promise<void> {
  const more = source([row("b", "14T00:00:00", 2), row("d", "16T00:00:00", 99)], [
    row("f", "20T00:00:00", 6),
  ]);
  const values = valuesOf(await correct(tableOf(), RANGE, more));
  if (values.get("d")?.includes(99)) throw wrong("trusts-the-answer", "d has become 99");
  if (values.has("f")) throw wrong("trusts-the-answer", "f of the 20th has come");
}

async function moved({ correct }: Subject): Promise<void> {
  const values = valuesOf(await correct(tableOf(), RANGE, source([row("e", "15T09:00:00", 50)])));
  const e = values.get("e") ?? [];
  if (e.length > 1) throw wrong("stays-where-it-was", `e is there twice, with ${e}`);
  if (e[0] !== 50) throw unexpected(`e is ${e}, wanted 50`);
}

async function watermark({ correct }: Subject): Promise<void> {
  const { watermark } = await correct(tableOf(), RANGE, source([]));
  if (watermark === WATERMARK) return;
  throw wrong("moves-the-watermark", `the watermark went from ${WATERMARK} to ${watermark}`);
}

async function fails({ correct }: Subject): Promise<void> {
  const table = tableOf();
  const broken = async function* () {
    yield await Promise.resolve([row("b", "14T00:00:00", 20)]);
    throw new Error("the connection broke");
  };
  const done = await correct(table, RANGE, broken).catch((error: Error) => error);
  if (done instanceof Error && !done.message.includes("connection broke")) throw done;
  if (table.rows.length !== 5) {
    throw wrong(
      "changes-in-place",
      `after a page that failed the table had ${table.rows.length} rows`,
    );
  }
  if (valuesOf(table).get("b")?.join() !== "2") {
    throw wrong("changes-in-place", "after a page that failed b had changed");
  }
  if (!(done instanceof Error)) throw unexpected("the second page failed, and correct() did not");
}

async function again({ correct }: Subject): Promise<void> {
  const pages = () => source([row("b", "14T00:00:00", 20), row("g", "15T00:00:00", 7)])();
  const once = await correct(tableOf(), RANGE, pages);
  const twice = await correct(once, RANGE, pages);
  const text = (table: Table) => JSON.stringify([...valuesOf(table)].sort());
  if (text(once) !== text(twice)) throw unexpected(`${text(once)}, and again ${text(twice)}`);
}

if (import.meta.main) await checkProcess(check);
