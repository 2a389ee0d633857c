import { type IngestError, InternalError } from "../../errors/mod.ts";
import { decide } from "./evidence.ts";
import { type Facts, PageJudge, type PageJudgeOptions, type UnreadOf } from "./_page_judge.ts";
import { isFirstLeftOut } from "./_first_page.ts";
import { PageJoints } from "./_page_joints.ts";
import { type LastPage, SecondLooks } from "./_second_looks.ts";
import { logPage } from "./events.ts";
import { LookAhead } from "./_look_ahead.ts";
import { comesTooEarly, isGone, isOfThePage, isRefusal, validatorsOf } from "./page_facts.ts";
import type { Failure, Outcome, Success } from "../transport/outcome.ts";
import type { ReadPage } from "./read_page.ts";
import { skippedPage } from "./_skipped_page.ts";
import { release } from "../body/spooled_records.ts";
import { firstState, repeatedPage, withSigns, withTotal } from "./stream_state.ts";
import type { Clock } from "../transport/clock.ts";
import type { Page } from "./page.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageAddress } from "./paginator.ts";
import type { CompleteRetryOptions } from "../transport/retry_options.ts";
import type { StreamEnd } from "./stream_end.ts";
import type { StatusRule } from "./stream_request.ts";
import type { UnreadSign } from "./unread_sign.ts";
import { decideWait } from "../transport/wait_decision.ts";

/** How often a page that contradicts what is known is asked for again. */
const SECOND_LOOKS = 3;
/** Skipped pages in a row after which the stream is given up: then it is not the page that is at fault. */
const MAX_SKIPPED_IN_ROW = 10;

/** What a reader of one stream needs. */
export interface StreamReaderOptions extends PageJudgeOptions {
  readonly onPageError: "fail" | "skip";
  /** What a page means that failed with one of these statuses. */
  readonly onStatus: Readonly<Record<string, StatusRule>>;
  readonly prefetch: boolean;
  readonly retry: CompleteRetryOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Fetches one page. */
  readonly fetchPage: (
    address: PageAddress,
    signal: AbortSignal,
    isProbe?: boolean,
  ) => Promise<Outcome<ReadPage>>;
  /** Asks the separate count, where there is one. */
  readonly fetchTotal: ((signal: AbortSignal) => Promise<number>) | undefined;
}

/** A page, or the end where there is none to hand over. */
type Step = { readonly page: Page } | { readonly page: undefined; readonly end: StreamEnd };

/** The same at the end, with where a change feed goes on. */
type EndFacts = Facts & { readonly position?: JsonValue | undefined };

/** Walks through the pages of one stream. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lookAhead: LookAhead;
  readonly #looks: SecondLooks;
  readonly #judge: PageJudge;
  readonly #joints: PageJoints;
  /** The page handed over last, to see whether the server still answers so. */
  #last: LastPage & { readonly unread: UnreadOf } | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#judge = new PageJudge(options);
    this.#joints = new PageJoints({ ...options, size: options.paginator.pageSize });
    this.#signal = AbortSignal.any([options.signal, this.#abort.signal]);
    const { parallel = 1, max_pages: maxPages = Infinity } = options.pagination;
    this.#lookAhead = new LookAhead({ ...options, parallel, maxPages, signal: this.#signal });
    this.#looks = new SecondLooks(options, this.#lookAhead);
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
      const isHole = this.#judge.isHole(state, value.view);
      const isSaid = (state.said ?? []).length > 0;
      // A server that shows its last page for every number beyond it has no more, if that page looked like the last.
      // One that has shown no other page may as well not know the parameter: only its word says that this was all.
      const isLast = repeated && value.sha256 === this.#last?.sha256 &&
        (isSaid || value.records.length < state.records) && this.#judge.confirmsEnd(state);
      const lost = this.#judge.losesNext(state, value.view);
      const doubted = repeated || tooEarly || lost === "surely";
      const mayPass = lost === "perhaps" || isHole;
      if (!(isLast && isSaid) && looks < (doubted ? SECOND_LOOKS : Number(mayPass))) {
        release(value.records);
        await this.#pause(looks);
        continue;
      }
      if (repeated) {
        release(value.records);
        const facts = isLast ? { refused: true } : { guard: repeatedPage(state) };
        return { page: undefined, end: await this.#checkedEnd(state, facts) };
      }
      const isNone = value.records.length === 0;
      const filled = !isNone && await this.#looks.isFilled(state, this.#last);
      const { miscounted: was = false } = state;
      const miscounted = isHole ? await this.#looks.isMiscounted(state) : was && isNone;
      const marks = { ...(filled && { filled }), ...(miscounted !== was && { miscounted }) };
      const isMarked = filled || miscounted !== was;
      return { page: await this.#accept(isMarked ? { ...state, ...marks } : state, outcome) };
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
    const { value, response, timing } = outcome;
    const { pagination } = this.#options;
    const { decision, facts, next, own, unread, ...judged } = this.#judge.page(state, outcome);
    let { after, overlap } = this.#joints.add(judged.after, value);
    const end = decision.more ? undefined : await this.#checkedEnd(after, {
      ...facts,
      // A feed that names no token at its end goes on from the one that its last page was asked for with.
      ...(pagination.type === "cursor" && pagination.change_feed
        ? { position: next ?? state.position }
        : {}),
    }, value.sha256);
    if (decision.more) after = withSigns(after, state, decision.signs);
    this.#last = { position: state.position, sha256: value.sha256, unread };
    return {
      number: after.pages,
      url: response.redactedUrl,
      requestId: response.requestId,
      status: response.status,
      bytes: response.size,
      attempts: response.attempts,
      timing,
      token: own,
      sha256: value.sha256,
      validators: validatorsOf(response),
      records: value.records,
      overlap,
      next: end === undefined && next !== undefined ? { ...after, position: next } : undefined,
      end,
      total: end?.total ?? after.total,
    };
  }

  /** A separate count is asked again: one that changed while the pages were read proves nothing. */
  async #checkedEnd(
    state: PaginationState,
    facts: EndFacts,
    lastHash = this.#last?.sha256,
  ): Promise<StreamEnd> {
    const { fetchTotal, paginator, fetchPage } = this.#options;
    const after = fetchTotal === undefined
      ? state
      : withTotal(state, await fetchTotal(this.#signal));
    const end = this.#end(after, facts);
    const ask = (number: number) => fetchPage(paginator.address(number), this.#signal, true);
    const firstLeftOut = await isFirstLeftOut(after, end, { ...this.#options, ask }, lastHash);
    return firstLeftOut ? this.#end({ ...after, firstLeftOut }, facts) : end;
  }

  #end(state: PaginationState, { position, ...facts }: EndFacts): StreamEnd {
    const { hasNext = false } = facts;
    const unread = this.#unreadOf(facts);
    const decision = decide(this.#judge.reading(state, { ...facts, hasNext, unread }));
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
      ...(state.numbered && { numbered: true }),
      ...(facts.guard === undefined ? {} : { guard: facts.guard }),
      ...(unread === undefined ? {} : { unread }),
      ...(position === undefined ? {} : { position }),
    };
  }

  /**
   * Returns what the last page says of more, or the one before an empty or refused one; a number was asked for, whatever
   * named it, and of flags an empty page has its own.
   */
  #unreadOf({ unread, records = 0, refused = false }: EndFacts): UnreadSign | undefined {
    const before = records > 0 ? undefined : this.#last?.unread();
    const isAsked = this.#options.paginator.kind === "count" &&
      (before?.says === "next" || (before?.says === "more" && !refused));
    return unread ?? (isAsked ? undefined : before);
  }

  /** Whether a page that was not answered is none of the listing's any more. */
  async #isEnd(state: PaginationState, error: IngestError): Promise<boolean> {
    return (isRefusal(error) && this.#judge.confirmsEnd(state)) ||
      await this.#looks.isBeyondTheEnd(state, error, this.#last);
  }

  async #failed(state: PaginationState, failure: Failure): Promise<Step> {
    const { paginator, onPageError, onStatus } = this.#options;
    const rule = onStatus[failure.status];
    if (rule === "end" || (rule === undefined && await this.#isEnd(state, failure.error))) {
      return { page: undefined, end: await this.#checkedEnd(state, { refused: true }) };
    }
    const ofThePage = rule === "skip" || isOfThePage(failure.error);
    const hopeless = state.skippedInRow >= MAX_SKIPPED_IN_ROW || !ofThePage;
    if ((rule ?? onPageError) === "fail" || hopeless) {
      if (rule === undefined && this.#last !== undefined && isGone(failure.error)) {
        return { page: undefined, end: await this.#checkedEnd(state, { guard: failure.error }) };
      }
      throw failure.error;
    }
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
