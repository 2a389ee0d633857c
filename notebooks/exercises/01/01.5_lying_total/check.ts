import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Page, Verdict } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "stops-at-the-total": {
    means:
      "You ended at a total while the page named a next one: a total that is a cap costs you the rest",
    think: "Which of the two can you try out, the total or the next page?",
  },
  "counts-rows": {
    means:
      "You counted rows against a total of records: one that came twice made up for one that never came",
    think: "What tells two records apart?",
  },
  "believes-the-end": {
    means: "You believed the last page against the total: records are missing, and nobody knows",
    think: "Two things that the server said contradict each other. What may the verdict be then?",
  },
  "needs-a-total": {
    means: "You called a listing partial for want of a total: many APIs declare none",
    think: "Does a missing total contradict anything?",
  },
  "takes-the-last-total": {
    means: "You looked at one total where two were declared: the listing changed while it was read",
    think: "What does it say of the pages before that the number is another one now?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["judge"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "reads on while a next page is named",
      task: '`"more"` | nothing was read yet, or the last page names a next one: whatever',
      test: readsOn,
    },
    {
      name: "ends without a total by the last page's word",
      task: '`"complete"` | there is no next page, and no total contradicts that',
      test: withoutTotal,
    },
    {
      name: "ends at a total that is reached",
      task: '`"complete"` | there is no next page, and no total contradicts that',
      test: reached,
    },
    {
      name: "is partial where a total is not reached",
      task: '`"partial"` | there is no next page, but a total is not the number of',
      test: notReached,
    },
    {
      name: "counts a record that came twice once",
      task: 'A page is `{ items: [{ "id": 1 }, ...], next: "token" | null, total?: 250',
      test: doubled,
    },
    {
      name: "is partial where two totals were declared",
      task: '`"partial"` | there is no next page, but a total is not the number of',
      test: changed,
    },
  ],
};

function readsOn({ judge }: Subject): void {
  expect(judge, [], "more");
  expect(judge, [page([1, 2], "b")], "more");
  const found = judge([page([1, 2], "b", 2)]);
  if (found === "complete") {
    throw wrong("stops-at-the-total", '2 records of a total of 2, and next is "b": complete');
  }
  expect(judge, [page([1, 2], "b", 2)], "more");
}

function withoutTotal({ judge }: Subject): void {
  const pages = [page([1, 2], "b"), page([3], null)];
  if (judge(pages) === "partial") throw wrong("needs-a-total", "3 records, no total: partial");
  expect(judge, pages, "complete");
}

function reached({ judge }: Subject): void {
  expect(judge, [page([1, 2], "b", 3), page([3], null, 3)], "complete");
}

function notReached({ judge }: Subject): void {
  const pages = [page([1, 2], "b", 4), page([3], null, 4)];
  if (judge(pages) === "complete") throw wrong("believes-the-end", "3 records of 4: complete");
  expect(judge, pages, "partial");
  expect(judge, [page([1, 2], "b", 2), page([3], null, 2)], "partial");
}

function doubled({ judge }: Subject): void {
  const pages = [page([1, 2], "b", 4), page([2, 4], null, 4)];
  if (judge(pages) === "complete") {
    throw wrong("counts-rows", "the records 1, 2, 2, 4 of a total of 4: complete");
  }
  expect(judge, pages, "partial");
  expect(judge, [page([1, 2], "b", 3), page([2, 3], null, 3)], "complete");
}

function changed({ judge }: Subject): void {
  const pages = [page([1, 2], "b", 4), page([3], null, 3)];
  if (judge(pages) === "complete") {
    throw wrong("takes-the-last-total", "3 records, a total of 4 and then of 3: complete");
  }
  expect(judge, pages, "partial");
}

function expect(judge: Subject["judge"], pages: readonly Page[], wanted: Verdict): void {
  const found = judge(pages);
  if (found === wanted) return;
  throw unexpected(`of ${JSON.stringify(pages)} it said ${found}, wanted ${wanted}`);
}

function page(ids: readonly number[], next: string | null, total?: number): Page {
  return { items: ids.map((id) => ({ id })), next, ...(total === undefined ? {} : { total }) };
}

if (import.meta.main) await checkProcess(check);
