import { assertEquals } from "@std/assert";
import { decide, type Reading, type Sign, SIGNS } from "../../lib/api/paging/evidence.ts";
import type { PaginationState } from "../../lib/api/mod.ts";
import { PaginationError } from "../../lib/errors/mod.ts";

type Facts = Partial<Omit<Reading, "state">> & { readonly state?: Partial<PaginationState> };

/** What a full page of 10 records says that says nothing. */
function reading({ state, ...facts }: Facts): Reading {
  return {
    kind: "count",
    records: 10,
    hasNext: true,
    nextTrusted: true,
    nextLost: false,
    ownToken: false,
    isFeed: false,
    hasMore: undefined,
    totalPages: undefined,
    totalKind: "exact",
    totalExpected: false,
    repeats: false,
    stops: false,
    size: 10,
    shortPageEnds: false,
    hasContent: true,
    unread: undefined,
    refused: false,
    notModified: false,
    maxPages: Infinity,
    guard: undefined,
    ...facts,
    state: {
      v: 1,
      position: 3,
      pages: 2,
      records: 20,
      skipped: 0,
      skippedInRow: 0,
      emptyInRow: 0,
      pageSize: "honoured",
      longest: 10,
      ...state,
    },
  };
}

const MORE = "reads on";
const EMPTY = { records: 0, state: { emptyInRow: 1 } };
const LINK = { kind: "link" } as const;
const UNREAD = { place: "meta.total", isHeader: false, says: "total", value: 95 } as const;
const LAST = { kind: "link", hasNext: false } as const;

/** What is read, and what is decided: evidence and contradictions, or to read on. */
const ROWS: [string, Facts, typeof MORE | [Sign[], string[]]][] = [
  ["a full page", {}, MORE],
  ["a short page", { records: 7 }, MORE],
  ["a short page that ends", { records: 7, shortPageEnds: true }, [["short-page"], []]],
  ["a short page that ends, of a server never seen to fill one", {
    records: 7,
    shortPageEnds: true,
    state: { pageSize: "unseen" },
  }, MORE],
  ["a short page that ends, before a total", {
    records: 7,
    shortPageEnds: true,
    state: { total: 30 },
  }, MORE],
  ["one empty page after a full one", EMPTY, MORE],
  ["two empty pages", { records: 0, state: { emptyInRow: 2 } }, [["empty-page"], []]],
  ["a short page and then an empty one", {
    records: 0,
    state: { emptyInRow: 1, afterShort: true },
  }, [["empty-page"], []]],
  ["a refusal after a short page", { records: 0, refused: true }, [["past-the-end"], []]],
  ["a total reached by a short page", { records: 7, state: { total: 20 } }, [
    ["total-reached"],
    [],
  ]],
  ["a total reached by a full page", { state: { total: 20 } }, MORE],
  ["an empty page after a total reached by a full one", {
    records: 0,
    state: { total: 20, emptyInRow: 1, said: ["total-reached"] },
  }, [["total-reached"], []]],
  ["a total not reached", { records: 7, state: { total: 30 } }, MORE],
  ["an exact total never reached", {
    records: 0,
    state: { total: 30, emptyInRow: 2, pages: 4 },
  }, [["empty-page"], ["total-not-read"]]],
  ["an exact total that is passed", {
    records: 0,
    state: { total: 15, emptyInRow: 2 },
  }, [["empty-page"], ["total-not-read"]]],
  ["a lower bound that is passed", {
    records: 0,
    totalKind: "at_least",
    state: { total: 15, emptyInRow: 2 },
  }, [["empty-page"], []]],
  ["an estimate never reached", {
    records: 0,
    totalKind: "estimate",
    state: { total: 30, emptyInRow: 2 },
  }, [["empty-page"], []]],
  ["a total that changed", {
    records: 7,
    state: { total: 20, totalChanged: true },
  }, [["total-reached"], ["total-changed"]]],
  ["a total that changed, by cursor", {
    ...LAST,
    state: { total: 20, totalChanged: true },
  }, [["total-reached", "no-next"], []]],
  ["a total that never came", {
    records: 0,
    totalExpected: true,
    state: { emptyInRow: 2 },
  }, [["empty-page"], ["total-missing"]]],
  ["has-more false", { hasMore: false }, [["has-more-false"], []]],
  ["has-more true on a short page that ends", {
    records: 7,
    hasMore: true,
    shortPageEnds: true,
  }, MORE],
  ["has-more true on an empty page", { ...EMPTY, hasMore: true }, MORE],
  ["has-more true on 30 empty pages", {
    records: 0,
    hasMore: true,
    state: { emptyInRow: 30 },
  }, [["empty-page"], ["has-more"]]],
  ["has-more false before the total", { hasMore: false, state: { total: 30 } }, MORE],
  ["has-more false on an empty page before the total", {
    ...EMPTY,
    hasMore: false,
    state: { total: 30, emptyInRow: 1 },
  }, [["has-more-false"], ["total-not-read"]]],
  ["the last of the declared pages, full", { totalPages: 2 }, MORE],
  ["the last of the declared pages, short", { totalPages: 2, records: 7 }, [
    ["last-page"],
    [],
  ]],
  ["the last of the declared pages, if repeats are legitimate", { totalPages: 2, repeats: true }, [
    ["last-page"],
    [],
  ]],
  ["one of more declared pages, empty", { ...EMPTY, totalPages: 3 }, MORE],
  ["a stop condition, whatever else", { stops: true, hasMore: true }, [
    ["stop-condition"],
    ["has-more"],
  ]],
  ["a next page named", LINK, MORE],
  ["a next page named on an empty page", { ...LINK, ...EMPTY }, MORE],
  ["no next page where one is named", LAST, [["no-next"], []]],
  ["no next page where none was ever named", { ...LAST, nextTrusted: false }, [
    [],
    ["next-path-never-seen"],
  ]],
  ["no next page ever, but has-more false", { ...LAST, nextTrusted: false, hasMore: false }, [
    ["has-more-false"],
    [],
  ]],
  ["no next page, but has-more true", { ...LAST, hasMore: true }, [["no-next"], ["has-more"]]],
  ["a next page named and has-more false", { ...LINK, hasMore: false }, MORE],
  ["an empty page read for such a dispute", {
    ...LINK,
    records: 0,
    hasMore: false,
    state: { emptyInRow: 1, said: ["has-more-false"] },
  }, [["has-more-false"], []]],
  ["a next page named and a total reached", { ...LINK, state: { total: 20 } }, MORE],
  ["an empty page with its own token", { ...LINK, records: 0, ownToken: true }, [
    ["caught-up"],
    [],
  ]],
  ["a change feed's own token with records", { ...LINK, ownToken: true, isFeed: true }, [
    ["caught-up"],
    [],
  ]],
  [
    "an answer without content that names no next page",
    { ...LAST, hasContent: false, records: 0 },
    [
      [],
      [],
    ],
  ],
  ["200 empty pages, each with a next one", { ...LINK, records: 0, state: { emptyInRow: 200 } }, [
    [],
    ["empty-without-end"],
  ]],
  ["the only page", { kind: "single", hasNext: false, size: undefined }, [["single-page"], []]],
  ["the only page, as long as its limit", {
    kind: "single",
    hasNext: false,
    state: { records: 10 },
  }, [
    ["single-page"],
    ["page-full"],
  ]],
  ["the only page, which names another where nobody looks", {
    kind: "single",
    hasNext: false,
    size: undefined,
    unread: UNREAD,
  }, [["single-page"], ["more-unread"]]],
  ["a short page without a next one, which names one elsewhere", { ...LAST, unread: UNREAD }, [
    ["no-next"],
    ["more-unread"],
  ]],
  ["two empty pages that declare more elsewhere", {
    records: 0,
    state: { emptyInRow: 2 },
    unread: UNREAD,
  }, [["empty-page"], ["more-unread"]]],
  ["a total reached, and more declared elsewhere", {
    records: 7,
    state: { total: 20 },
    unread: UNREAD,
  }, [["total-reached"], []]],
  ["has-more false, and more declared elsewhere", { hasMore: false, unread: UNREAD }, MORE],
  ["an empty page read for such a word, and more declared elsewhere", {
    ...EMPTY,
    hasMore: false,
    unread: UNREAD,
    state: { emptyInRow: 1, said: ["has-more-false"] },
  }, [["has-more-false"], ["more-unread"]]],
  ["a page to read on from, which declares more elsewhere", { unread: UNREAD }, MORE],
  ["nothing modified", { kind: "single", records: 0, notModified: true }, [["not-modified"], []]],
  ["max_pages", { maxPages: 2 }, [[], ["max-pages"]]],
  ["a skipped page", { hasMore: false, state: { skipped: 1 } }, [
    ["has-more-false"],
    ["pages-skipped"],
  ]],
  ["a guard", { guard: new PaginationError("page-repeated", "again") }, [[], ["page-repeated"]]],
];

for (const [name, facts, expected] of ROWS) {
  Deno.test(`decide() of ${name}`, () => {
    const decision = decide(reading(facts));
    const found: unknown = decision.more
      ? MORE
      : [decision.evidence, decision.contradictions.map(({ code }) => code)];
    assertEquals(found, expected);
  });
}

Deno.test("decide() has a row for every sign", () => {
  const seen = new Set(ROWS.flatMap(([, facts]) => {
    const decision = decide(reading(facts));
    return decision.more ? decision.signs : decision.evidence;
  }));
  assertEquals(Object.keys(SIGNS).filter((sign) => !seen.has(sign as Sign)), []);
});
