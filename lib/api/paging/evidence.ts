import type { ErrorCode, IngestError } from "../../errors/mod.ts";
import type { TotalKind } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { Paginator } from "./paginator.ts";
import type { UnreadSign } from "./unread_sign.ts";

/** Pages without records in a row after which a listing that promises more is taken for endless. */
export const MAX_EMPTY_IN_ROW = { link: 200, count: 30, single: 1 } as const;

/** What a sign is worth; REFERENCE.md prints this table. */
export const SIGNS = {
  "single-page": { says: "end", meaning: "The stream is one answer by its configuration." },
  "not-modified": { says: "end", meaning: "The server says that nothing has changed." },
  "no-next": {
    says: "end",
    meaning: "The page names no next page, in a place where one was named before, if it says " +
      "null, or on a page that is shorter than its limit.",
  },
  "has-more-false": { says: "end", meaning: "The page says that there are no more." },
  "last-page": {
    says: "end",
    meaning:
      "As many pages were read as the server declares; a full page is confirmed by one more.",
  },
  "stop-condition": { says: "end", meaning: "The page holds what `stop` asks for." },
  "caught-up": {
    says: "end",
    meaning:
      "An empty page, any page of a change feed, or a short one whose cursor is its last record, names itself as the next one.",
  },
  "past-the-end": {
    says: "end",
    meaning:
      "The server has no such page: it refuses the one that confirms a short or last page, or " +
      "answers 404 again, to the page after it too, while the page before answers as it did.",
  },
  "total-reached": {
    says: "end",
    meaning:
      "As many records were read as the server declares; a full page is confirmed by one more.",
  },
  "short-page": {
    says: "perhaps",
    meaning: "A page is shorter than asked for: the end with `short_page_ends`.",
  },
  "empty-page": {
    says: "perhaps",
    meaning: "A page is empty: the end after a short page or another empty one.",
  },
  "next-named": { says: "more", meaning: "The page names a next one." },
  "has-more-true": { says: "more", meaning: "The page says that there are more." },
  "pages-left": { says: "more", meaning: "Fewer pages were read than the server declares." },
  "total-left": {
    says: "more",
    meaning: "Fewer records were read than the server declares; an estimate says nothing.",
  },
  "more-unread": {
    says: "more",
    meaning:
      "The answer says so in a usual place that the configuration does not name, such as `next`, `has_more`, `total` or " +
      "a `Link` header, whatever another place says, or a single answer is still `running`; it does not count if `total` was reached or `stop` was met.",
  },
} as const satisfies Record<string, { says: "end" | "perhaps" | "more"; meaning: string }>;

/** One of {@linkcode SIGNS}. */
export type Sign = keyof typeof SIGNS;

/** What speaks against a complete read, apart from the codes of guards. */
export type AgainstCode =
  | "boundary-unclear"
  | "empty-without-end"
  | "first-page-left-out"
  | "has-more"
  | "listing-moved"
  | "listings-gone"
  | "max-pages"
  | "more-unread"
  | "next-lost"
  | "next-path-never-seen"
  | "offset-miscounted"
  | "order-unstable"
  | "page-filled"
  | "page-odd"
  | "page-full"
  | "pages-not-read"
  | "pages-overlap"
  | "pages-skipped"
  | "total-changed"
  | "total-missing"
  | "total-not-read";

/** A sign that something is missing. */
export interface Against {
  /** Code of the sign, or of the error that is one. */
  readonly code: AgainstCode | ErrorCode;
  /** For people. */
  readonly message: string;
}

/** What the pages so far, the last one above all, contribute. */
export interface Reading {
  /** How pages are found. */
  readonly kind: Paginator["kind"];
  /** The state after the last page. */
  readonly state: PaginationState;
  /** Records on the last page. */
  readonly records: number;
  /** Whether the last page leads to another position. */
  readonly hasNext: boolean;
  /** Whether a missing next page means something: it was named before, says null, or the page is short. */
  readonly nextTrusted: boolean;
  /** Whether a full page lacks the place where its next one is named, although every page should have it. */
  readonly nextLost: boolean;
  /** Whether the next position is the page's own. */
  readonly ownToken: boolean;
  /** Whether a page with records may say by its own token again that it is the last: a change feed's, or an inclusive cursor's. */
  readonly isFeed: boolean;
  /** The server's word on whether there is more, if it gives one. */
  readonly hasMore: boolean | undefined;
  /** Number of pages that the server declares, if it does. */
  readonly totalPages: number | undefined;
  /** What its total promises. */
  readonly totalKind: TotalKind;
  /** Whether the configuration promises a total. */
  readonly totalExpected: boolean;
  /** Whether equal pages are legitimate. */
  readonly repeats: boolean;
  /** Whether the page meets the stop condition. */
  readonly stops: boolean;
  /** Records asked for per page, if known. */
  readonly size: number | undefined;
  /** Whether the configuration says that a short page is the last one. */
  readonly shortPageEnds: boolean;
  /** Whether the answer had a body to say something in, which a 204 has not. */
  readonly hasContent: boolean;
  /** What the last page says of further records in a place that the configuration does not name. */
  readonly unread: UnreadSign | undefined;
  /** Whether the server has refused the next page in a way that means that there is none. */
  readonly refused: boolean;
  /** Whether the server said that nothing has changed. */
  readonly notModified: boolean;
  /** Pages after which reading stops. */
  readonly maxPages: number;
  /** What a guard stopped the stream for. */
  readonly guard: IngestError | undefined;
}

/** Whether to read on, and if not, what the end is worth. */
export type Decision = { readonly more: true; readonly signs: readonly Sign[] } | {
  readonly more: false;
  readonly stopReason: StopReason;
  /** Signs of the end. */
  readonly evidence: readonly Sign[];
  /** Signs against it; complete is what has evidence and nothing against it. */
  readonly contradictions: readonly Against[];
};

/** Why a stream ended. */
export type StopReason = (typeof STOP_REASONS)[number];

/** All reasons. */
export const STOP_REASONS = [
  "single-page",
  "not-modified",
  "stop-condition",
  "caught-up",
  "total-reached",
  "has-more-false",
  "last-page",
  "no-next",
  "past-the-end",
  "short-page",
  "empty-page",
  "max-pages",
  "guard",
] as const satisfies readonly (Sign | "max-pages" | "guard")[];

/**
 * Decides from the signs of the pages whether a listing goes on, and what its end is worth. Nothing else does.
 *
 * As long as one sign says that there is more, more is read. A sign of the end that another one disputes is remembered:
 * it counts when the page read for the dispute brings nothing.
 */
export function decide(reading: Reading): Decision {
  const signs = signsOf(reading);
  if (goesOn(reading, signs)) return { more: true, signs };
  const evidence = evidenceOf(reading, signs);
  return {
    more: false,
    stopReason: reasonOf(reading, evidence, signs),
    evidence,
    contradictions: against(reading, signs, evidence),
  };
}

/** Signs that still mean something if the next page brings nothing. */
export function disputed(signs: readonly Sign[]): Sign[] {
  return signs.filter((sign) => SIGNS[sign].says === "end" && sign !== "no-next");
}

function signsOf(reading: Reading): Sign[] {
  const { kind, state, hasMore, totalPages, records } = reading;
  const totalMeans = state.total !== undefined && reading.totalKind !== "estimate";
  const all: Record<Sign, boolean> = {
    "single-page": kind === "single" && !reading.notModified,
    "not-modified": reading.notModified,
    "stop-condition": reading.stops,
    "caught-up": kind === "link" && reading.ownToken && (records === 0 || reading.isFeed),
    "total-reached": reading.totalKind === "exact" && state.records === state.total,
    "has-more-false": hasMore === false,
    "last-page": totalPages !== undefined &&
      (state.pages === totalPages || (totalPages === 0 && records === 0)),
    "no-next": kind === "link" && !reading.hasNext && reading.nextTrusted,
    "past-the-end": reading.refused,
    "short-page": isShort(reading),
    "empty-page": records === 0,
    "next-named": kind === "link" && reading.hasNext,
    "has-more-true": hasMore === true,
    "pages-left": totalPages !== undefined && state.pages < totalPages,
    "total-left": totalMeans && state.records < (state.total ?? 0),
    "more-unread": reading.unread !== undefined,
  };
  const signs: Sign[] = [];
  // A loop: it runs once for each page, and most have one sign or two.
  for (const sign in all) if (all[sign as Sign]) signs.push(sign as Sign);
  return signs;
}

/** Whether the last page that had records, or an empty one, is shorter than a page that the server has filled before. */
function isShort({ kind, size, records, state }: Reading): boolean {
  return kind === "count" && size !== undefined && records > 0 && records < size &&
    state.pageSize !== "broken";
}

function goesOn(reading: Reading, signs: readonly Sign[]): boolean {
  const { kind, state, hasNext, maxPages } = reading;
  const has = (sign: Sign) => signs.includes(sign);
  if (kind === "single" || reading.notModified || reading.refused || reading.guard) return false;
  if (state.pages >= maxPages || !hasNext) return false;
  if (has("stop-condition") || has("caught-up")) return false;
  const empty = has("empty-page");
  const said = state.said ?? [];
  // The page that was read for a dispute brings nothing: the end was said before.
  if (empty && said.length > 0) return false;
  if (state.emptyInRow >= MAX_EMPTY_IN_ROW[kind]) return false;
  if (kind === "link") return true;
  const more = has("has-more-true") || has("pages-left") || (has("total-left") && !spent(reading));
  const endSaid = has("has-more-false") || has("last-page");
  if (more) return !(endSaid && empty);
  // One more page tells which of two words is true.
  if (has("has-more-false")) return has("more-unread") && !empty;
  if (has("last-page") && has("total-reached")) return false;
  // A number may be one too low, or a cap.
  if (has("last-page")) return !empty && !reading.repeats && isFullest(reading);
  if (has("total-reached")) return !empty && !isShort(reading);
  if (has("short-page")) {
    return has("more-unread") || !(reading.shortPageEnds && state.pageSize === "honoured");
  }
  return !(empty && (state.emptyInRow >= 2 || state.afterShort === true));
}

/** Whether the last page is as long as a page can be, by what is known. */
function isFullest({ size, records, state }: Reading): boolean {
  return records >= Math.min(size ?? Infinity, state.longest ?? 0);
}

/** Whether the place where the rest of a declared total would be was passed, page after page. */
function spent({ state, size }: Reading): boolean {
  return state.emptyInRow >= 2 && (size === undefined || state.pages * size >= (state.total ?? 0));
}

function evidenceOf(reading: Reading, signs: readonly Sign[]): Sign[] {
  const { kind, state } = reading;
  if (reading.guard !== undefined) return [];
  // An answer without a body has no place to name the next page in, unless it is the first.
  const isMute = !reading.hasContent && state.pages > 1;
  const ends = signs.filter((sign) =>
    SIGNS[sign].says === "end" && !(isMute && sign === "no-next")
  );
  const before = (signs.includes("empty-page") || reading.refused) ? state.said ?? [] : [];
  const all = [...new Set([...ends, ...before])];
  if (kind !== "count") return all;
  // An inference counts where the server has not spoken.
  const isEmptyEnd = signs.includes("empty-page") && !reading.refused &&
    (state.emptyInRow >= 2 || state.afterShort === true);
  const isShortEnd = signs.includes("short-page") && reading.shortPageEnds &&
    state.pageSize === "honoured";
  if (isShortEnd && all.length === 0) all.push("short-page");
  if (isEmptyEnd) all.push("empty-page");
  return all;
}

function reasonOf(
  reading: Reading,
  evidence: readonly Sign[],
  signs: readonly Sign[],
): StopReason {
  if (reading.guard !== undefined) return "guard";
  const found = STOP_REASONS.find((reason) => (evidence as readonly string[]).includes(reason));
  if (reading.state.pages >= reading.maxPages && (found === undefined || signs.some(isMore))) {
    return "max-pages";
  }
  return found ?? (signs.includes("empty-page") ? "empty-page" : "no-next");
}

function isMore(sign: Sign): boolean {
  return SIGNS[sign].says === "more";
}

function against(
  reading: Reading,
  signs: readonly Sign[],
  evidence: readonly Sign[],
): Against[] {
  const { kind, state, guard, totalPages } = reading;
  const found: Against[] = [];
  const add = (code: AgainstCode | ErrorCode, message: string) => found.push({ code, message });
  if (guard !== undefined) add(guard.code, guard.message);
  if (reasonOf(reading, evidence, signs) === "max-pages") {
    add("max-pages", "reading stopped after as many pages as it may read");
  }
  if (state.skipped > 0) {
    add(
      "pages-skipped",
      `${state.skipped} ${state.skipped === 1 ? "page was" : "pages were"} skipped`,
    );
  }
  if (reading.notModified) return found;
  found.push(...againstTotal(reading));
  if (guard !== undefined) return found;
  found.push(...againstPages(state));
  if (signs.includes("has-more-true")) add("has-more", "the last page says that there are more");
  if (signs.includes("pages-left")) {
    add("pages-not-read", `${state.pages} pages read, the API declared ${totalPages}`);
  }
  if (
    kind !== "single" && state.emptyInRow >= MAX_EMPTY_IN_ROW[kind] &&
    !evidence.includes("empty-page")
  ) {
    const how = reading.isFeed ? "; name by `stop` what says that the feed is caught up" : "";
    add(
      "empty-without-end",
      `${state.emptyInRow} empty pages in a row, and each names another${how}`,
    );
  }
  if (reading.nextLost && evidence.length === 0) {
    add("next-lost", "the last page is full and has no Link header, which the pages before it had");
  } else if (kind === "link" && !reading.hasNext && evidence.length === 0 && reading.hasContent) {
    add("next-path-never-seen", "no page had the field or header that should name the next one");
  } else if (reading.unread !== undefined && !evidence.some(isSure)) {
    add("more-unread", unreadMessage(reading.unread, state));
  } else if (kind === "single" && isFull(reading) && state.total !== state.records) {
    const message = `the answer has as many records as its limit, ${reading.size}`;
    add("page-full", `${message}; there may be more`);
  }
  return found;
}

/** What was odd about the pages themselves. */
function againstPages(state: PaginationState): Against[] {
  const { overlaps, unstable, filled, odd, miscounted, firstLeftOut } = state;
  const all: [boolean | undefined, Against["code"], string][] = [
    [
      overlaps,
      "pages-overlap",
      "pages begin with what the one before ended with, so that records came twice",
    ],
    [
      unstable,
      "order-unstable",
      "a page began with a record from the middle of the one before: others of the same place in the order may be on none; " +
      "sort by what no two records share",
    ],
    [filled, "page-filled", "a page was empty, and had records when it was asked for again"],
    [
      firstLeftOut,
      "first-page-left-out",
      "there is a page 0, with records that no page brought",
    ],
    [
      odd,
      "page-odd",
      "an empty page came from another path, or was unlike the others: it may report a failure",
    ],
    [
      miscounted,
      "offset-miscounted",
      "one record before an empty page there is not just the last one; check offset_param, which may be the number of a page",
    ],
  ];
  return all.flatMap(([isSo, code, message]) => isSo === true ? [{ code, message }] : []);
}

/** Whether a sign shows that everything came, whatever else an answer says: there are as many, or what was to come last. */
function isSure(sign: Sign): boolean {
  const sure: readonly Sign[] = ["not-modified", "stop-condition", "caught-up", "total-reached"];
  return sure.includes(sign);
}

function unreadMessage(
  { place, isHeader, says, value }: UnreadSign,
  { records, pages }: PaginationState,
): string {
  const where = isHeader ? `the header "${place}"` : `"${place}"`;
  switch (says) {
    case "next":
      return `${where} names a next page, which was not read`;
    case "more":
      return `${where} says that there are more`;
    case "total":
      return `${records} records read, ${where} declares ${value}`;
    case "pages":
      return pages < Number(value)
        ? `${pages} pages read, ${where} declares ${value}`
        : `${where} declares ${value} pages, the last ones were empty`;
  }
}

function isFull({ size, records }: Reading): boolean {
  return size !== undefined && records >= size;
}

function againstTotal({ kind, state, totalKind, totalExpected }: Reading): Against[] {
  const { total, records } = state;
  const isMoved = (kind === "count" || state.numbered === true) && state.totalChanged === true;
  const changed = "total changed while the records were read";
  if (total === undefined) {
    if (!totalExpected) return isMoved ? [{ code: "total-changed", message: `a ${changed}` }] : [];
    return [{
      code: "total-missing",
      message: "the total that the configuration names never came",
    }];
  }
  if (totalKind === "estimate") return [];
  if (records < total || (totalKind === "exact" && records > total)) {
    const message = `${records} records read, the API declared ${total}`;
    const hint = records > total ? "; if that is the number of one page, leave total out" : "";
    return [{ code: "total-not-read", message: `${message}${hint}` }];
  }
  return isMoved
    ? [{ code: "total-changed", message: `the declared ${changed}, to ${total}` }]
    : [];
}
