import { HttpError } from "../../errors/mod.ts";
import type { Against } from "../paging/evidence.ts";
import { HeldPages } from "../paging/held_pages.ts";
import type { Page } from "../paging/page.ts";
import type { PagesOptions } from "../paging/pages_options.ts";
import type { JsonValue, PaginationState } from "../paging/pagination_state.ts";
import { MemorySeenPages, type SeenPages } from "../paging/seen_pages.ts";
import type { StreamEnd } from "../paging/stream_end.ts";
import type { ListingRequest, StreamRequest } from "../paging/stream_request.ts";
import { firstState } from "../paging/stream_state.ts";
import { logGone } from "./events.ts";
import { addSpan, emptyEnd, NO_SPANS, windowEnd, type WindowSums } from "./_window_state.ts";

/** Statuses by which a server says that what a listing belongs to is no longer there. */
const GONE: ReadonlySet<number | undefined> = new Set([404, 410]);

/** What a stream of many listings is read with. */
export interface EachListingOptions extends PagesOptions {
  readonly listings: readonly ListingRequest[];
  /** Listings whose first page is asked for at once. */
  readonly parallel: number;
  /** What a page means that failed with one of these statuses. */
  readonly onStatus: NonNullable<StreamRequest["onStatus"]>;
  /** Reads the pages of one listing. */
  readonly read: (
    listing: ListingRequest,
    options: PagesOptions,
  ) => AsyncGenerator<Page, StreamEnd>;
}

/** Where a stream of many listings is. */
interface Place {
  /** Number of the listing, from 0. */
  readonly listing: number;
  /** Position within it; `null` at its beginning. */
  readonly inner: PaginationState | null;
  /** What those before it came to. */
  readonly done: WindowSums;
  /** How many of them the server no longer has. */
  readonly gone: number;
  /** Whether a page named its next one. */
  readonly nextSeen: boolean;
  /** Whether links of one of them count pages or records. */
  readonly numbered: boolean;
  /** What speaks against those that ended without naming a next page, until another page shows that pages do. */
  readonly unnamed: Against | null;
}

/** Says whether a position in a stream of many listings is inside one of them. */
export function isInsideListing({ position }: PaginationState): boolean {
  return (position as unknown as Place).inner !== null;
}

/**
 * Reads one listing after the other, each exactly once, as the pages of one stream.
 *
 * A listing whose first page is answered by 404 or 410 is gone: it has no records, which is no loss, unless all are gone.
 * One that does not end well is a contradiction of the stream, and the next one is read all the same.
 */
export async function* eachListing(
  options: EachListingOptions,
): AsyncGenerator<Page, StreamEnd> {
  const { listings, parallel, state, nextSeen = false } = options;
  let place = state === undefined ? { ...FIRST, nextSeen } : state.position as unknown as Place;
  const all = { ...options, seen: options.seen ?? new MemorySeenPages() };
  let last = emptyEnd(NO_SPANS);
  const begun: BegunListing[] = [];
  let next = place.listing;
  try {
    for (;;) {
      while (begun.length < parallel && next < listings.length) {
        begun.push(begin(next, next++ === place.listing ? place.inner : null, all, place.nextSeen));
      }
      const one = begun.shift();
      if (one === undefined) return endOf(place, last, listings.length);
      const read = yield* readListing(one, place, all);
      ({ place, end: last } = read);
    }
  } finally {
    for (const { pages } of begun) await pages.return(undefined as never).catch(() => {});
  }
}

/** A listing whose first page was asked for. */
interface BegunListing {
  readonly name: string;
  readonly held: HeldPages;
  readonly pages: AsyncGenerator<Page, StreamEnd>;
  readonly first: Promise<IteratorResult<Page, StreamEnd>>;
}

type SeenOptions = EachListingOptions & { readonly seen: SeenPages };

function begin(
  listing: number,
  inner: PaginationState | null,
  options: SeenOptions,
  nextSeen: boolean,
): BegunListing {
  const one = options.listings[listing];
  if (one === undefined) throw new RangeError(`Cannot read listing ${listing}: there is none`);
  const held = new HeldPages(options.seen, String(listing), true);
  const own = { ...options, seen: held, state: inner ?? undefined, nextSeen };
  const pages = options.read(one, own);
  const first = pages.next();
  first.catch(() => {}); // it is thrown when its turn comes
  return { name: one.name, held, pages, first };
}

const FIRST: Place = {
  listing: 0,
  inner: null,
  done: NO_SPANS,
  gone: 0,
  nextSeen: false,
  numbered: false,
  unnamed: null,
};

async function* readListing(
  { name, held, pages, first }: BegunListing,
  start: Place,
  { onStatus, listings }: SeenOptions,
): AsyncGenerator<Page, { readonly place: Place; readonly end: StreamEnd }> {
  const { inner } = start;
  let [place, pagesRead] = [start, inner?.pages ?? 0];
  const goneFor = (error: unknown) => pagesRead > 0 ? undefined : goneEnd(error, name, onStatus);
  try {
    for (let asked = first;; asked = pages.next()) {
      const step = await asked.catch((error: unknown) => {
        const value = goneFor(error);
        if (value === undefined) throw error;
        return { done: true as const, value };
      });
      if (step.done) return { place: after(place, step.value, pagesRead), end: step.value };
      const page = step.value;
      const gone = page.skipped && goneFor(page.skipped.error);
      if (gone !== undefined) return { place: after(place, gone, 0), end: gone };
      pagesRead = page.number;
      const [number, token] = [start.done.pages + page.number, held.token(page.token)];
      held.handOver({ number, token, sha256: page.sha256 });
      const isNamed = place.nextSeen || page.next?.nextSeen === true;
      place = { ...place, nextSeen: isNamed, inner: page.next ?? null };
      const then = page.end === undefined ? place : after(place, page.end, page.number);
      const isOver = page.end !== undefined && then.listing === listings.length;
      const end = page.end && isOver ? endOf(then, page.end, listings.length) : undefined;
      const goesOn = page.next !== undefined || page.end !== undefined && !isOver;
      const next = goesOn ? packed(then) : undefined;
      yield { ...page, number, token, listing: start.listing, next, end, total: end?.total };
    }
  } finally {
    await pages.return(undefined as never);
  }
}

/** Returns the end of a listing that the server no longer has; `undefined` for any other failure. */
function goneEnd(
  error: unknown,
  listing: string,
  onStatus: EachListingOptions["onStatus"],
): StreamEnd | undefined {
  if (!(error instanceof HttpError) || !GONE.has(error.status)) return undefined;
  if (onStatus[String(error.status)] !== undefined) return undefined;
  logGone({ listing, status: error.status });
  const evidence = ["past-the-end"] as const;
  const end = { stopReason: evidence[0], evidence, contradictions: [], proven: true };
  return { ...end, read: 0, skippedPages: 0, total: 0, gone: true };
}

/** Returns the place after a listing that was read to its end. */
function after(place: Place, ended: StreamEnd, pages: number): Place {
  const [unnamed, end] = withoutUnnamed(ended);
  const span = { from: place.listing, pages, capped: false, dropped: 0 };
  return {
    ...place,
    listing: place.listing + 1,
    inner: null,
    done: addSpan(place.done, end, span),
    gone: place.gone + Number(ended.gone === true),
    numbered: place.numbered || ended.numbered === true,
    unnamed: place.unnamed ?? unnamed,
  };
}

/** Takes out that no page named a next one: whether pages do at all, those of another listing may show. */
function withoutUnnamed(end: StreamEnd): readonly [Against | null, StreamEnd] {
  const [first, ...more] = end.contradictions;
  if (first?.code !== "next-path-never-seen" || more.length > 0) return [null, end];
  return [first, { ...end, evidence: ["no-next"], contradictions: [], proven: true }];
}

function endOf(place: Place, last: StreamEnd, count: number): StreamEnd {
  const { unnamed, nextSeen, gone, numbered } = place;
  const found: Against[] = unnamed === null || nextSeen ? [] : [unnamed];
  if (gone === count && count > 0) {
    const message = `none of the ${count} listings is there (status 404 or 410): check path`;
    found.push({ code: "listings-gone", message });
  }
  const { guard: _, gone: _gone, ...rest } = withoutUnnamed(last)[1];
  const end = windowEnd(place.done, rest);
  return {
    ...end,
    ...(numbered && { numbered }),
    contradictions: [...end.contradictions, ...found],
    proven: end.proven && found.length === 0,
  };
}

function packed(place: Place): PaginationState {
  const { done, inner } = place;
  return {
    ...firstState(place as unknown as JsonValue),
    pages: done.pages + (inner?.pages ?? 0),
    records: done.records + (inner?.records ?? 0),
    skipped: done.skipped + (inner?.skipped ?? 0),
    ...(place.nextSeen && { nextSeen: true }),
  };
}
