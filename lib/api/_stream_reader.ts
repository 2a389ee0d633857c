import { type IngestError, InternalError, PaginationError } from "../errors/mod.ts";
import { decide, type Reading } from "./evidence.ts";
import { logPage } from "./_events.ts";
import { LookAhead } from "./_look_ahead.ts";
import {
  comesTooEarly,
  hasMoreOf,
  isOfThePage,
  isPastTheEnd,
  isRefusal,
  meetsStop,
  numberAt,
  validatorsOf,
} from "./_page_facts.ts";
import type { Failure, Outcome, Success } from "./_outcome.ts";
import type { ReadPage } from "./_read_page.ts";
import { skippedPage } from "./_skipped_page.ts";
import { release } from "./_spooled_records.ts";
import { afterPage, firstState, repeatedPage, withSigns, withTotal } from "./_stream_state.ts";
import type { Clock } from "./clock.ts";
import type { Page } from "./page.ts";
import type { Pagination } from "./pagination.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageAddress, Paginator } from "./paginator.ts";
import type { CompleteRetryOptions } from "./retry_options.ts";
import type { SeenPages } from "./seen_pages.ts";
import type { StreamEnd } from "./stream_end.ts";
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
  readonly seen: SeenPages;
  readonly prefetch: boolean;
  /** Records per page that the request asks for, where it says so. */
  readonly limit: number | undefined;
  /** Whether an earlier read has seen where a page names its next one. */
  readonly nextSeen: boolean;
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

/** What the last page says, and what else is known of the end. */
type Facts = Partial<Omit<Reading, "kind" | "state">>;

/** The same at the end, with where a change feed goes on. */
type EndFacts = Facts & { readonly position?: JsonValue | undefined };

/** Walks through the pages of one stream. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lookAhead: LookAhead;
  /** The page handed over last, to see whether the server still answers so. */
  #last: { readonly position: JsonValue; readonly sha256: string } | undefined;

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
        if (page.next === undefined) return page.end ?? this.#end(state, {});
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
        return { page: undefined, end: this.#end(state, { notModified: true }) };
      }
      const { value } = outcome;
      const repeated = this.#options.pagination.repeats !== true && value.records.length > 0 &&
        seen.hasPage(value.sha256);
      const tooEarly = comesTooEarly(value.view, state, this.#options);
      if ((repeated || tooEarly) && looks < SECOND_LOOKS) {
        release(value.records);
        await this.#pause(looks);
        continue;
      }
      if (repeated) {
        release(value.records);
        // A server that shows its short last page for every number beyond it has no more.
        const isLast = value.sha256 === this.#last?.sha256 && this.#confirmsEnd(state);
        const facts = isLast ? { refused: true } : { guard: repeatedPage(state) };
        return { page: undefined, end: await this.#checkedEnd(state, facts) };
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
    const { paginator, pagination } = this.#options;
    const { decision, facts, next, ...judged } = this.#judge(state, outcome);
    let { after } = judged;
    const end = decision.more ? undefined : await this.#checkedEnd(after, {
      ...facts,
      ...(pagination.type === "cursor" && pagination.change_feed ? { position: next } : {}),
    });
    if (decision.more) after = withSigns(after, state, decision.signs);
    this.#last = { position: state.position, sha256: value.sha256 };
    return {
      number: after.pages,
      url: response.redactedUrl,
      requestId: response.requestId,
      status: response.status,
      bytes: response.size,
      attempts: response.attempts,
      token: paginator.token(state.position),
      sha256: value.sha256,
      validators: validatorsOf(response),
      records: value.records,
      next: end === undefined && next !== undefined ? { ...after, position: next } : undefined,
      end,
      total: end?.total ?? after.total,
    };
  }

  /** Reads off a page what it says of the end; a page that talks nonsense there is the last. */
  #judge(state: PaginationState, { value, response }: Success<ReadPage>) {
    const { paginator, pagination } = this.#options;
    const { view } = value;
    let after = afterPage(state, view.records, this.#size);
    let next: JsonValue | undefined;
    let facts: Facts = { records: view.records, hasContent: response.status !== 204 };
    try {
      after = withTotal(after, numberAt(view, pagination.total));
      next = paginator.next(view, state.position);
      const named = this.#options.nextSeen || state.nextSeen === true ||
        (paginator.names?.(view) ?? true);
      if (named) after = { ...after, nextSeen: true };
      facts = {
        ...facts,
        hasNext: next !== undefined,
        nextTrusted: named || view.records < (this.#size ?? 1),
        ownToken: next !== undefined && paginator.token(next) === paginator.token(state.position),
        hasMore: hasMoreOf(view, pagination.has_more),
        totalPages: numberAt(view, pagination.total_pages),
        stops: meetsStop(view, pagination.stop),
      };
      const decision = decide(this.#reading(after, facts));
      if (decision.more && next !== undefined) this.#refuseSeen(next, state);
      return { after, next, facts, decision };
    } catch (error) {
      if (!(error instanceof PaginationError)) throw error;
      facts = { ...facts, guard: error };
      return { after, next, facts, decision: decide(this.#reading(after, facts)) };
    }
  }

  /** Records per page: as the strategy asks for them, or the request itself. */
  get #size(): number | undefined {
    const { paginator, pagination, limit } = this.#options;
    if (paginator.kind === "count") return paginator.pageSize;
    return ("size" in pagination ? pagination.size : undefined) ?? limit;
  }

  #reading(state: PaginationState, facts: Facts): Reading {
    const { paginator, pagination } = this.#options;
    const { total } = pagination;
    return {
      records: 0,
      hasNext: paginator.kind === "count",
      nextTrusted: true,
      ownToken: false,
      hasMore: undefined,
      totalPages: undefined,
      stops: false,
      hasContent: true,
      refused: false,
      notModified: false,
      guard: undefined,
      ...facts,
      kind: paginator.kind,
      state,
      isFeed: pagination.type === "cursor" && pagination.change_feed === true,
      totalKind: (typeof total === "object" ? total.kind : undefined) ?? "exact",
      totalExpected: total !== undefined || pagination.total_from !== undefined,
      size: this.#size,
      shortPageEnds: pagination.short_page_ends ?? false,
      maxPages: pagination.max_pages ?? Infinity,
    };
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
  async #checkedEnd(state: PaginationState, facts: EndFacts): Promise<StreamEnd> {
    const { fetchTotal } = this.#options;
    if (fetchTotal === undefined) return this.#end(state, facts);
    return this.#end(withTotal(state, await fetchTotal(this.#signal)), facts);
  }

  #end(state: PaginationState, { position, ...facts }: EndFacts): StreamEnd {
    const decision = decide(this.#reading(state, { ...facts, hasNext: facts.hasNext ?? false }));
    if (decision.more) {
      throw new InternalError("internal-fault", "Cannot end a stream that goes on");
    }
    const { stopReason, evidence, contradictions } = decision;
    return {
      stopReason,
      read: state.records,
      evidence,
      contradictions,
      proven: evidence.length > 0 && contradictions.length === 0,
      skippedPages: state.skipped,
      ...(state.total === undefined ? {} : { total: state.total }),
      ...(facts.guard === undefined ? {} : { guard: facts.guard }),
      ...(position === undefined ? {} : { position }),
    };
  }

  /** Whether the page before looked like the last, and nothing says that there are more. */
  #confirmsEnd(state: PaginationState): boolean {
    const { paginator, pagination } = this.#options;
    if (state.pages === state.skipped || state.promised === true) return false;
    const said = (state.said ?? []).length > 0;
    if (paginator.kind !== "count") return said;
    const { total } = pagination;
    const means = typeof total !== "object" || total.kind !== "estimate";
    if (means && state.records < (state.total ?? 0)) return false;
    return said || state.emptyInRow > 0 || state.afterShort === true;
  }

  /** Whether a page that the server does not know is the first one beyond the end: it and the next stay unknown, and the one before is as it was. */
  async #isBeyondTheEnd(state: PaginationState, error: IngestError): Promise<boolean> {
    const { paginator } = this.#options;
    if (paginator.kind !== "count" || !isPastTheEnd(error) || state.promised === true) return false;
    if (state.pages === state.skipped || state.records < (state.total ?? 0)) return false;
    const beyond = paginator.skip?.(state.position);
    if (this.#last === undefined || beyond === undefined) return false;
    for (const position of [state.position, beyond]) {
      const again = await this.#lookAhead.take(position);
      if (again.ok) release(again.value.records);
      if (again.ok || !isPastTheEnd(again.error)) return false;
    }
    const before = await this.#lookAhead.take(this.#last.position);
    if (!before.ok) return false;
    release(before.value.records);
    return before.value.sha256 === this.#last.sha256;
  }

  async #failed(state: PaginationState, failure: Failure): Promise<Step> {
    const { paginator, onPageError } = this.#options;
    const { error } = failure;
    if (
      (isRefusal(error) && this.#confirmsEnd(state)) || await this.#isBeyondTheEnd(state, error)
    ) {
      return { page: undefined, end: await this.#checkedEnd(state, { refused: true }) };
    }
    const hopeless = state.skippedInRow >= MAX_SKIPPED_IN_ROW || !isOfThePage(failure.error);
    if (onPageError === "fail" || hopeless) throw failure.error;
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
    if (next === undefined) return { next, end: this.#end(after, { guard: error }) };
    if (after.pages >= (this.#options.pagination.max_pages ?? Infinity)) {
      return { next: undefined, end: this.#end(after, { hasMore: true }) };
    }
    return { next: { ...after, position: next }, end: undefined };
  }
}
