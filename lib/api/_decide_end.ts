import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { Paginator } from "./paginator.ts";
import type { StopReason, StreamEnd } from "./stream_end.ts";

/** Pages without records in a row after which a chain of cursors is taken for endless. */
export const MAX_EMPTY_IN_ROW = 10;

/** What decides whether a page is the last one. */
export interface EndInput {
  readonly kind: Paginator["kind"];
  /** Pages so far, this one included. */
  readonly pages: number;
  /** Records on the page. */
  readonly records: number;
  /** Records received so far, this page included. */
  readonly read: number;
  readonly total: number | undefined;
  readonly hasMore: boolean | undefined;
  /** The next position, where there is one. */
  readonly next: JsonValue | undefined;
  /** The page size asked for. */
  readonly size: number | undefined;
  readonly pageSize: PaginationState["pageSize"];
  readonly emptyInRow: number;
  readonly shortPageEnds: boolean;
  /** Whether the answer had a body to say something in, which a 204 has not. */
  readonly hasContent: boolean;
}

/** Why a stream ends with a page. */
export interface Ending {
  readonly reason: StopReason;
  /** Whether only a declared total could prove this end. */
  readonly doubtful: boolean;
}

/** Says why the stream ends with a page, or `undefined` where it goes on. */
export function decideEnd(input: EndInput): Ending | undefined {
  const reason = reasonOf(input);
  return reason === undefined ? undefined : { reason, doubtful: isDoubtful(input, reason) };
}

/** Whether the last page says that there is more, or is itself not what the page before it named. */
function isDoubtful(input: EndInput, reason: StopReason): boolean {
  const { kind, pages, next, hasMore, hasContent } = input;
  if (hasMore === true) return true;
  if (kind !== "link") return false;
  return hasContent ? reason === "empty-page" && next !== undefined : pages > 1;
}

/**
 * The declared total is trusted first, then has-more, then an empty page. A short page ends the stream only where the
 * server was seen to honour the page size and nothing says that there is more. A total that was exceeded is no total,
 * and one that the first page alone fulfils may be the count of that page: the next one tells.
 */
function reasonOf(input: EndInput): StopReason | undefined {
  const { kind, records, read, total, hasMore, next } = input;
  if (kind === "single") return "single-page";
  const full = input.size === undefined ? kind === "link" : records >= input.size;
  const perhapsOfThisPage = input.pages === 1 && full && next !== undefined && records > 0;
  if (read === total && !perhapsOfThisPage) return "total-reached";
  const moreByTotal = total !== undefined && read < total;
  if (hasMore === false && !(moreByTotal && kind === "count" && records > 0)) {
    return "has-more-false";
  }
  if (next === undefined) return records === 0 ? "empty-page" : "no-next";
  if (records === 0) return endOfEmpty(input);
  const { size, pageSize, shortPageEnds } = input;
  const short = kind === "count" && size !== undefined && records < size;
  const trusted = shortPageEnds && pageSize === "honoured" && hasMore !== true && !moreByTotal;
  return short && trusted ? "short-page" : undefined;
}

/** An empty page ends a count; cursors may lead through some empty pages, but not for ever. */
function endOfEmpty(input: EndInput): StopReason | undefined {
  if (input.kind === "count" && input.hasMore !== true) return "empty-page";
  return input.emptyInRow >= MAX_EMPTY_IN_ROW ? "empty-page" : undefined;
}

/** Builds the end of a stream and says whether it is proven. */
export function endOf(
  stopReason: StopReason,
  facts: {
    readonly read: number;
    readonly total: number | undefined;
    /** Whether the total changed between pages: then records may have come twice, and others not at all. */
    readonly totalChanged: boolean;
    readonly skipped: number;
    /** Whether the configuration promises a total. */
    readonly totalExpected: boolean;
    /** Whether only a declared total could prove this end. */
    readonly doubtful: boolean;
    readonly guard?: StreamEnd["guard"];
  },
): StreamEnd {
  const { read, total, skipped, guard } = facts;
  const stopped = stopReason === "max-pages" || stopReason === "guard";
  // What has not changed is as complete as it was.
  const counted = stopReason === "not-modified" ||
    (total === undefined
      ? !facts.totalExpected && !facts.doubtful
      : total === read && !facts.totalChanged);
  return {
    stopReason,
    read,
    proven: !stopped && skipped === 0 && counted,
    skippedPages: skipped,
    ...(total === undefined ? {} : { total }),
    ...(guard === undefined ? {} : { guard }),
  };
}
