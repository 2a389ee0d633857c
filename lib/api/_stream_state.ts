import { PaginationError } from "../errors/mod.ts";
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
  return {
    ...state,
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

/** Builds the error for a page that holds the records of an earlier one. */
export function repeatedPage(state: PaginationState): PaginationError {
  return new PaginationError(
    "page-repeated",
    `Cannot go on after page ${state.pages}: the next one holds the same records as an earlier one, however often it is asked for`,
    { context: { page: state.pages + 1 } },
  );
}
