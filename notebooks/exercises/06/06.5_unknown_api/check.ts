import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Ask, Listing } from "./stub.ts";

/** The learner's module. */
export type Subject = Pick<typeof import("./stub.ts"), "readAll">;

/** What many get wrong here. */
const MISTAKES = {
  "knows-one-form": {
    means: "You know one form of answer: the next API has another, and gives nothing",
    think: "Where in this answer are the records?",
  },
  "ends-at-an-empty-page": {
    means: "You end at an empty page: what comes after it never comes",
    think: "What says that a listing is over?",
  },
  "believes-the-end": {
    means: "You call it complete because it ended, against the total that the API declares",
    think: "What do two signs mean that contradict each other?",
  },
  "runs-in-circles": {
    means: "You follow a cursor that you had followed before: it never ends, and the quota does",
    think: "How can you know that you have been here?",
  },
  "counts-twice": {
    means: "You count a record twice: the total is reached, and others are missing",
    think: "What makes two records the same?",
  },
  "loses-what-it-has": {
    means: "You throw away what you have read because one answer failed",
    think: "What is true about the pages before?",
  },
  "starts-over": {
    means: "You go on from the beginning instead of from where it failed",
    think: "What did the result of the first try say about it?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
function items(...ids: number[]) {
  return ids.map((id) => ({ id, name: `n${id}` }));
}

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readAll"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "finds records, cursor and total in answers of many forms",
      task: "The records are the answer itself if it is a list; else the one list of",
      test: forms,
    },
    {
      name: "goes on after an empty page",
      task: "It returns `{ records, complete, why, next }`: each record once, by its",
      test: empty,
    },
    {
      name: "is not complete if the total says otherwise",
      task: "The total is the number under `total` or `count`, at the same depth, if there is one.",
      test: totals,
    },
    {
      name: "notices a circle",
      task: "It returns `{ records, complete, why, next }`: each record once, by its",
      test: circle,
    },
    {
      name: "has each record once",
      task: "It returns `{ records, complete, why, next }`: each record once, by its",
      test: repeats,
    },
    {
      name: "keeps what it has when an answer fails",
      task: "It returns `{ records, complete, why, next }`: each record once, by its",
      test: fails,
    },
    {
      name: "goes on from where it failed",
      task: "It returns `{ records, complete, why, next }`: each record once, by its",
      test: goesOn,
    },
  ],
};

/** Answers by their cursors, "" for the first; refuses to be asked for ever. */
function api(answers: Readonly<Record<string, unknown>>): Ask & { readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async (cursor: string | undefined) => {
    await Promise.resolve();
    asked.push(cursor ?? "");
    if (asked.length > 40) throw wrong("runs-in-circles", "it has asked more than 40 times");
    const answer = answers[cursor ?? ""];
    if (answer === undefined) throw new Error(`503 for "${cursor ?? ""}"`);
    return structuredClone(answer);
  };
  return Object.assign(ask, { asked });
}

/** A circle is one whatever the learner's code does with the error of being asked for ever. */
async function read(
  { readAll }: Subject,
  ask: ReturnType<typeof api>,
  before?: Listing,
): Promise<Listing> {
  const listing = await readAll(ask, before);
  if (ask.asked.length > 40) throw wrong("runs-in-circles", "it has asked more than 40 times");
  return listing;
}

function idsOf({ records }: Listing): string {
  return records.map(({ id }) => id).join();
}

async function forms(subject: Subject): Promise<void> {
  const answers: Record<string, Record<string, unknown>> = {
    "a list": { "": items(1, 2) },
    "items and next": { "": { items: items(1), next: "b" }, b: { items: items(2), next: null } },
    "data.results and meta": {
      "": { data: { results: items(1) }, meta: { next_cursor: "b", total: 2 } },
      b: { data: { results: items(2) }, meta: { next_cursor: "", total: 2 } },
    },
    "count and cursor": {
      "": { count: 2, cursor: "b", rows: items(1) },
      b: { count: 2, rows: items(2) },
    },
    "an empty listing": { "": { items: [], total: 0 } },
  };
  for (const [form, each] of Object.entries(answers)) {
    const listing = await subject.readAll(api(each)).catch((error: Error) => {
      if (error.message.includes("Not written yet")) throw error;
      throw wrong("knows-one-form", `an answer of the form "${form}" gave ${error}`);
    });
    const [found, wanted] = [idsOf(listing), form === "an empty listing" ? "" : "1,2"];
    if (found !== wanted) {
      throw wrong("knows-one-form", `of the form "${form}" it has "${found}", wanted "${wanted}"`);
    }
    if (!listing.complete) throw unexpected(`the form "${form}" is not complete: ${listing.why}`);
    if (typeof listing.why !== "string" || listing.why === "") throw unexpected("why is empty");
  }
}

async function empty(subject: Subject): Promise<void> {
  const ask = api({
    "": { items: items(1), next: "b" },
    b: { items: [], next: "c" },
    c: { items: items(2) },
  });
  const found = idsOf(await read(subject, ask));
  if (found === "1,2") return;
  throw wrong("ends-at-an-empty-page", `after an empty page with a next cursor it has ${found}`);
}

async function totals(subject: Subject): Promise<void> {
  const ask = api({
    "": { items: items(1, 2), next: "b", total: 7 },
    b: { items: items(3), total: 7 },
  });
  const { complete, records } = await read(subject, ask);
  if (complete) {
    throw wrong("believes-the-end", `it has ${records.length} of 7 declared, and it is complete`);
  }
  if (records.length !== 3) throw unexpected(`it has ${records.length} records, wanted 3`);
}

async function circle(subject: Subject): Promise<void> {
  const ask = api({
    "": { items: items(1), next: "b" },
    b: { items: items(2), next: "c" },
    c: { items: items(3), next: "b" },
  });
  const listing = await read(subject, ask);
  if (listing.complete) throw unexpected("it went in a circle, and it is complete");
  if (idsOf(listing) !== "1,2,3") throw unexpected(`it has ${idsOf(listing)}, wanted 1,2,3`);
}

async function repeats(subject: Subject): Promise<void> {
  const ask = api({
    "": { items: items(1, 2), next: "b", total: 4 },
    b: { items: [{ id: 2, name: "later" }, ...items(3)], total: 4 },
  });
  const listing = await read(subject, ask);
  if (listing.records.filter(({ id }) => id === 2).length > 1) {
    throw wrong("counts-twice", `2 is there twice, ${listing.complete ? "" : "not "}complete`);
  }
  if (listing.complete || listing.records.length !== 3) {
    throw unexpected(`it has ${listing.records.length} of 4, complete: ${listing.complete}`);
  }
}

const HALF = {
  "": { items: items(1, 2), next: "b", total: 5 },
  b: { items: items(3), next: "c", total: 5 },
};

async function fails(subject: Subject): Promise<void> {
  const listing = await read(subject, api(HALF)).catch((error: Error) => {
    if (error.message.includes("Not written yet")) throw error;
    throw wrong("loses-what-it-has", `the third answer failed, and so did it: ${error.message}`);
  });
  if (listing.complete || idsOf(listing) !== "1,2,3" || listing.next !== "c") {
    throw unexpected(
      `the third answer failed: it has ${
        idsOf(listing)
      }, complete: ${listing.complete}, next: ${listing.next}`,
    );
  }
}

async function goesOn(subject: Subject): Promise<void> {
  const before = await read(subject, api(HALF));
  const ask = api({ ...HALF, c: { items: items(4, 5), total: 5 } });
  const listing = await read(subject, ask, before);
  if (ask.asked[0] === "") throw wrong("starts-over", "it asked for the first page again");
  if (!listing.complete || idsOf(listing) !== "1,2,3,4,5") {
    throw unexpected(`it has ${idsOf(listing)}, complete: ${listing.complete} (${listing.why})`);
  }
}

if (import.meta.main) await checkProcess(check);
