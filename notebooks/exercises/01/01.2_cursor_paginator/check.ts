import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { serveApi } from "../_serve_api.ts";
import { CrashingStore, PowerCut } from "./_crashing_store.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "cursor-before-data": {
    means: "You saved the cursor before the data: a crash here loses a page",
    think: "Which of the two can be done again without harm, if the other is missing?",
  },
  "names-start-over": {
    means:
      "You named pages by a count that starts over with each run: after a crash one page overwrites another",
    think: "What is the same about a page, however often and by whichever run it is read?",
  },
  "starts-over": {
    means:
      "You read from the first page although the store says how far the run before this one came",
    think: "What does store.load() return after a crash, and where does your loop begin?",
  },
  "repeats-too-much": {
    means:
      "You saved too rarely: after a crash more than one page is read again, and on a real API that is hours",
    think: "After which step of your loop is it true that this page never needs to be read again?",
  },
  "all-at-once": {
    means:
      "You fetched on before anyone asked: with four thousand pages that is memory without an end",
    think:
      "Where does your function stop and wait for its reader? Everything above that line runs ahead",
  },
  "raw-cursor": {
    means: "You pasted the cursor into the URL: a +, & or = in it arrives as something else",
    think: "Which class of the platform writes query parameters as they must be?",
  },
  "stops-at-empty": {
    means:
      "You took an empty page for the end: an API that filters after paging sends them in the middle",
    think: "Which field says that there is no next page?",
  },
  "silent-end": {
    means:
      "You took an error of the server for the end: the run is green and half of the data is missing",
    think: "What does fetch() do when the status is 500? (It does not throw)",
  },
  "never-ends": {
    means: "You never stop: the last page says next: null, and your loop goes on",
    think: "What is the cursor in your loop after the last page?",
  },
  "asks-again": {
    means:
      "You asked the API again although everything was read: a nightly job would import it all twice",
    think: "What does a saved next of null say, and how does it differ from having saved nothing?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

/** A page without items in the middle; cursors as vendors make them. */
const PAGES = [
  { cursor: undefined, ids: [1, 2, 3] },
  { cursor: "b2Zmc2V0PTM=&p", ids: [4, 5, 6] },
  { cursor: "c+3/x", ids: [] },
  { cursor: "d4", ids: [7, 8] },
  { cursor: "e5", ids: [9] },
];
const IDS = PAGES.flatMap(({ ids }) => ids);

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["ingest"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "reads every page to the end, whatever characters the cursors hold",
      task: '`GET <url>` answers `{ "items": [...], "next": "c2" }`; `GET',
      test: reads,
    },
    {
      name: "fetches a page only when it is asked for one",
      task: "After a page is safe, yield `{ name, count }`. Do not fetch ahead: the",
      test: pace,
    },
    {
      name: "an error of the server is an error, not the end",
      task: '`GET <url>` answers `{ "items": [...], "next": "c2" }`; `GET',
      test: serverError,
    },
    {
      name: "a crash before or after any write loses nothing",
      task: "After a crash and a second run, the store holds every item exactly once.",
      test: losesNothing,
    },
    {
      name: "after a crash at most one page is read again",
      task: "`store` is what outlives a crash. `await store.writePage(name, items)` and",
      test: repeatsLittle,
    },
    {
      name: "a finished run asks for nothing",
      task: "`store.load()` returns what the run before you saved last, or `undefined`.",
      test: finished,
    },
  ],
};

async function reads({ ingest }: Subject): Promise<void> {
  await using api = servePages();
  const store = new CrashingStore();
  let counts: readonly number[] = [];
  try {
    counts = await drain(ingest(api.url, store));
  } finally {
    refuseOddCursors(api.requests);
  }
  const found = store.ids();
  if (sameIds(found)) return matchCounts(counts);
  const seen = `${list(found)} in the store, wanted ${list(IDS)}`;
  throw api.requests.length === 3 ? wrong("stops-at-empty", seen) : unexpected(seen);
}

/** A cursor that was not the server's own: whatever the learner's code made of the answer, this is the cause. */
function refuseOddCursors(requests: readonly URL[]): void {
  const asked = requests.map((url) => url.searchParams.get("cursor"));
  const odd = asked.find((cursor) =>
    cursor !== null && !PAGES.some((page) => page.cursor === cursor)
  );
  if (odd === undefined) return;
  const sent = PAGES[asked.indexOf(odd)]?.cursor;
  throw wrong(
    "raw-cursor",
    `the server gave the cursor ${quote(sent)} and was asked for ${quote(odd)}`,
  );
}

async function pace({ ingest }: Subject): Promise<void> {
  await using api = servePages();
  const store = new CrashingStore();
  let asked = 0;
  for await (const _page of await ingest(api.url, store)) {
    // A request that was already sent is counted when the server has seen it.
    await new Promise((resolve) => setTimeout(resolve, 5));
    asked = api.requests.length;
    break;
  }
  if (asked === 0) throw unexpected("it ended without a page");
  if (asked > 1) {
    throw wrong("all-at-once", `${asked} requests were made before the first page was handed out`);
  }
  if (store.ids().length === 0) {
    throw unexpected("a page was yielded, and the store does not hold it: yield after it is safe");
  }
}

async function serverError({ ingest }: Subject): Promise<void> {
  await using api = servePages({ failAt: 4 });
  const store = new CrashingStore();
  try {
    await drain(ingest(api.url, store));
  } catch (error) {
    if (api.requests.length === 0) throw error; // nothing was asked: this is no answer to the 500
    return keepsPlace(store);
  }
  if (api.requests.length < 4) throw unexpected("page 4 was never asked for");
  throw wrong(
    "silent-end",
    `request 4 answered 500, and ingest() ended as if all ${IDS.length} items were there`,
  );
}

function keepsPlace(store: CrashingStore): void {
  if (store.state?.next === PAGES[3]?.cursor) return;
  throw unexpected(`after the error the store says next: ${quote(store.state?.next)}, wanted "d4"`);
}

async function losesNothing({ ingest }: Subject): Promise<void> {
  await completeRun(ingest);
  for (const crash of await crashes(ingest)) {
    const { store, at } = crash;
    const found = store.ids();
    if (sameIds(found)) continue;
    const missing = IDS.filter((id) => !found.includes(id));
    const double = found.filter((id, index) => found.indexOf(id) !== index);
    const seen = `crash ${at}, then a second run: ${
      missing.length > 0 ? `${list(missing)} lost` : `${list(double)} twice`
    }`;
    if (store.overwritten !== undefined) {
      throw wrong("names-start-over", `${seen}; page ${quote(store.overwritten)} was overwritten`);
    }
    if (missing.length > 0) throw wrong("cursor-before-data", seen);
    throw wrong("names-start-over", seen);
  }
}

async function repeatsLittle({ ingest }: Subject): Promise<void> {
  for (const { at, next, requests } of await crashes(ingest)) {
    if (next === null) continue; // all was read: the last expectation looks at that
    const again = requests.filter((cursor, index) => requests.indexOf(cursor) !== index);
    if (again.length <= 1) continue;
    const seen = `crash ${at}: ${again.length} pages were read twice`;
    throw again.includes(null) && next !== undefined
      ? wrong("starts-over", seen)
      : wrong("repeats-too-much", seen);
  }
}

async function finished({ ingest }: Subject): Promise<void> {
  const store = await completeRun(ingest);
  await using api = servePages();
  await drain(ingest(api.url, store));
  const more = api.requests.length;
  if (more === 0) return;
  throw wrong("asks-again", `a second run after a complete one made ${more} requests, wanted 0`);
}

/** What is missing without a crash was not lost by one. */
async function completeRun(ingest: Subject["ingest"]): Promise<CrashingStore> {
  await using api = servePages();
  const store = new CrashingStore();
  await drain(ingest(api.url, store));
  if (!sameIds(store.ids())) throw unexpected("without any crash, not every item is in the store");
  const next = store.state?.next;
  if (next === null) return store;
  throw unexpected(`after the last page the store says next: ${quote(next)}, wanted null`);
}

interface Crash {
  readonly at: string;
  readonly store: CrashingStore;
  /** The cursor that had been saved when it came; `undefined` where nothing had. */
  readonly next: string | null | undefined;
  /** Cursors asked for by both runs. */
  readonly requests: readonly (string | null)[];
}

/** Lets the power fail before and after every write, and runs again each time. */
async function crashes(ingest: Subject["ingest"]): Promise<Crash[]> {
  const found: Crash[] = [];
  for (let moment = 1; moment < 60; moment++) {
    await using api = servePages();
    const store = new CrashingStore(moment);
    const at = await crashOf(drain(ingest(api.url, store)));
    if (at === undefined) return found;
    const next = store.state?.next;
    await drain(ingest(api.url, store));
    const requests = api.requests.map((url) => url.searchParams.get("cursor"));
    found.push({ at, store, next, requests });
  }
  return found;
}

async function crashOf(run: Promise<unknown>): Promise<string | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (error instanceof PowerCut) return error.message;
    throw error;
  }
}

async function drain(pages: ReturnType<Subject["ingest"]>): Promise<number[]> {
  const counts: number[] = [];
  for await (const { count } of await pages) {
    counts.push(count);
    if (counts.length > 3 * PAGES.length) {
      throw wrong("never-ends", `${counts.length} pages of ${PAGES.length} were yielded`);
    }
  }
  return counts;
}

function servePages({ failAt }: { readonly failAt?: number } = {}) {
  return serveApi((url, n) => {
    if (n === failAt) return Response.json({ error: "database is down" }, { status: 500 });
    const cursor = url.searchParams.get("cursor") ?? undefined;
    const index = PAGES.findIndex((page) => page.cursor === cursor);
    const page = PAGES[index];
    if (page === undefined) return Response.json({ error: "no such cursor" }, { status: 400 });
    const items = page.ids.map((id) => ({ id }));
    return Response.json({ items, next: PAGES[index + 1]?.cursor ?? null });
  });
}

function matchCounts(counts: readonly number[]): void {
  const wanted = PAGES.map(({ ids }) => ids.length);
  if (String(counts) !== String(wanted)) {
    throw unexpected(`pages were yielded with counts ${list(counts)}, wanted ${list(wanted)}`);
  }
}

function sameIds(found: readonly number[]): boolean {
  return String([...found].sort((a, b) => a - b)) === String(IDS);
}

function list(values: readonly number[]): string {
  return values.length === 0 ? "nothing" : values.join(", ");
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

if (import.meta.main) await checkProcess(check);
