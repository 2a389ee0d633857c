import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { serveApi } from "../_serve_api.ts";
import type { Item, Outcome } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "skips-rows": {
    means:
      "You moved the offset by what you asked for: if the server gives fewer rows, those between are never read",
    think: "Which number of this page is a fact, and which was only a wish?",
  },
  "short-page-ends": {
    means:
      "You took a page with fewer rows than asked for as the last one: a server that caps its pages ends after one",
    think: "Which two things prove the end? The size of a page is not among them",
  },
  "keeps-duplicates": {
    means: "You wrote the same row twice: every sum made from this is too high",
    think: "By what do you know a row again, and where do you keep what you have seen?",
  },
  "no-loop-guard": {
    means: "You follow a looping API forever: the disk fills, and the run never ends",
    think: "What do you remember about the pages that you have read?",
  },
  "first-row-decides": {
    means:
      "You know a page again by one of its rows: a doubled row on a new page ends the stream, and the rest is never read",
    think: "Which rows of a page have to be the same before it is the same page?",
  },
  "known-rows-loop": {
    means:
      "You took a page of known rows for a page that was read before: doubled rows filled it, and new ones came after it",
    think:
      "Do you remember rows or pages? The task counts a doubled row, and stops at a repeated page",
  },
  "looks-back-one": {
    means:
      "You compare a page only with the one before it: two caches in turn give A, B, A, B, and you see nothing",
    think: "How many pages do you have to remember to see a page again at any distance?",
  },
  "counts-the-loop": {
    means:
      "You counted the rows of a repeated page: they added up to the total, and half of the data was called complete",
    think: "When do you look whether a page was here before: after its rows, or before them?",
  },
  "calls-it-complete": {
    means:
      "You called a stream complete that ended before its declared total: partial data, and nobody notices",
    think:
      "An empty page and an unreached total contradict each other. What may complete say then?",
  },
  "needs-a-total": {
    means: "You cannot end without a total: many APIs declare none",
    think: "Which other proof of the end does the task name?",
  },
  "drops-on-loop": {
    means:
      "You threw away what had been read before the loop: it was good, and the run may go on from there",
    think: "What does a loop say about the pages before it?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

/** Requests after which the server ends what the client does not. */
const PATIENCE = 40;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readEverything"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "reads every row of an honest API",
      task: "`total-reached` | `read` has reached `total` | `true`",
      test: honest,
    },
    {
      name: "reads every row if the server caps the page size",
      task: "The server may give fewer rows than `limit` on any page. Only two things end",
      test: capped,
    },
    {
      name: "stops an API that gives the same page forever",
      task: "A page that was read before, at any distance, means that the API loops:",
      test: stuckPage,
    },
    {
      name: "stops an API that gives two pages in turn",
      task: "A page that was read before, at any distance, means that the API loops:",
      test: twoInTurn,
    },
    {
      name: "writes a repeated row once, and counts it",
      task: "The same row (by `id`) may come twice, in one page or in two: the vendor's",
      test: doubled,
    },
    {
      name: "distinguishes doubled rows from a page that was read before",
      task: "A page that was read before, at any distance, means that the API loops:",
      test: newPages,
    },
    {
      name: "ends at an empty page if no total is declared",
      task: "`empty-page` | a page without rows came | `true`, unless a `total` was",
      test: withoutTotal,
    },
    {
      name: "does not call complete what ended before its total",
      task: "`empty-page` | a page without rows came | `true`, unless a `total` was",
      test: endsEarly,
    },
  ],
};

async function honest({ readEverything }: Subject): Promise<void> {
  const { ids, outcome, seen } = await run(readEverything, { rows: count(250), cap: 100 });
  demandAll(ids, count(250), seen);
  demand(outcome, {
    complete: true,
    reason: "total-reached",
    read: 250,
    written: 250,
    duplicates: 0,
  });
}

async function capped({ readEverything }: Subject): Promise<void> {
  const { ids, outcome, requests, seen } = await run(readEverything, { rows: count(250), cap: 40 });
  const missing = 250 - new Set(ids).size;
  const facts = `limit=100 was asked for, 40 rows came: ${seen}, ${missing} rows are missing`;
  if (missing > 0 && requests.length === 1) throw wrong("short-page-ends", facts);
  if (missing > 0) throw wrong("skips-rows", `${facts}; offsets asked for: ${offsets(requests)}`);
  demand(outcome, {
    complete: true,
    reason: "total-reached",
    read: 250,
    written: 250,
    duplicates: 0,
  });
}

async function doubled({ readEverything }: Subject): Promise<void> {
  const rows = [...count(60), 60, 7, ...count(100).slice(60)];
  const { ids, outcome, seen } = await run(readEverything, { rows, cap: 40 });
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) {
    throw wrong("keeps-duplicates", `the rows ${twice.join(", ")} were written twice`);
  }
  demandAll(ids, count(100), seen);
  demand(outcome, {
    complete: true,
    reason: "total-reached",
    read: 102,
    written: 100,
    duplicates: 2,
  });
}

async function newPages({ readEverything }: Subject): Promise<void> {
  const rounds = [
    { rows: [1, 2, 3, 1, 4, 5, 6], mistake: "first-row-decides" },
    { rows: [1, 2, 3, 4, 5, 3, 6], mistake: "first-row-decides" },
    { rows: [1, 2, 3, 4, 5, 6, 2, 4, 6, 7], mistake: "known-rows-loop" },
  ] as const;
  for (const { rows, mistake } of rounds) {
    const { ids, outcome, seen } = await run(readEverything, { rows, cap: 3 });
    const wanted = [...new Set(rows)];
    const pages = [0, 3, 6, 9].map((at) => rows.slice(at, at + 3)).filter(({ length }) =>
      length > 0
    )
      .map((page) => `[${page}]`);
    const facts = `the pages were ${pages.join(" ")}, each another one: ${seen}`;
    if (outcome.reason === "loop") throw wrong(mistake, facts);
    demandAll(ids, wanted, facts);
    const [read, written] = [rows.length, wanted.length];
    const duplicates = read - written;
    demand(outcome, { complete: true, reason: "total-reached", read, written, duplicates });
  }
}

async function withoutTotal({ readEverything }: Subject): Promise<void> {
  const { ids, outcome, requests, seen } = await run(readEverything, {
    rows: count(90),
    cap: 40,
    total: null,
  });
  if (requests.length >= PATIENCE || ids.length < 90) throw wrong("needs-a-total", seen);
  demandAll(ids, count(90), seen);
  demand(outcome, { complete: true, reason: "empty-page", read: 90, written: 90, duplicates: 0 });
}

async function stuckPage({ readEverything }: Subject): Promise<void> {
  const loop = (offset: number) => Math.min(offset, 80);
  const { ids, outcome, requests, seen } = await run(readEverything, {
    rows: count(250),
    cap: 40,
    loop,
  });
  const facts = `from offset 80 on the same 40 rows came: ${seen}`;
  if (requests.length >= PATIENCE) throw wrong("no-loop-guard", facts);
  if (outcome.complete) throw wrong("counts-the-loop", facts);
  demandLoop(outcome, { ids, facts, wanted: 120 });
}

async function twoInTurn({ readEverything }: Subject): Promise<void> {
  const loop = (offset: number, n: number) => n <= 3 ? offset : n % 2 === 0 ? 40 : 80;
  const { ids, outcome, requests, seen } = await run(readEverything, {
    rows: count(4000),
    cap: 40,
    loop,
  });
  const facts = `after page 3 the pages at 40 and 80 came in turn: ${seen}`;
  if (requests.length >= PATIENCE) throw wrong("looks-back-one", facts);
  if (outcome.complete) throw wrong("counts-the-loop", facts);
  demandLoop(outcome, { ids, facts, wanted: 120 });
}

async function endsEarly({ readEverything }: Subject): Promise<void> {
  const { ids, outcome, requests, seen } = await run(readEverything, {
    rows: count(90),
    cap: 40,
    total: 250,
  });
  if (requests.length >= PATIENCE) throw wrong("no-loop-guard", seen);
  const facts = `total: 250, and an empty page after 90 rows: ${seen}`;
  if (outcome.complete) throw wrong("calls-it-complete", facts);
  demandAll(ids, count(90), seen);
  demand(outcome, { complete: false, reason: "empty-page", read: 90, written: 90, duplicates: 0 });
}

interface Api {
  /** The ids in the server's order. */
  readonly rows: readonly number[];
  /** The most rows of a page. */
  readonly cap: number;
  /** What it declares. @default {the number of rows}; `null`: nothing. */
  readonly total?: number | null;
  /** Where a page really begins. */
  readonly loop?: (offset: number, n: number) => number;
}

async function run(readEverything: Subject["readEverything"], api: Api) {
  const { rows, cap, total = rows.length, loop = (offset: number) => offset } = api;
  await using server = serveApi((url, n) => {
    const offset = loop(Number(url.searchParams.get("offset")), n);
    const size = Math.min(cap, Number(url.searchParams.get("limit") ?? cap));
    // A client that nothing stops is stopped here, and told apart by its number of requests.
    const items = n > PATIENCE ? [] : rows.slice(offset, offset + size).map((id) => ({ id }));
    return Response.json(total === null ? { items } : { items, total });
  });
  const ids: number[] = [];
  const write = async ({ id }: Item) => {
    await Promise.resolve();
    ids.push(id);
  };
  const outcome: Outcome = await readEverything(server.url, 100, write);
  const requests = [...server.requests];
  const seen =
    `${ids.length} rows written in ${requests.length} requests, complete: ${outcome?.complete}`;
  return { ids, outcome, requests, seen };
}

function demandAll(ids: readonly number[], wanted: readonly number[], seen: string): void {
  const missing = wanted.filter((id) => !ids.includes(id)).length;
  if (missing > 0) throw unexpected(`${seen}; ${missing} rows are missing`);
  if (ids.length > wanted.length) throw wrong("keeps-duplicates", seen);
}

function demandLoop(
  outcome: Outcome,
  { ids, facts, wanted }: {
    readonly ids: readonly number[];
    readonly facts: string;
    readonly wanted: number;
  },
): void {
  if (ids.length < wanted) throw wrong("drops-on-loop", facts);
  if (ids.length > wanted) throw wrong("keeps-duplicates", facts);
  if (outcome.read > wanted) {
    throw wrong("counts-the-loop", `${facts}; read: ${outcome.read}, wanted ${wanted}`);
  }
  demand(outcome, {
    complete: false,
    reason: "loop",
    read: wanted,
    written: wanted,
    duplicates: 0,
  });
}

function demand(found: Outcome, wanted: Outcome): void {
  for (const key of ["reason", "read", "written", "duplicates", "complete"] as const) {
    if (found?.[key] === wanted[key]) continue;
    throw unexpected(`the outcome says ${key}: ${found?.[key]}, wanted ${wanted[key]}`);
  }
}

function offsets(requests: readonly URL[]): string {
  return requests.slice(0, 4).map((url) => url.searchParams.get("offset")).join(", ");
}

/** From 1 to n. */
function count(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

if (import.meta.main) await checkProcess(check);
