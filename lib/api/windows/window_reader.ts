import { HttpError } from "../../errors/mod.ts";
import { CapCheck } from "./_cap_check.ts";
import { logHalved } from "./events.ts";
import { HeldPages } from "../paging/held_pages.ts";
import { type RecordCounts, SharedBorder } from "./_shared_border.ts";
import { firstState, repeatedPage } from "../paging/stream_state.ts";
import { Brought, countsOf, doubted, isSame, kept, trim } from "./_window_pages.ts";
import type { Borders } from "./window_borders.ts";
import {
  addSpan,
  emptyEnd,
  NO_SPANS,
  packPlace,
  spanEnd,
  stopped,
  unpackPlace,
  windowEnd,
  type WindowPlace,
} from "./_window_state.ts";
import type { Page } from "../paging/page.ts";
import type { PaginationState } from "../paging/pagination_state.ts";
import { MemorySeenPages, type SeenPages } from "../paging/seen_pages.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** How far a span is divided for its number of records alone: an API that ignores the span gives as many for any. */
const MAX_SUSPICION = 4096;

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
  /** Whether equal records may be several. */
  readonly repeats: boolean;
  /** Says whether so many records may be all that the API gives, whatever there is. */
  readonly mayBeCut: (records: number) => boolean;
  readonly seen: SeenPages;
  /** Reads the pages of one span. */
  readonly readSpan: (span: Span) => AsyncGenerator<Page, StreamEnd>;
}

/** How the reading of a span ended; `undefined` where it was given up because of the cap. */
interface SpanEnd {
  readonly end: StreamEnd;
  readonly pages: number;
  readonly capped: boolean;
  readonly dropped: number;
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
  /** What the span before brought; `undefined` where this reader did not read all of it. */
  #before: RecordCounts | undefined;
  /** Whether an answer may have been cut although it is under the cap. */
  #suspects = true;
  #probed = false;
  /** Whether a record looks different in every window, so that it cannot be known again. */
  #isUnclear = false;

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
    const { seen, readSpan, maxResults, borders, repeats } = this.#options;
    const { from, inner, done } = place;
    const isShared = borders.shared && place.border !== undefined;
    const held = new HeldPages(seen, `${from}~${spanEnd(place)}`, isShared);
    const asked = this.#asked(from, spanEnd(place));
    const pages = readSpan({ ...asked, pages: done.pages, seen: held, state: inner ?? undefined });
    const mayBeCut = (records: number) => this.#suspects && this.#options.mayBeCut(records);
    const check = new CapCheck({ cap: maxResults, mayBeCut, sure: inner !== null });
    const border = this.#border(place);
    if (isShared) await this.#probe(place);
    const brought = new Brought(maxResults, inner === null && (borders.shared || !repeats));
    let waiting: Page[] = [];
    let last = inner ?? firstState(null);
    try {
      for (;;) {
        const step = await check.next(pages, this.#half(place) > 0, done.pages === 0);
        if (step instanceof HttpError) return stopped(last, step, border);
        if (step === undefined || check.exceeds(step)) {
          const read = step?.done === false ? [...waiting, step.value] : waiting;
          if (await this.#splits(place, check, step && read)) return undefined;
        }
        if (step?.done === false) waiting.push(check.sure ? step.value : kept(step.value));
        if (check.sure) {
          for (const page of waiting) {
            const trimmed = await trim(page, border, brought);
            const isNew = trimmed.records.length > 0 && isShared && border?.exact === true;
            if (isNew && seen.hasPage(page.sha256)) {
              const guard = repeatedPage({ ...last, pages: done.pages + last.pages });
              return stopped(last, guard, border);
            }
            yield this.#handOver(trimmed, { place, held, check, border });
            last = page.next ?? { ...last, pages: page.number };
          }
          waiting = [];
        }
        if (step?.done) {
          const { counts } = brought;
          const isUnclear = isShared && (border?.exact === false || this.#isUnclear);
          const end = await this.#compare(step.value, place, { counts, isUnclear });
          const { dropped } = border?.state ?? { dropped: 0 };
          return { end, pages: last.pages, capped: check.capped, dropped };
        }
      }
    } finally {
      await pages.return(undefined as never);
    }
  }

  /** Decides what becomes of a span that may be cut: it is divided as long as that can help. */
  async #splits(
    place: WindowPlace,
    check: CapCheck,
    pages: readonly Page[] | undefined,
  ): Promise<boolean> {
    const divisible = this.#half(place) > 0;
    const isVain = check.isSuspicion && pages !== undefined &&
      place.size * MAX_SUSPICION < this.#options.borders.size;
    if (divisible && !isVain) {
      logHalved({ from: place.from, to: spanEnd(place) });
      return true;
    }
    const end = spanEnd(place);
    const counts = await countsOf(pages ?? [], end);
    if (divisible && await this.#isIgnored(place, end, counts)) this.#suspects = false;
    else if (check.isSuspicion) return check.trust(), false;
    check.giveIn();
    return false;
  }

  /** Compares a span with the one before. */
  async #compare(
    end: StreamEnd,
    place: WindowPlace,
    about: { readonly counts: RecordCounts | undefined; readonly isUnclear: boolean },
  ): Promise<StreamEnd> {
    const [before, { shared }] = [this.#before, this.#options.borders];
    this.#before = about.counts;
    const isRepeated = shared && isSame(before, about.counts) &&
      await this.#isIgnored(place, place.from, before);
    return doubted(end, { ...about, before, shared, isRepeated });
  }

  /** Whether a span that shares no moment with the one up to a border brings the same: the API looks at no span. */
  async #isIgnored(place: WindowPlace, border: number, counts?: RecordCounts): Promise<boolean> {
    const { high, low, step } = this.#options.borders;
    const from = border + high - low + step;
    return isSame(counts, await this.#counts(place, this.#asked(from, from + place.size)));
  }

  #border(place: WindowPlace): SharedBorder | undefined {
    if (place.border === undefined) return undefined;
    const before = this.#before;
    // An API that brings a record in two windows is not of the declared bounds: all that came before is left out.
    const isShared = this.#options.borders.shared;
    const read = () => isShared ? this.#point(place) : Promise.resolve(before);
    return new SharedBorder(place.border, before, read);
  }

  /** Asks for one overlap that holds something: whether its records are, to the byte, those that the span before brought. */
  async #probe(place: WindowPlace): Promise<void> {
    const before = this.#before;
    if (!this.#options.borders.isOverlap || this.#probed || place.inner !== null) return;
    if (before === undefined || before.size === 0) return;
    const overlap = await this.#point(place);
    if (overlap === undefined || overlap.size === 0) return;
    this.#probed = true;
    this.#isUnclear = [...overlap.keys()].some((hash) => !before.has(hash));
  }

  /** Asks for what stands exactly on the start of a span; `undefined` where the API refuses that. */
  #point(place: WindowPlace): Promise<RecordCounts | undefined> {
    const { low, high } = this.#options.borders;
    return this.#counts(place, { from: place.from + low, to: place.from + high });
  }

  #counts(
    { from, done }: WindowPlace,
    asked: Pick<Span, "from" | "to">,
  ): Promise<RecordCounts | undefined> {
    const seen = new MemorySeenPages();
    const span = { ...asked, pages: done.pages, seen, state: undefined };
    return countsOf(this.#options.readSpan(span), from);
  }

  #handOver(
    page: Page,
    at: {
      readonly place: WindowPlace;
      readonly held: HeldPages;
      readonly check: CapCheck;
      readonly border: SharedBorder | undefined;
    },
  ): Page {
    const { held, check } = at;
    const border = at.border?.state;
    const place = border === undefined ? at.place : { ...at.place, border };
    const number = place.done.pages + page.number;
    const token = held.token(page.token);
    held.handOver({ number, token, sha256: page.sha256 });
    const { end, ...rest } = { ...page, number, token, total: undefined };
    if (page.next !== undefined) {
      return { ...rest, next: packPlace({ ...place, inner: page.next }), end: undefined };
    }
    if (end === undefined) return { ...rest, end };
    const dropped = border?.dropped ?? 0;
    const after = this.#after(place, { end, pages: page.number, capped: check.capped, dropped });
    return after.place === undefined
      ? { ...rest, next: undefined, end: after.end, total: after.end.total }
      : { ...rest, next: packPlace(after.place), end: undefined };
  }

  #after(place: WindowPlace, read: SpanEnd): After {
    const { borders, maxResults, maxPages, repeats } = this.#options;
    const { end, capped } = read;
    const done = addSpan(place.done, end, { ...read, from: place.from });
    const from = spanEnd(place);
    const stopped = end.stopReason === "guard" || end.stopReason === "max-pages";
    if (stopped || from >= place.to) return { place: undefined, end: windowEnd(done, end) };
    if (done.pages >= maxPages) {
      const last = {
        ...end,
        stopReason: "max-pages" as const,
        contradictions: [{
          code: "max-pages" as const,
          message: "reading stopped at max_pages",
        }],
        proven: false,
      };
      return { place: undefined, end: windowEnd(done, last) };
    }
    const sparse = end.read < maxResults / 2 || !this.#suspects;
    const size = sparse ? Math.min(borders.size, place.size * 2) : place.size;
    const doubtful = !borders.shared || capped || !end.proven;
    const border = borders.shared || !repeats ? { dropped: 0, hashes: [], doubtful } : undefined;
    return { place: { from, to: place.to, size, inner: null, done, border } };
  }

  /** Returns the span to ask for, so that all records of one are part of the answer. */
  #asked(from: number, to: number): { readonly from: number; readonly to: number } {
    const { borders } = this.#options;
    return {
      from: from + (from === borders.from ? borders.firstLow : borders.low),
      to: to + (to === borders.to ? borders.lastHigh : borders.high),
    };
  }

  /** Half the length of a span; 0 where it cannot be divided any more. */
  #half(place: WindowPlace): number {
    const { step } = this.#options.borders;
    return Math.floor((spanEnd(place) - place.from) / 2 / step) * step;
  }
}
