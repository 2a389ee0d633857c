import { PaginationError } from "../../errors/mod.ts";
import type { DotPath } from "../../grammar/mod.ts";
import { filled } from "./hidden_positions.ts";
import { decide, type Reading } from "./evidence.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import { totalOfRange } from "../headers/parse_content_range.ts";
import type { Success } from "../transport/outcome.ts";
import { isOfLast } from "./_page_joints.ts";
import { countsOn, declared, hasMoreOf, meetsStop, numberAt } from "./page_facts.ts";
import type { ReadPage } from "./read_page.ts";
import { afterPage, withTotal } from "./stream_state.ts";
import type { Pagination } from "./pagination.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageView, Paginator } from "./paginator.ts";
import type { SeenPages } from "./seen_pages.ts";
import {
  type SaidBefore,
  saidOf,
  type UnreadSign,
  unreadSign,
  unreadTotal,
} from "./unread_sign.ts";

/** What a judge of pages needs. */
export interface PageJudgeOptions {
  readonly paginator: Paginator;
  readonly pagination: Pagination;
  readonly seen: SeenPages;
  /** Records per page that the request asks for, where it says so. */
  readonly limit: number | undefined;
  /** Path of the records. */
  readonly path: DotPath;
  /** Whether an earlier read has seen where a page names its next one. */
  readonly nextSeen: boolean;
}

/** What the last page says, and what else is known of the end. */
export type Facts = Partial<Omit<Reading, "kind" | "state">>;

/** Finds what a page says of further records in other places than those that are read. */
export type UnreadOf = () => UnreadSign | undefined;

/** Up to this size a page is kept until the next one is there, to be looked through if that one brings nothing. */
const SMALL_BYTES = 65_536;

function nothing(): undefined {}

/** Reads off each page what it says of the end. */
export class PageJudge {
  readonly #options: PageJudgeOptions;
  /** What the first page with records said of more. */
  #said: SaidBefore | undefined;
  /** The total that it declared in a place that is not read. */
  #total: UnreadSign | "none" | undefined;
  /** Records of the last page that had some, and whether one before it was shorter than another. */
  #before = Infinity;
  #isUneven = false;

  constructor(options: PageJudgeOptions) {
    this.#options = options;
  }

  /** Reads off a page what it says of the end; a page that talks nonsense there is the last. */
  page(state: PaginationState, { value, response }: Success<ReadPage>) {
    const { paginator, pagination } = this.#options;
    const { view } = value;
    const own = paginator.token(state.position);
    let after = afterPage(state, view.records, this.#size);
    let next: JsonValue | undefined;
    let facts: Facts = { records: view.records, hasContent: response.status !== 204 };
    let unread: UnreadOf = nothing;
    try {
      after = withTotal(after, numberAt(view, pagination.total) ?? this.#totalOfPart(response));
      after = this.#watched(view, after);
      next = paginator.next(view, state.position);
      const named = this.#options.nextSeen || state.nextSeen === true ||
        (paginator.names?.(view) ?? true);
      const isCounted = this.#isLink && next !== undefined && countsOn(filled(next), view);
      if (isCounted) after = { ...after, numbered: true };
      if (named && after.nextSeen !== true) after = { ...after, nextSeen: true };
      if (after.nextAlways !== true && paginator.alwaysNames?.(view)) {
        after = { ...after, nextAlways: true };
      }
      const nextLost = this.losesNext(state, view) === "surely";
      const hasMore = hasMoreOf(view, pagination.has_more);
      const totalPages = numberAt(view, pagination.total_pages);
      const hasNext = next !== undefined;
      const token = next === undefined ? undefined : paginator.token(next);
      const isEnd = hasMore === false || after.pages >= (totalPages ?? Infinity);
      facts = {
        ...facts,
        hasNext,
        nextLost,
        nextTrusted: !nextLost && (named || view.records < (this.#size ?? 1)),
        ownToken: paginator.kind === "link" && token === own,
        hasMore,
        totalPages,
        stops: meetsStop(view, pagination.stop),
      };
      unread = this.#unread(view, after, { named, hasNext, isEnd });
      if (response.size > SMALL_BYTES) {
        const found = unread();
        unread = () => found;
      }
      const decided = this.#decide(after, facts, unread);
      if (decided.decision.more && token !== undefined) this.#refuseSeen(token, { own, state });
      return { after, next, own, unread, ...decided };
    } catch (error) {
      if (!(error instanceof PaginationError)) throw error;
      facts = { ...facts, guard: error };
      return { after, next, own, unread, ...this.#decide(after, facts, unread) };
    }
  }

  /** Notes if a total changes that is not read: then the listing moves, as if it were. */
  #watched(view: PageView, state: PaginationState): PaginationState {
    const { paginator, pagination, path } = this.#options;
    if (paginator.kind === "single" || (this.#total === undefined && view.records === 0)) {
      return state;
    }
    this.#total ??= unreadTotal(view, { path, pagination, state }) ?? "none";
    if (this.#total === "none") return state;
    const total = this.#total;
    const now = declared(view, { [total.isHeader ? "header" : "path"]: total.place });
    // Beyond the end some declare none.
    if (now === undefined || now === total.value || now + view.records === 0) return state;
    return { ...state, totalChanged: true };
  }

  /** Looks for what a page says in other places only if the listing ends without it: most pages have a next one anyway. */
  #decide(after: PaginationState, facts: Facts, unread: UnreadOf) {
    const decision = decide(this.reading(after, facts));
    if (decision.more) return { facts, decision };
    const all = { ...facts, unread: unread() };
    return { facts: all, decision: decide(this.reading(after, all)) };
  }

  /**
   * Whether a full page lacks the place where its next one is named: `surely` if every page should have it, `perhaps` if
   * one before had it.
   */
  losesNext(state: PaginationState, view: PageView): "surely" | "perhaps" | undefined {
    // Of one record nobody can tell whether it fills a page.
    const full = this.#size ?? Math.max(2, state.longest ?? 0);
    if (view.records < full || this.#options.paginator.names?.(view) !== false) return undefined;
    return state.nextAlways === true ? "surely" : state.nextSeen === true ? "perhaps" : undefined;
  }

  /** Whether an empty page follows a full one, and nothing said so: that may pass. */
  isHole(state: PaginationState, { records }: PageView): boolean {
    if (records > 0 || this.#options.paginator.kind !== "count") return false;
    return state.afterShort === false && state.emptyInRow === 0 && (state.said ?? []).length === 0;
  }

  /** Returns what there is to decide on; without facts of a last page, as one that says nothing. */
  reading(state: PaginationState, facts: Facts): Reading {
    const { paginator, pagination } = this.#options;
    const { total } = pagination;
    // Written out: it is read for each page.
    return {
      records: facts.records ?? 0,
      hasNext: facts.hasNext ?? paginator.kind === "count",
      nextTrusted: facts.nextTrusted ?? true,
      nextLost: facts.nextLost ?? false,
      ownToken: facts.ownToken ?? false,
      hasMore: facts.hasMore,
      totalPages: facts.totalPages,
      repeats: facts.repeats ?? pagination.repeats ?? false,
      stops: facts.stops ?? false,
      hasContent: facts.hasContent ?? true,
      unread: facts.unread,
      refused: facts.refused ?? false,
      notModified: facts.notModified ?? false,
      guard: facts.guard,
      kind: paginator.kind,
      state,
      isFeed: this.#isFeed(facts.records ?? 0),
      totalKind: (typeof total === "object" ? total.kind : undefined) ?? "exact",
      totalExpected: total !== undefined || pagination.total_from !== undefined,
      size: this.#size,
      shortPageEnds: pagination.short_page_ends ?? false,
      maxPages: pagination.max_pages ?? Infinity,
    };
  }

  /** Whether the page before looked like the last, and nothing says that there are more. */
  confirmsEnd(state: PaginationState): boolean {
    const { paginator, pagination } = this.#options;
    if (state.pages === state.skipped || state.promised === true) return false;
    const said = (state.said ?? []).length > 0;
    if (paginator.kind !== "count") return said;
    const { total } = pagination;
    const means = typeof total !== "object" || total.kind !== "estimate";
    if (means && state.records < (state.total ?? 0)) return false;
    return said || state.emptyInRow > 0 || state.afterShort === true;
  }

  /**
   * Whether a page that names itself as the next one is the last: in a change feed, and with a cursor that is taken
   * from the last record and includes it, where a page short of its limit has nothing after that record.
   */
  #isFeed(records: number): boolean {
    const { pagination } = this.#options;
    if (pagination.type !== "cursor") return false;
    if (pagination.change_feed === true) return true;
    return isOfLast(pagination.path) && records < (this.#size ?? 2);
  }

  /** Notes what a page says, and returns what finds in it what is said of further records. */
  #unread(
    view: PageView,
    state: PaginationState,
    { named, hasNext, isEnd }: {
      readonly named: boolean;
      readonly hasNext: boolean;
      /** Whether the page says in a place that is read that it is the last. */
      readonly isEnd: boolean;
    },
  ): UnreadOf {
    const { paginator: { kind }, pagination, path } = this.#options;
    if (pagination.type === "none" && pagination.whole === true) return nothing;
    const about = { path, pagination, state };
    const { records } = view;
    // A cursor taken from the last record is missing on every empty page, which is not the server's word.
    const isTaken = pagination.type === "cursor" && isOfLast(pagination.path);
    const isNamed = kind === "link" && named && !isTaken;
    const { longest = 0 } = state;
    const said = this.#said;
    if (records > 0 && kind !== "single") {
      this.#said ??= saidOf(view, about);
      this.#isUneven ||= this.#before < longest;
      this.#before = records;
    }
    if (isNamed && hasNext) return nothing;
    const isUneven = this.#isUneven;
    // Most pages are never looked at.
    return () => {
      const isLast = isNamed || isEnd;
      const isFull = records === 0 && kind === "count"
        ? state.afterShort === false
        : records >= (this.#size ?? (state.pages > 1 ? longest : Infinity));
      const wanted: UnreadSign["says"][] = isTaken ? ["total"] : ["more"];
      // After a full page that is said to be the last, a larger number says that the API goes no further.
      if (!isTaken && (!isLast || isFull)) wanted.push("total", "pages");
      // A number is asked for whatever an answer names, be it beyond the end; that a short page is it, only the user says.
      const isDeclared = records > 0 && !isFull && pagination.short_page_ends === true;
      const follows = kind === "count" ? isDeclared || isEnd && isFull && records > 0 : !isTaken;
      if (follows) wanted.push("next");
      // What every page says, a short one at the end as well, is not meant so.
      const flagsToo = isLast && !isUneven && state.pages > 1 && records < longest;
      return unreadSign(view, { ...about, wanted, said, flagsToo });
    };
  }

  /** A server that says of a page that it is a part says of how many. */
  #totalOfPart({ status, headers }: ApiResponse): number | undefined {
    const { paginator: { kind }, pagination: { total, total_from } } = this.#options;
    const isOpen = kind !== "single" && total === undefined && total_from === undefined;
    return isOpen && status === 206 ? totalOfRange(headers.get("content-range")) : undefined;
  }

  get #isLink(): boolean {
    const { type } = this.#options.pagination;
    return type === "link" || type === "next_url";
  }

  /** Records per page: as the strategy asks for them, or the request itself. */
  get #size(): number | undefined {
    const { paginator, pagination, limit } = this.#options;
    if (paginator.kind === "count") return paginator.pageSize;
    return ("size" in pagination ? pagination.size : undefined) ?? limit;
  }

  /** @param token Of the next position. @param about.own Of the page itself. */
  #refuseSeen(
    token: string,
    { own, state }: { readonly own: string; readonly state: PaginationState },
  ): void {
    if (!this.#options.seen.hasToken(token) && token !== own) return;
    throw new PaginationError(
      "cursor-repeated",
      `Cannot go on after page ${state.pages + 1}: its next token was used before in this stream`,
      { context: { page: state.pages + 1, token } },
    );
  }
}
