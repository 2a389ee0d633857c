import { HttpError } from "../../errors/mod.ts";
import { CapCheck } from "./_cap_check.ts";
import { logHalved } from "./events.ts";
import { type Span, SpanProbes } from "./_span_probes.ts";
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
import type { SeenPages } from "../paging/seen_pages.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** How far a span is divided for its number of records alone: an API that ignores the span gives as many for any. */
const MAX_SUSPICION = 4096;
/** How many times as long as a span its overlap may be, by division of the span. */
const MAX_OVERLAP = 8;

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

/** How the reading of a span ended. */
interface SpanEnd {
  /** The span, with what was found out about it. */
  readonly place: WindowPlace;
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
  readonly #spans: SpanProbes;
  /** What the span before brought; `undefined` where this reader did not read all of it. */
  #before: RecordCounts | undefined;
  /** Whether an answer may have been cut although it is under the cap. */
  #suspects = true;
  #probed = false;
  /** Whether the API gives more than its cap whatever the span: then nobody could read it to its end. */
  #isInVain = false;
  /** Whether a record looks different in every window, so that it cannot be known again. */
  #isUnclear = false;

  constructor(options: WindowReaderOptions) {
    this.#options = options;
    this.#spans = new SpanProbes(options.borders, options.readSpan);
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
      if ("from" in read) {
        place = read;
        continue;
      }
      const after = this.#after(read.place, read);
      if (after.place === undefined) return after.end;
      place = after.place;
    }
  }

  /** Reads a span; returns what to read instead if that was given up. */
  async *#span(place: WindowPlace): AsyncGenerator<Page, SpanEnd | WindowPlace> {
    const { seen, readSpan, maxResults, borders, repeats } = this.#options;
    const { from, inner, done } = place;
    const isShared = borders.shared && place.border !== undefined;
    const asked = this.#spans.asked(place);
    const held = new HeldPages(seen, `${from}~${asked.to}`, isShared);
    const pages = readSpan({ ...asked, pages: done.pages, seen: held, state: inner ?? undefined });
    const mayBeCut = (records: number) => this.#suspects && this.#options.mayBeCut(records);
    const check = new CapCheck({ cap: maxResults, mayBeCut, sure: inner !== null });
    const border = this.#border(place);
    if (isShared) await this.#probe(place);
    const brought = new Brought(maxResults, inner === null && (borders.shared || !repeats));
    let [waiting, last]: [Page[], PaginationState] = [[], inner ?? firstState(null)];
    try {
      for (;;) {
        const step = await check.next(pages, this.#half(place) > 0, done.pages === 0);
        if (step instanceof HttpError) return { place, ...stopped(last, step, border) };
        if (step === undefined || check.exceeds(step)) {
          const read = step && (step.done ? waiting : [...waiting, step.value]);
          const instead = await this.#instead(place, check, read);
          if (instead !== undefined) return instead;
        }
        if (step?.done === false) waiting.push(check.sure ? step.value : kept(step.value));
        if (check.sure) {
          for (const page of waiting) {
            const high = this.#spans.high(place);
            place = await this.#spans.learn(place, page);
            if (this.#spans.high(place) > high) return place;
            const trimmed = await trim(page, border, brought);
            const isNew = trimmed.records.length > 0 && isShared && border?.exact === true;
            if (isNew && seen.hasPage(page.sha256)) {
              const guard = repeatedPage({ ...last, pages: done.pages + last.pages });
              return { place, ...stopped(last, guard, border) };
            }
            yield this.#handOver(trimmed, { place, held, check, border });
            last = page.next ?? { ...last, pages: page.number };
          }
          waiting = [];
        }
        if (step?.done) {
          const isUnclear = isShared && (border?.exact === false || this.#isUnclear);
          const end = await this.#compare(step.value, place, { ...brought, isUnclear });
          const dropped = border?.state.dropped ?? 0;
          return { place, end, pages: last.pages, capped: check.capped, dropped };
        }
      }
    } finally {
      await pages.return(undefined as never);
    }
  }

  /** Decides what becomes of a span that may be cut: it is divided as long as that can help, and then read as it is. */
  async #instead(
    place: WindowPlace,
    check: CapCheck,
    pages: readonly Page[] | undefined,
  ): Promise<WindowPlace | undefined> {
    const half = this.#half(place);
    const isVain = check.isSuspicion && pages !== undefined &&
      place.size * MAX_SUSPICION < this.#options.borders.size;
    const end = spanEnd(place);
    if (half > 0 && !isVain) {
      logHalved({ from: place.from, to: end });
      return { ...place, size: half };
    }
    if (half === 0 && !check.isSuspicion && await this.#spans.isClosed(place)) {
      return { ...place, overlap: 0 };
    }
    const counts = await countsOf(pages ?? [], end);
    const isAsked = half > 0 || !check.isSuspicion;
    if (isAsked && await this.#spans.isIgnored(place, end, counts, pages?.length)) {
      this.#suspects = false;
      this.#isInVain = half === 0;
    } else if (check.isSuspicion) return check.trust(), undefined;
    check.giveIn();
    return undefined;
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
      await this.#spans.isIgnored(place, place.from, before);
    return doubted(end, { ...about, before, shared, isRepeated });
  }

  #border(place: WindowPlace): SharedBorder | undefined {
    if (place.border === undefined) return undefined;
    const before = this.#before;
    // An API that brings a record in two windows is not of the declared bounds: all that came before is left out.
    const isShared = this.#options.borders.shared;
    const read = () => isShared ? this.#spans.point(place) : Promise.resolve(before);
    return new SharedBorder(place.border, before, read);
  }

  /** Asks for one overlap that holds something: whether its records are, to the byte, those that the span before brought. */
  async #probe(place: WindowPlace): Promise<void> {
    const before = this.#before;
    if (!this.#options.borders.isOverlap || this.#probed || place.inner !== null) return;
    if (before === undefined || before.size === 0) return;
    const overlap = await this.#spans.point(place);
    if (overlap === undefined || overlap.size === 0) return;
    this.#probed = true;
    this.#isUnclear = [...overlap.keys()].some((hash) => !before.has(hash));
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
    const after = this.#after(place, {
      place,
      end,
      pages: page.number,
      capped: check.capped,
      dropped,
    });
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
    if (stopped || this.#isInVain || from >= place.to) {
      return { place: undefined, end: windowEnd(done, end) };
    }
    if (done.pages >= maxPages) {
      const last = {
        ...end,
        stopReason: "max-pages" as const,
        contradictions: [{
          code: "max-pages" as const,
          message: "reading stopped after as many pages as it may read",
        }],
        proven: false,
      };
      return { place: undefined, end: windowEnd(done, last) };
    }
    const sparse = end.read < maxResults / 2 || !this.#suspects;
    const size = sparse ? Math.min(borders.size, place.size * 2) : place.size;
    const doubtful = !borders.shared || capped || !end.proven;
    const border = borders.shared || !repeats
      ? { dropped: 0, hashes: [], doubtful, reach: this.#spans.high(place) }
      : undefined;
    return { place: { ...place, from, size, inner: null, done, border } };
  }

  /**
   * Half the length of a span; 0 where it cannot be divided any more.
   *
   * A span that is asked for with an overlap much longer than itself brings hardly less when it is halved.
   */
  #half(place: WindowPlace): number {
    const { step } = this.#options.borders;
    const half = Math.floor((spanEnd(place) - place.from) / 2 / step) * step;
    return half * MAX_OVERLAP < this.#spans.high(place) ? 0 : half;
  }
}
