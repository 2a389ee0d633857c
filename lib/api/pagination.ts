import type { PageAddress, PageView, Paginator } from "./paginator.ts";

/** Where a pagination value goes. */
export type PlacedIn = "query" | "header" | "body";

/** Fields that every strategy may add. */
export interface PaginationBasics {
  /** Dot path of the number of all records in the body. */
  readonly total?: string | undefined;
  /** Dot path of a value that says whether there are more pages. */
  readonly has_more?: string | undefined;
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
  /** Whether a short page ends the stream once a full one was seen; `false` asks for one more page, always. @default true */
  readonly short_page_ends?: boolean | undefined;
}

/** Where strategies put their values. */
export interface PaginationPlace {
  /** In the query, in headers, or in the JSON body (the names are then dot paths). @default "body" for a request with a body, else "query" */
  readonly in?: PlacedIn | undefined;
}

/** `?page=3&per_page=100` */
export interface PagePagination extends PaginationBasics, PaginationPlace {
  readonly type: "page";
  readonly page_param: string;
  readonly size_param?: string | undefined;
  readonly size?: number | undefined;
  /** Number of the first page. @default 1 */
  readonly start?: number | undefined;
}

/** `?offset=200&limit=100` */
export interface OffsetPagination extends PaginationBasics, PaginationPlace {
  readonly type: "offset";
  readonly offset_param: string;
  readonly size_param: string;
  readonly size: number;
  /** Offset of the first record. @default 0 */
  readonly start?: number | undefined;
}

/** `?cursor=abc`, where each page names the next cursor, in its body or in a header. */
export interface CursorPagination extends PaginationBasics, PaginationPlace {
  readonly type: "cursor";
  readonly param: string;
  /** Dot path of the next cursor in the body, such as `meta.next` or `data.-1.id`. */
  readonly path?: string | undefined;
  /** Name of the answer's header with the next cursor, instead of `path`. */
  readonly header?: string | undefined;
  /** The cursor of the first page; without it the first request has none. */
  readonly start?: string | undefined;
}

/** A `Link` header with `rel="next"` (RFC 8288). */
export interface LinkPagination extends PaginationBasics {
  readonly type: "link";
}

/** The next page's URL in the body. */
export interface NextUrlPagination extends PaginationBasics {
  readonly type: "next_url";
  readonly path: string;
}

/** A single page. */
export interface NoPagination extends PaginationBasics {
  readonly type: "none";
}

/** A function finds the next page. */
export interface CustomPagination extends PaginationBasics {
  readonly type: "custom";
  /** What the first request adds. @default {} */
  readonly first?: PageAddress;
  /** Returns what the next request adds, which must survive JSON; `undefined` after the last page. */
  readonly next: (page: PageView, current: PageAddress) => PageAddress | undefined;
}

/** A strategy of one's own, as an object. */
export interface OwnPagination extends PaginationBasics {
  readonly type: "own";
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
