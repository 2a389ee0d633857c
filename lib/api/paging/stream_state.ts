import { PaginationError } from "../../errors/mod.ts";
import { disputed, type Sign, SIGNS } from "./evidence.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";

/** Returns the state before the first page. */
export function firstState(position: JsonValue): PaginationState {
  return {
    v: 1,
    position,
    pages: 0,
    records: 0,
    skipped: 0,
    skippedInRow: 0,
    emptyInRow: 0,
    pageSize: "unseen",
  };
}

/** Returns the state behind a page of so many records, at the position of that page. */
export function afterPage(
  state: PaginationState,
  records: number,
  size: number | undefined,
): PaginationState {
  let { pageSize } = state;
  if (size !== undefined && records > size) pageSize = "broken";
  else if (records === size && pageSize === "unseen") pageSize = "honoured";
  // A server that fills no page has a limit of its own: a page as long as that is not short.
  const { longest = 0 } = state;
  const fills = longest > 0 && records >= longest;
  const short = size !== undefined && records < size && pageSize !== "broken" && !fills;
  return {
    ...state,
    ...(records > 0 && { afterShort: short, longest: Math.max(longest, records) }),
    pages: state.pages + 1,
    records: state.records + records,
    skippedInRow: 0,
    emptyInRow: records === 0 ? state.emptyInRow + 1 : 0,
    pageSize,
  };
}

/** Returns the state with the total that a page declares, and notes if it is not the one before. */
export function withTotal(state: PaginationState, total: number | undefined): PaginationState {
  if (total === undefined || total === state.total) return state;
  return { ...state, total, ...(state.total === undefined ? {} : { totalChanged: true }) };
}

/** Signs of more that do not promise records. */
const VAGUE: ReadonlySet<Sign> = new Set(["next-named", "more-unread"]);

/** Returns the state with what the page behind it said of the end; an empty page leaves standing what the one before said. */
export function withSigns(
  state: PaginationState,
  before: PaginationState,
  signs: readonly Sign[],
): PaginationState {
  const said = [...new Set([...state.emptyInRow > 0 ? before.said ?? [] : [], ...disputed(signs)])];
  const promised = signs.some((sign) => SIGNS[sign].says === "more" && !VAGUE.has(sign));
  // Most pages say what the one before said.
  if (said.length === 0 && state.said === undefined && promised === (state.promised ?? false)) {
    return state;
  }
  const { said: _said, promised: _promised, ...kept } = state;
  return {
    ...kept,
    ...(said.length === 0 ? {} : { said }),
    ...(promised ? { promised } : {}),
  };
}

/** Builds the error for a page that holds the records of an earlier one. */
export function repeatedPage(state: PaginationState): PaginationError {
  const where = state.pages === 0 ? "" : ` after page ${state.pages}`;
  return new PaginationError(
    "page-repeated",
    `Cannot go on${where}: the next page holds the same records as an earlier one, however often it is asked for`,
    { context: { page: state.pages + 1 } },
  );
}
