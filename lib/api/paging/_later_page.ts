import { findLink } from "../headers/parse_link.ts";
import type { Pagination } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { PageView } from "./paginator.ts";

/** How links name the number of a page, or of a record. */
const OF_PAGE = /page|^p$/i;
const OF_RECORD = /offset|skip|^_?(start|from)(at|index|row)?$/i;
/** How they name other numbers. */
const OF_OTHER = /per|size|limit|count|after|before|cursor/i;

/**
 * Whether a link to the last page leads to one after this one, by its number; a short page may be off by one.
 * The parameter of a cursor may be such a number, whatever its name.
 */
export function isLater(
  last: string,
  { url, headers, records }: PageView,
  { pagination, state: { longest = 0 } }: {
    readonly pagination: Pagination;
    readonly state: PaginationState;
  },
): boolean {
  const own = pagination.type === "cursor" ? pagination.param : undefined;
  const first = URL.parse(findLink(headers.get("link"), "first") ?? "", url)?.searchParams;
  const params = [...URL.parse(last, url)?.searchParams ?? []];
  return params.some(([name, value]) => {
    const isOfRecord = OF_RECORD.test(name) || name === own;
    if (OF_OTHER.test(name) || !(isOfRecord || OF_PAGE.test(name))) return false;
    const here = url.searchParams.get(name) ?? first?.get(name) ?? (isOfRecord ? "0" : "1");
    if (![here, value].every((number) => /^\d{1,15}$/.test(number))) return false;
    const slack = records < longest ? (isOfRecord ? longest : 1) : 0;
    return Number(value) > Number(here) + slack;
  });
}
