import { type IngestError, PaginationError } from "../errors/mod.ts";
import { decideEnd, type Ending, endOf } from "./_decide_end.ts";
import { logPage } from "./_events.ts";
import { LookAhead } from "./_look_ahead.ts";
import {
  comesTooEarly,
  hasMoreOf,
  isOfThePage,
  isPastTheEnd,
  totalOf,
  validatorsOf,
} from "./_page_facts.ts";
import type { Failure, Outcome, Success } from "./_outcome.ts";
import type { ReadPage } from "./_read_page.ts";
import { skippedPage } from "./_skipped_page.ts";
import { release } from "./_spooled_records.ts";
import { afterPage, firstState, repeatedPage, withTotal } from "./_stream_state.ts";
import type { Clock } from "./clock.ts";
import type { Page } from "./page.ts";
import type { Pagination } from "./pagination.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageAddress, PageView, Paginator } from "./paginator.ts";
import type { CompleteRetryOptions } from "./retry_options.ts";
import type { SeenPages } from "./seen_pages.ts";
import type { StopReason, StreamEnd } from "./stream_end.ts";
import type { StatusRule } from "./stream_request.ts";
import { decideWait } from "./wait_decision.ts";

/** How often a page that contradicts what is known is asked for again. */
const SECOND_LOOKS = 3;
/** Skipped pages in a row after which the stream is given up: then it is not the page that is at fault. */
const MAX_SKIPPED_IN_ROW = 10;

/** What a reader of one stream needs. */
export interface StreamReaderOptions {
  readonly paginator: Paginator;
  readonly pagination: Pagination;
  readonly onPageError: "fail" | "skip";
  /** What a page means that failed with one of these statuses. */
  readonly onStatus: Readonly<Record<string, StatusRule>>;
  readonly seen: SeenPages;
  readonly prefetch: boolean;
  readonly retry: CompleteRetryOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Fetches one page. */
  readonly fetchPage: (address: PageAddress, signal: AbortSignal) => Promise<Outcome<ReadPage>>;
  /** Asks the separate count, where there is one. */
  readonly fetchTotal: ((signal: AbortSignal) => Promise<number>) | undefined;
}

/** A page, or the end where there is none to hand over. */
type Step = { readonly page: Page } | { readonly page: undefined; readonly end: StreamEnd };

interface EndFacts {
  /** Whether only a declared total could prove this end. */
  readonly doubtful?: boolean;
  readonly guard?: IngestError;
}

/** Walks through the pages of one stream. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lookAhead: LookAhead;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#abort.signal]);
    const { parallel = 1, max_pages: maxPages = Infinity } = options.pagination;
    this.#lookAhead = new LookAhead({ ...options, parallel, maxPages, signal: this.#signal });
  }

  /** Yields the pages from a state on; the next one is fetched while the consumer works on the one before. */
  async *pages(from: PaginationState | undefined): AsyncGenerator<Page, StreamEnd> {
    let state = from ?? firstState(this.#options.paginator.first);
    let ahead: Promise<Step> | undefined;
    try {
      for (;;) {
        const step: Step = await (ahead ?? this.#step(state));
        ahead = undefined;
        if (step.page === undefined) return step.end;
        const { page } = step;
        this.#options.seen.add(page);
        logPage(page);
        if (page.next !== undefined && this.#options.prefetch) {
          this.#lookAhead.plan(page.next);
          ahead = this.#step(page.next);
          ahead.catch(() => {}); // it is thrown when the consumer asks for that page
        }
        try {
          yield page;
        } finally {
          release(page.records);
        }
        if (page.next === undefined) return page.end ?? this.#end("no-next", state, {});
        state = page.next;
      }
    } finally {
      this.#abort.abort();
      // Nobody asks for that page any more.
      const unread = await ahead?.catch(() => undefined);
      if (unread?.page !== undefined) release(unread.page.records);
      await this.#lookAhead.end();
    }
  }

  async #step(start: PaginationState): Promise<Step> {
    const { seen } = this.#options;
    const state = await this.#withTotal(start);
    for (let looks = 0;; looks++) {
      const outcome = await this.#lookAhead.take(state.position);
      if (!outcome.ok) return this.#failed(state, outcome);
      if (outcome.response.notModified) {
        return { page: undefined, end: this.#end("not-modified", state, {}) };
      }
      const { value } = outcome;
      const repeated = value.records.length > 0 && seen.hasPage(value.sha256);
      const tooEarly = comesTooEarly(value.view, state, this.#options);
      if ((repeated || tooEarly) && looks < SECOND_LOOKS) {
        release(value.records);
        await this.#pause(looks);
        continue;
      }
      if (repeated) {
        release(value.records);
        return { page: undefined, end: this.#end("guard", state, { guard: repeatedPage(state) }) };
      }
      return { page: await this.#accept(state, outcome) };
    }
  }

  async #pause(retries: number): Promise<void> {
    const { clock, random, retry } = this.#options;
    const now = clock.now();
    const { wait } = decideWait({ headers: undefined, retries, now, random, options: retry });
    await clock.sleep(wait, this.#signal);
  }

  async #withTotal(state: PaginationState): Promise<PaginationState> {
    const { fetchTotal } = this.#options;
    if (fetchTotal === undefined || state.total !== undefined) return state;
    return { ...state, total: await fetchTotal(this.#signal) };
  }

  async #accept(state: PaginationState, outcome: Success<ReadPage>): Promise<Page> {
    const { value, response } = outcome;
    const records = value.records.length;
    let after = afterPage(state, records, this.#options.paginator.pageSize);
    let next: JsonValue | undefined;
    let ending: Ending | undefined;
    let guard: IngestError | undefined;
    try {
      after = withTotal(after, totalOf(value.view, this.#options.pagination.total));
      next = this.#options.paginator.next(value.view, state.position);
      ending = this.#ending(after, { ...value, status: response.status, next });
      if (ending === undefined && next !== undefined) this.#refuseSeen(next, state);
    } catch (error) {
      if (!(error instanceof PaginationError)) throw error;
      guard = error;
      ending = { reason: "guard", doubtful: true };
    }
    const end = ending === undefined ? undefined : await this.#checkedEnd(ending.reason, after, {
      doubtful: ending.doubtful,
      ...(guard === undefined ? {} : { guard }),
    });
    return {
      number: after.pages,
      url: response.redactedUrl,
      requestId: response.requestId,
      status: response.status,
      bytes: response.size,
      attempts: response.attempts,
      token: this.#options.paginator.token(state.position),
      sha256: value.sha256,
      validators: validatorsOf(response),
      records: value.records,
      next: end === undefined && next !== undefined ? { ...after, position: next } : undefined,
      end,
      total: end?.total ?? after.total,
    };
  }

  #ending(
    after: PaginationState,
    page: {
      readonly view: PageView;
      readonly status: number;
      readonly next: JsonValue | undefined;
    },
  ): Ending | undefined {
    const { paginator, pagination } = this.#options;
    const ending = decideEnd({
      kind: paginator.kind,
      pages: after.pages,
      records: page.view.records,
      read: after.records,
      total: after.total,
      hasMore: hasMoreOf(page.view, pagination.has_more),
      next: page.next,
      size: paginator.pageSize,
      pageSize: after.pageSize,
      emptyInRow: after.emptyInRow,
      shortPageEnds: pagination.short_page_ends ?? true,
      hasContent: page.status !== 204,
    });
    const last = after.pages >= (pagination.max_pages ?? Infinity);
    return ending ?? (last ? { reason: "max-pages", doubtful: true } : undefined);
  }

  #refuseSeen(next: JsonValue, state: PaginationState): void {
    const { paginator, seen } = this.#options;
    const token = paginator.token(next);
    if (!seen.hasToken(token) && token !== paginator.token(state.position)) return;
    throw new PaginationError(
      "cursor-repeated",
      `Cannot go on after page ${state.pages + 1}: its next token was used before in this stream`,
      { context: { page: state.pages + 1, token } },
    );
  }

  /** A separate count is asked again: one that changed while the pages were read proves nothing. */
  async #checkedEnd(
    reason: StopReason,
    state: PaginationState,
    extra: EndFacts,
  ): Promise<StreamEnd> {
    const { fetchTotal } = this.#options;
    if (fetchTotal === undefined) return this.#end(reason, state, extra);
    return this.#end(reason, withTotal(state, await fetchTotal(this.#signal)), extra);
  }

  #end(
    reason: StopReason,
    state: PaginationState,
    extra: EndFacts,
  ): StreamEnd {
    const { pagination } = this.#options;
    return endOf(reason, {
      read: state.records,
      total: state.total,
      totalChanged: state.totalChanged ?? false,
      skipped: state.skipped,
      totalExpected: pagination.total !== undefined || pagination.total_from !== undefined,
      doubtful: extra.doubtful ?? false,
      ...(extra.guard === undefined ? {} : { guard: extra.guard }),
    });
  }

  async #failed(state: PaginationState, failure: Failure): Promise<Step> {
    const { paginator, onPageError, onStatus } = this.#options;
    const rule = onStatus[failure.status];
    if (rule === "end" || (rule === undefined && this.#endsBefore(state, failure.error))) {
      const doubtful = rule === undefined;
      return { page: undefined, end: await this.#checkedEnd("empty-page", state, { doubtful }) };
    }
    const ofThePage = rule === "skip" || isOfThePage(failure.error);
    const hopeless = state.skippedInRow >= MAX_SKIPPED_IN_ROW || !ofThePage;
    if ((rule ?? onPageError) === "fail" || hopeless) throw failure.error;
    const after = {
      ...state,
      pages: state.pages + 1,
      skipped: state.skipped + 1,
      skippedInRow: state.skippedInRow + 1,
    };
    const next = paginator.skip?.(state.position);
    const token = paginator.token(state.position);
    const page = skippedPage(failure, { number: after.pages, token, total: state.total });
    return { page: { ...page, ...this.#afterSkip(after, next, failure.error) } };
  }

  #afterSkip(
    after: PaginationState,
    next: JsonValue | undefined,
    error: IngestError,
  ): Pick<Page, "next" | "end"> {
    if (next === undefined) return { next, end: this.#end("guard", after, { guard: error }) };
    if (after.pages >= (this.#options.pagination.max_pages ?? Infinity)) {
      return { next: undefined, end: this.#end("max-pages", after, {}) };
    }
    return { next: { ...after, position: next }, end: undefined };
  }

  /** Whether a refusal means that the page before was the last: nothing says that there should be more. */
  #endsBefore(state: PaginationState, error: IngestError): boolean {
    const counting = this.#options.paginator.kind === "count" && state.pages > state.skipped;
    return counting && isPastTheEnd(error) && state.records >= (state.total ?? 0);
  }
}
