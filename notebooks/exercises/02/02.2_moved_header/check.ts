import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "by-position": {
    means: "You bound columns by position: two numbers change places, and nothing fails",
    think: "What does the index of a column in the file have to do with its index in the stream?",
  },
  "exact-only": {
    means:
      "You refused a file for capitals or blanks: the vendor's next spreadsheet stops the load for nothing",
    think: "Bring both names into one form before you compare them",
  },
  "mark-sticks": {
    means:
      'You left the byte order mark on the first name: the message says "id" is missing, and shows "id"',
    think: "What is the first character of a file that Excel saved as UTF-8?",
  },
  "fills-missing": {
    means:
      "You bound a file that lacks a column: it becomes nulls, and every sum is still a number",
    think: "What does indexOf return for a name that is not there, and who looks at it?",
  },
  "drops-extra": {
    means:
      "You dropped a column that nobody knows: it is gone, and nobody will know that it was there",
    think: "Your loop goes over the expected names. Who goes over the found ones?",
  },
  "first-of-two": {
    means: "You took one of two columns with the same name: which one is decided by their order",
    think: "How often may each name be in the header?",
  },
  "one-at-a-time": {
    means: "You named only one of several faults: each round with the vendor takes a day",
    think: "Where does your function return: at the first fault, or after the last?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const EXPECTED = ["id", "price", "cost"];

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["planColumns"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "names in any order are bound",
      task: "has the names in any order | `take`",
      test: order,
    },
    {
      name: "capitals, blanks and a mark make no other name",
      task: "differs in capitals, or in blanks around a name | `take`",
      test: forms,
    },
    {
      name: "a missing or unknown column is refused",
      task: "lacks columns, or has more | `refuse`, naming all of them: half a row is no row",
      test: refused,
    },
    {
      name: "a name that is there twice is refused",
      task: "has a name twice (capitals and blanks do not count) | `refuse`: which of the",
      test: twice,
    },
    {
      name: "a refusal names every column at fault",
      task:
        '`{ refuse: "..." }`: why the file cannot be bound. The text names every column at fault.',
      test: all,
    },
  ],
};

async function plan({ planColumns }: Subject, found: readonly string[]) {
  const answer = await planColumns(found, EXPECTED);
  const seen = `header ${found.map((name) => JSON.stringify(name)).join(", ")}: ${
    JSON.stringify(answer)
  }`;
  const take = "take" in answer ? [...answer.take] : undefined;
  return { take, refuse: "refuse" in answer ? answer.refuse : "", seen };
}

function same(take: readonly number[] | undefined, wanted: readonly number[]): boolean {
  return JSON.stringify(take) === JSON.stringify(wanted);
}

async function order(subject: Subject): Promise<void> {
  for (
    const [found, wanted] of [
      [["id", "price", "cost"], [0, 1, 2]],
      [["cost", "id", "price"], [1, 2, 0]],
      [["price", "id", "cost"], [1, 0, 2]],
    ] as const
  ) {
    const { take, seen } = await plan(subject, found);
    if (same(take, wanted)) continue;
    throw same(take, [0, 1, 2]) ? wrong("by-position", seen) : unexpected(seen);
  }
}

async function forms(subject: Subject): Promise<void> {
  const marked = await plan(subject, ["\ufeffid", "price", "cost"]);
  if (!same(marked.take, [0, 1, 2])) throw wrong("mark-sticks", marked.seen);
  for (const found of [["Cost", "ID", "PRICE"], [" cost", "id ", "\tprice "]]) {
    const { take, seen } = await plan(subject, found);
    if (take === undefined) throw wrong("exact-only", seen);
    if (!same(take, [1, 2, 0])) throw unexpected(seen);
  }
}

async function refused(subject: Subject): Promise<void> {
  for (const found of [["id", "price"], ["price", "id"], []]) {
    const { take, seen } = await plan(subject, found);
    if (take !== undefined) throw wrong("fills-missing", seen);
  }
  const { take, seen } = await plan(subject, ["id", "price", "rebate", "cost"]);
  if (take !== undefined) throw wrong("drops-extra", seen);
}

async function twice(subject: Subject): Promise<void> {
  for (const found of [["id", "price", "cost", "price"], ["id", "price", "Price ", "cost"]]) {
    const { take, seen } = await plan(subject, found);
    if (take !== undefined) throw wrong("first-of-two", seen);
  }
}

async function all(subject: Subject): Promise<void> {
  for (
    const [found, faults] of [
      [["id"], ["price", "cost"]],
      [["id", "price", "cost", "rebate", "note"], ["rebate", "note"]],
      [["id", "price", "rebate"], ["cost", "rebate"]],
    ] as const
  ) {
    const { refuse, seen } = await plan(subject, found);
    const named = faults.filter((name) => refuse.toLowerCase().includes(name));
    if (named.length < faults.length) throw wrong("one-at-a-time", seen);
  }
}

if (import.meta.main) await checkProcess(check);
