import type { PageAddress, PageView, Paginator } from "./paginator.ts";

/** Where a pagination value goes. */
export type PlacedIn = "query" | "header" | "body";

/** What a declared total is worth: a lower bound proves no end, an estimate neither end nor loss. */
export const TOTAL_KINDS = ["exact", "at_least", "estimate"] as const;

/** One of {@linkcode TOTAL_KINDS}. */
export type TotalKind = (typeof TOTAL_KINDS)[number];

/** Where an answer holds a number: a dot path of its body, or a header. */
export interface NumberPlace {
  /** Where in the body it is. */
  readonly path?: string | undefined;
  /** Which header has it. */
  readonly header?: string | undefined;
}

/** Fields that every strategy may add. */
export interface PaginationBasics {
  /** Where the number of all records is; a text is a dot path of the body. */
  readonly total?:
    | string
    | (NumberPlace & {
      /** @default "exact" */
      readonly kind?: TotalKind | undefined;
    })
    | undefined;
  /** Where the number of all pages is; a text is a dot path of the body. */
  readonly total_pages?: string | NumberPlace | undefined;
  /** Dot path of a value that says whether there are more pages. */
  readonly has_more?: string | undefined;
  /** A value in the body by which a page is the last. */
  readonly stop?: {
    readonly path: string;
    /** The value. @default true */
    readonly equals?: string | number | boolean | null | undefined;
  } | undefined;
  /** Whether equal pages are legitimate, so that one is no sign of a loop. @default false */
  readonly repeats?: boolean | undefined;
  /** A separate request for the number of all records; takes the stream's own parameters. */
  readonly total_from?: {
    readonly path: string;
    /** Dot path of the number in a JSON answer; without it the answer is the number. */
    readonly field?: string | undefined;
  } | undefined;
  /** Stop after so many pages; such a stream is never complete. */
  readonly max_pages?: number | undefined;
  /**
   * Pages asked for at the same time, where the total is known and pages or offsets are counted; they come in order all
   * the same. The client's rate limit holds for them together. @default 1
   */
  readonly parallel?: number | undefined;
  /** Whether a short page ends the stream once a full one was seen; without it one more page confirms the end. @default false */
  readonly short_page_ends?: boolean | undefined;
}

/** Where strategies put their values. */
export interface PaginationPlace {
  /** In the query, in headers, or in the JSON body (the names are then dot paths). @default "body" for a request with a body, else "query" */
  readonly in?: PlacedIn | undefined;
}

/** `?page=3&per_page=100` */
export interface PagePagination extends PaginationBasics, PaginationPlace {
  /** Kind of pagination. */
  readonly type: "page";
  /** Parameter that takes the number of the page. */
  readonly page_param: string;
  /** Parameter that takes the size of a page. */
  readonly size_param?: string | undefined;
  /** Records per page. */
  readonly size?: number | undefined;
  /** Number of the first page. @default 1 */
  readonly start?: number | undefined;
}

/** `?offset=200&limit=100` */
export interface OffsetPagination extends PaginationBasics, PaginationPlace {
  /** Kind of pagination. */
  readonly type: "offset";
  /** Parameter that takes the number of the first record. */
  readonly offset_param: string;
  /** Parameter that takes the size of a page. */
  readonly size_param: string;
  /** Records per page. */
  readonly size: number;
  /** Offset of the first record. @default 0 */
  readonly start?: number | undefined;
}

/** `?cursor=abc`, where each page names the next cursor, in its body or in a header. */
export interface CursorPagination extends PaginationBasics, PaginationPlace {
  /** Kind of pagination. */
  readonly type: "cursor";
  /** Parameter that takes the token of the page. */
  readonly param: string;
  /** Dot path of the next cursor in the body, such as `meta.next` or `data.-1.id`; a body takes it as it came, be it a list. */
  readonly path?: string | undefined;
  /** Name of the answer's header with the next cursor, instead of `path`. */
  readonly header?: string | undefined;
  /** The cursor of the first page; without it the first request has none. */
  readonly start?: string | undefined;
  /** Whether this is a change feed: a page that names its own cursor as the next one ends it, with records or without. @default false */
  readonly change_feed?: boolean | undefined;
  /** Records per page, as `params` ask for them: a page without a next cursor that is shorter is the last. */
  readonly size?: number | undefined;
}

/** A `Link` header with `rel="next"` (RFC 8288). */
export interface LinkPagination extends PaginationBasics {
  /** Kind of pagination. */
  readonly type: "link";
  /** Records per page, as `params` ask for them: a page without a link that is shorter is the last. */
  readonly size?: number | undefined;
}

/** The next page's URL in the body. */
export interface NextUrlPagination extends PaginationBasics {
  /** Kind of pagination. */
  readonly type: "next_url";
  /** Where in the body it is. */
  readonly path: string;
  /** Records per page, as `params` ask for them: a page without a next URL that is shorter is the last. */
  readonly size?: number | undefined;
}

/** A single page. */
export interface NoPagination extends PaginationBasics {
  /** Kind of pagination. */
  readonly type: "none";
  /** Whether it is the whole stream whatever it says of more. @default false */
  readonly whole?: boolean | undefined;
}

/** A function finds the next page. */
export interface CustomPagination extends PaginationBasics {
  /** Kind of pagination. */
  readonly type: "custom";
  /** What the first request adds. @default {} */
  readonly first?: PageAddress;
  /** Returns what the next request adds, which must survive JSON; `undefined` after the last page. */
  readonly next: (page: PageView, current: PageAddress) => PageAddress | undefined;
}

/** A strategy of one's own, as an object. */
export interface OwnPagination extends PaginationBasics {
  /** Kind of pagination. */
  readonly type: "own";
  /** Finds the next page. */
  readonly paginator: Paginator;
}

/** How a stream is divided into pages; the fields are written as in the pipeline's YAML. */
export type Pagination =
  | PagePagination
  | OffsetPagination
  | CursorPagination
  | LinkPagination
  | NextUrlPagination
  | NoPagination
  | CustomPagination
  | OwnPagination;
