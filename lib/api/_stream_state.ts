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

/** Builds the error for a page that holds the records of an earlier one. */
export function repeatedPage(state: PaginationState): PaginationError {
  return new PaginationError(
    "page-repeated",
    `Cannot go on after page ${state.pages}: the next one holds the same records as an earlier one, however often it is asked for`,
    { context: { page: state.pages + 1 } },
  );
}
