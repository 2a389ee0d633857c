import { findOverlap } from "./_overlap.ts";
import type { RecordCounts } from "./_shared_border.ts";
import { countsOf, isSame } from "./_window_pages.ts";
import { spanEnd, unclear, type WindowPlace } from "./_window_state.ts";
import type { Borders } from "./window_borders.ts";
import type { PageRecord } from "../body/page_record.ts";
import type { Page } from "../paging/page.ts";
import type { PaginationState } from "../paging/pagination_state.ts";
import { MemorySeenPages, type SeenPages } from "../paging/seen_pages.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** Pages of a sample of records: those of one may all be of one moment. */
const SAMPLE_PAGES = 5;

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

/** Knows what to ask for a span, and finds out by further requests what the API makes of its boundaries. */
export class SpanProbes {
  readonly #borders: Borders;
  readonly #readSpan: (span: Span) => AsyncGenerator<Page, StreamEnd>;

  constructor(borders: Borders, readSpan: (span: Span) => AsyncGenerator<Page, StreamEnd>) {
    this.#borders = borders;
    this.#readSpan = readSpan;
  }

  /** Returns the span to ask for, so that all records of one are part of the answer. */
  asked(place: WindowPlace): { readonly from: number; readonly to: number } {
    const borders = this.#borders;
    const [from, to] = [place.from, spanEnd(place)];
    // An API that rounds may begin that much later than it is asked to.
    const rounded = this.high(place) > borders.high ? -this.high(place) : 0;
    return {
      from: from + (from === borders.from ? Math.min(borders.firstLow, rounded) : borders.low),
      to: to + (to === borders.to ? borders.lastHigh : this.high(place)),
    };
  }

  /** What is added to the end of a span. */
  high({ overlap }: WindowPlace): number {
    return overlap ?? this.#borders.high;
  }

  /** Whether the API, whose bounds are not declared, shows something in a window of one moment: both bounds are part of one. */
  async isClosed(place: WindowPlace): Promise<boolean> {
    const { isOverlap, isTime, high } = this.#borders;
    if (!isOverlap || !isTime || this.high(place) !== high) return false;
    const end = spanEnd(place);
    for (const at of [place.from, end, end + high]) {
      if ((await this.#counts(place, { from: at, to: at }))?.size) return true;
    }
    return false;
  }

  /** Finds out, from the first records of the stream, how far its spans must overlap; where that is further, it begins again. */
  async learn(place: WindowPlace, page: Page): Promise<WindowPlace> {
    const borders = this.#borders;
    const { from, to, size, high } = borders;
    const { done, inner } = place;
    if (borders.isStartOpen && place.from === from && place.overlap === undefined) {
      return await this.#learnStart(place);
    }
    const isOnly = place.from === from && spanEnd(place) === to;
    if (!borders.isOverlap || !borders.isTime || isOnly || place.overlap !== undefined) {
      return place;
    }
    if (done.records + (inner?.records ?? 0) > 0) return place;
    const ask = (from: number, to: number) => this.#counts(place, { from, to });
    const doubted = { ...place, overlap: high, done: unclear(done) };
    if (page.records.length === 0) {
      // If no span has any, there is none between them either.
      if (page.next !== undefined || spanEnd(place) < to) return place;
      return (await ask(from + borders.firstLow, to + borders.lastHigh))?.size ? doubted : place;
    }
    const overlap = await findOverlap(page.records, this.asked(place), borders, ask, async () => {
      // Which is a sample of all that there is.
      const seen = new MemorySeenPages();
      const all = { from, to, pages: done.pages, seen, state: undefined };
      const found: PageRecord[] = [];
      for await (const { records } of first(this.#readSpan(all), SAMPLE_PAGES)) {
        found.push(...records);
      }
      return found;
    });
    if (overlap === undefined) return doubted;
    if (overlap === high) return { ...place, overlap };
    return { ...place, from, size, inner: null, border: undefined, overlap };
  }

  /**
   * Finds out whether an API shows more than the first ids if it is asked for one more below them. Whether that is the one
   * below, or the first, which it leaves out, it does not say.
   */
  async #learnStart(place: WindowPlace): Promise<WindowPlace> {
    const { from, high, step } = this.#borders;
    const more = await this.#counts(place, { from: from - step, to: from + step });
    const own = more?.size ? await this.#counts(place, { from, to: from + step }) : undefined;
    const isUnclear = own !== undefined && [...more?.keys() ?? []].some((hash) => !own.has(hash));
    return { ...place, overlap: high, done: isUnclear ? unclear(place.done) : place.done };
  }

  /**
   * Whether a span that shares no moment with the one up to a border brings the same, on as many pages: the API looks at
   * no span.
   */
  async isIgnored(
    place: WindowPlace,
    border: number,
    counts: RecordCounts | undefined,
    pages = Infinity,
  ): Promise<boolean> {
    const { low, step } = this.#borders;
    const from = border + this.high(place) - low + step;
    const to = from + place.size;
    const asked = this.asked({ ...place, from, to });
    return isSame(counts, await this.#counts(place, asked, pages));
  }

  /** Asks for what stands exactly on the start of a span; `undefined` where the API refuses that. */
  point(place: WindowPlace): Promise<RecordCounts | undefined> {
    const { low, high } = this.#borders;
    const reach = place.border?.reach ?? high;
    return this.#counts(place, { from: place.from + low, to: place.from + reach });
  }

  #counts(
    { from, done }: WindowPlace,
    asked: Pick<Span, "from" | "to">,
    pages = Infinity,
  ): Promise<RecordCounts | undefined> {
    const seen = new MemorySeenPages();
    const span = { ...asked, pages: done.pages, seen, state: undefined };
    return countsOf(first(this.#readSpan(span), pages), from);
  }
}

async function* first(pages: AsyncGenerator<Page, unknown>, count: number): AsyncGenerator<Page> {
  for await (const page of pages) {
    yield page;
    if (--count <= 0) return;
  }
}
