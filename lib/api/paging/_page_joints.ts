import { type DotPath, valueAt } from "../../grammar/mod.ts";
import type { PageRecord } from "../body/page_record.ts";
import type { Pagination } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { PageView } from "./paginator.ts";
import type { ReadPage } from "./read_page.ts";

/** What pages are compared by. */
export interface PageJointsOptions {
  readonly pagination: Pagination;
  /** Path of the records. */
  readonly path: DotPath;
  /** Records per page that are asked for by number or offset. */
  readonly size: number | undefined;
}

/** Whether a cursor is taken from the last record of a page. */
export function isOfLast(path = ""): boolean {
  return /(^|\.)-1(\.|$)/.test(path);
}

/**
 * Finds pages that begin with what the one before ended with: a cursor that includes its record, or an offset that counts
 * records which the server does not show. They come again in every reading, so that readings that agree prove nothing.
 */
export class PageJoints {
  readonly #options: PageJointsOptions;
  #before: {
    readonly last: string | undefined;
    readonly records: readonly Uint8Array[];
    readonly count: number;
    readonly isShort: boolean;
  } | undefined;

  /** Keys of the first page with records. */
  #keys: ReadonlySet<string> | undefined;
  /** Its path: an empty page of another one is perhaps that of a login. */
  #pathname: string | undefined;
  /** Whether an empty page was unlike those with records. */
  #isOdd = false;
  /** Whether a page had null for its records, and whether one with records came after it. */
  #isNull = false;
  #isNullWithin = false;

  constructor(options: PageJointsOptions) {
    this.#options = options;
  }

  /** Notes the next page; returns the state after it, and how many of its records come again beyond doubt. */
  add(
    state: PaginationState,
    { view, records: all }: ReadPage,
  ): { readonly after: PaginationState; readonly overlap: number } {
    const { pagination, path, size } = this.#options;
    const isCounted = pagination.type === "page" || pagination.type === "offset";
    if (view.records === 0) {
      // Whatever answers in the place of the listing, it is not its end.
      if (this.#isElsewhere(view)) state = { ...state, odd: true };
      this.#isOdd ||= isCounted && isOdd(view.value, this.#keys);
      const isNull = valueAt(view.value, path) === null;
      // Some servers always write an empty list so; one that does it now and then says that it has none to show.
      if (isCounted && !isNull && this.#isNullWithin) state = { ...state, odd: true };
      this.#isNull ||= isNull;
    } else {
      this.#isNullWithin ||= this.#isNull;
      this.#keys ??= keysOf(view.value);
      this.#pathname ??= view.url.pathname;
    }
    // The end may look different; what has pages after it is none.
    if (view.records > 0 && this.#isOdd) state = { ...state, odd: true };
    const nothing = { after: state, overlap: 0 };
    if (view.records === 0 || pagination.repeats === true) return nothing;
    const before = this.#before;
    const at = (index: string) => {
      const isNamed = pagination.type === "cursor" && !pagination.change_feed &&
        isOfLast(pagination.path);
      return isNamed ? JSON.stringify(valueAt(view.value, [...path, index])) : undefined;
    };
    const { records: count } = view;
    const isShort = size !== undefined && count < size;
    // An offset that begins too low does so from the first joint on, or after a short page; later the listing has moved.
    const isAlways = !isCounted || state.overlaps === true;
    const isFirst = state.records === (before?.count ?? 0) + count;
    const isLikely = isAlways || before?.isShort === true || isFirst;
    // Where joints count for nothing, the records need not be compared, nor kept until the next page.
    const mayCount = isLikely || isShort || state.records === count;
    // Those of a large page are in a file: they are compared by the last one alone.
    const some: readonly PageRecord[] = Array.isArray(all) && mayCount ? all : [];
    const records = some.map(({ bytes }) => bytes);
    this.#before = { last: at("-1"), records, count, isShort };
    if (before === undefined || !isLikely) return nothing;
    const shared = sharedBy(before.records, records);
    const isSame = before.last !== undefined && before.last === at("0");
    if (!isSame && shared === 0) {
      const isStray = !isCounted && placeOf(before.records, records[0]) >= 0;
      return isStray ? { after: { ...state, unstable: true }, overlap: 0 } : nothing;
    }
    return { after: { ...state, overlaps: true }, overlap: Math.max(shared, 1) };
  }

  /** Whether an empty page comes from another path than the listing, perhaps from that of a login. */
  #isElsewhere({ url, asked = url }: PageView): boolean {
    const { pagination } = this.#options;
    const { type } = pagination;
    if (url.pathname === this.#pathname || (type === "none" && pagination.whole === true)) {
      return false;
    }
    // A link may lead anywhere.
    const isOnePath = type === "page" || type === "offset" || type === "cursor";
    return (isOnePath && this.#pathname !== undefined) || nameOf(url) !== nameOf(asked);
  }
}

/** Returns the last part of a path: the listing itself, which may have moved to another version of the API. */
function nameOf({ pathname }: URL): string | undefined {
  return pathname.split("/").findLast((part) => part !== "");
}

function keysOf(value: unknown): ReadonlySet<string> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Set(Object.keys(value)) : undefined;
}

/** Whether an empty page has no body, or something to say that no page with records has said. */
function isOdd(value: unknown, keys: ReadonlySet<string> | undefined): boolean {
  if (keys === undefined) return false;
  return value === undefined || keysOf(value)?.isSubsetOf(keys) === false;
}

/**
 * Returns how many records at the end of a page are, to the byte, those at the beginning of the next; 0 if that could be
 * chance because the first of them is on the page more than once.
 */
function sharedBy(before: readonly Uint8Array[], after: readonly Uint8Array[]): number {
  const at = placeOf(before, after[0]);
  if (at < 0) return 0;
  const shared = before.slice(at);
  return shared.every((bytes, index) => isEqual(bytes, after[index])) ? shared.length : 0;
}

/** Returns where a record is on a page; -1 if it is not, or more than once. A loop: each record of a page is compared. */
function placeOf(page: readonly Uint8Array[], record: Uint8Array | undefined): number {
  let place = -1;
  for (let at = 0; at < page.length; at++) {
    const bytes = page[at];
    if (bytes === undefined || !isEqual(bytes, record)) continue;
    if (place >= 0) return -1;
    place = at;
  }
  return place;
}

/** A loop, as it runs once for each record of a page. */
function isEqual(one: Uint8Array, other: Uint8Array | undefined): boolean {
  if (one.length !== other?.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
