import { HttpError } from "../errors/mod.ts";
import { logHalved } from "./_events.ts";
import { HeldPages } from "./_held_pages.ts";
import type { Borders } from "./_window_borders.ts";
import {
  addSpan,
  NO_SPANS,
  packPlace,
  unpackPlace,
  windowEnd,
  type WindowPlace,
  type WindowSums,
} from "./_window_state.ts";
import type { Page } from "./page.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { SeenPages } from "./seen_pages.ts";
import type { StreamEnd } from "./stream_end.ts";

/** Statuses by which an API may refuse a query with too many results. */
const TOO_MANY = new Set<number | undefined>([400, 413, 422]);

/** One span of a windowed stream. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Pages before it. */
  readonly pages: number;
  readonly seen: SeenPages;
  /** Where to go on within it. */
  readonly state: PaginationState | undefined;
}

/** What a reader of windows needs. */
export interface WindowReaderOptions {
  readonly borders: Borders;
  readonly maxResults: number;
  readonly maxPages: number;
  readonly seen: SeenPages;
  /** Reads the pages of one span. */
  readonly readSpan: (span: Span) => AsyncGenerator<Page, StreamEnd>;
}

/** How the reading of a span ended; `undefined` where it was given up because of the cap. */
interface SpanEnd {
  readonly end: StreamEnd;
  readonly pages: number;
  readonly capped: boolean;
}

/** What follows a span: the next one, or the end of the stream. */
type After = { readonly place: WindowPlace } | {
  readonly place: undefined;
  readonly end: StreamEnd;
};

/**
 * Walks through the spans of a windowed stream.
 *
 * The pages of a span are held back until the span is known to be under the cap: by its declared total, or by its end.
 * They are never more records than the cap.
 */
export class WindowReader {
  readonly #options: WindowReaderOptions;

  constructor(options: WindowReaderOptions) {
    this.#options = options;
  }

  /** Yields the pages from a state on. */
  async *pages(state: PaginationState | undefined): AsyncGenerator<Page, StreamEnd> {
    const { from, to, size } = this.#options.borders;
    let place = state === undefined
      ? { from, to, size, inner: null, done: NO_SPANS }
      : unpackPlace(state);
    if (place.from >= place.to) return emptyEnd(place.done);
    for (;;) {
      const read = yield* this.#span(place);
      if (read === undefined) {
        place = { ...place, size: this.#half(place) };
        continue;
      }
      const after = this.#after(place, read);
      if (after.place === undefined) return after.end;
      place = after.place;
    }
  }

  async *#span(place: WindowPlace): AsyncGenerator<Page, SpanEnd | undefined> {
    const { seen, readSpan } = this.#options;
    const to = spanEnd(place);
    const held = new HeldPages(seen, `${place.from}~${to}`);
    const { from, inner, done } = place;
    const pages = readSpan({ from, to, pages: done.pages, seen: held, state: inner ?? undefined });
    const check = new CapCheck(this.#options.maxResults, inner !== null);
    let waiting: Page[] = [];
    let count = inner?.pages ?? 0;
    try {
      for (;;) {
        const step = await check.next(pages, this.#half(place) > 0);
        if (step === undefined || check.exceeds(step)) {
          if (this.#half(place) > 0) {
            logHalved({ from, to });
            return undefined;
          }
          check.giveIn();
        }
        if (!step?.done && step !== undefined) {
          waiting.push(check.sure ? step.value : kept(step.value));
        }
        if (check.sure) {
          for (const page of waiting) yield this.#handOver(page, { place, held, check });
          count += waiting.length;
          waiting = [];
        }
        if (step?.done) return { end: step.value, pages: count, capped: check.capped };
      }
    } finally {
      await pages.return(undefined as never);
    }
  }

  #handOver(
    page: Page,
    at: { readonly place: WindowPlace; readonly held: HeldPages; readonly check: CapCheck },
  ): Page {
    const { place, held, check } = at;
    const number = place.done.pages + page.number;
    const token = held.token(page.token);
    held.handOver({ number, token, sha256: page.sha256 });
    const { end, ...rest } = { ...page, number, token, total: undefined };
    if (page.next !== undefined) {
      return { ...rest, next: packPlace({ ...place, inner: page.next }), end: undefined };
    }
    if (end === undefined) return { ...rest, end };
    const after = this.#after(place, { end, pages: page.number, capped: check.capped });
    return after.place === undefined
      ? { ...rest, next: undefined, end: after.end, total: after.end.total }
      : { ...rest, next: packPlace(after.place), end: undefined };
  }

  #after(place: WindowPlace, read: SpanEnd): After {
    const { borders, maxResults, maxPages } = this.#options;
    const { end, pages, capped } = read;
    const done = addSpan(place.done, end, { from: place.from, pages, capped });
    const from = spanEnd(place);
    const stopped = end.stopReason === "guard" || end.stopReason === "max-pages";
    if (stopped || from >= place.to) return { place: undefined, end: windowEnd(done, end) };
    if (done.pages >= maxPages) {
      const last = { ...end, stopReason: "max-pages" as const, proven: false };
      return { place: undefined, end: windowEnd(done, last) };
    }
    const sparse = end.read < maxResults / 2;
    const size = sparse ? Math.min(borders.size, place.size * 2) : place.size;
    return { place: { from, to: place.to, size, inner: null, done } };
  }

  /** Half the length of a span; 0 where it cannot be divided any more. */
  #half(place: WindowPlace): number {
    const { step } = this.#options.borders;
    return Math.floor((spanEnd(place) - place.from) / 2 / step) * step;
  }
}

function spanEnd({ from, size, to }: WindowPlace): number {
  return Math.min(from + size, to);
}

function emptyEnd(done: WindowSums): StreamEnd {
  return windowEnd(done, { stopReason: "no-next", read: 0, proven: true, skippedPages: 0 });
}

/** A page that can wait: the records of a large one would be gone when the next is read. */
function kept(page: Page): Page {
  return Array.isArray(page.records) ? page : { ...page, records: [...page.records] };
}

/** Finds out whether the answer for a span may have been cut off. */
class CapCheck {
  readonly #cap: number;
  #records = 0;
  /** Whether the pages of the span may be handed over. */
  sure: boolean;
  /** Whether the cap was reached and nothing could be done. */
  capped = false;

  constructor(cap: number, sure: boolean) {
    this.#cap = cap;
    this.sure = sure;
  }

  /** Asks for the next page; `undefined` where the server refused it, perhaps for too many results. */
  async next(
    pages: AsyncGenerator<Page, StreamEnd>,
    divisible: boolean,
  ): Promise<IteratorResult<Page, StreamEnd> | undefined> {
    try {
      return await pages.next();
    } catch (error) {
      if (this.sure || !divisible || this.#records > 0 || !isTooMany(error)) throw error;
      return undefined;
    }
  }

  exceeds(step: IteratorResult<Page, StreamEnd>): boolean {
    if (this.sure) return false;
    if (!step.done) this.#records += step.value.records.length;
    if (!step.done && isTooMany(step.value.skipped?.error)) return true;
    const { total } = step.value;
    if (total === undefined ? this.#records >= this.#cap : total > this.#cap) return true;
    this.sure = total !== undefined || step.done === true || step.value.end !== undefined;
    return false;
  }

  /** Takes the span as it is: it cannot be divided any more. */
  giveIn(): void {
    this.sure = true;
    this.capped = true;
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof HttpError && TOO_MANY.has(error.status);
}
