import type { JsonValue } from "./pagination_state.ts";

/** What a position adds to the stream's request. */
export interface PageAddress {
  /** Query parameters. */
  readonly query?: Readonly<Record<string, string>>;
  /** Headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Values in the JSON body, by dot path. */
  readonly body?: Readonly<Record<string, JsonValue>>;
  /** A whole URL in place of the stream's own. */
  readonly url?: string;
}

/** A page as a paginator sees it. */
export interface PageView {
  /** Records on it. */
  readonly records: number;
  /** Its URL, without credentials of ours. */
  readonly url: URL;
  /** The URL that was asked, if known; redirects may have led to another. */
  readonly asked?: URL;
  /** The headers of the answer. */
  readonly headers: Headers;
  /** Its parsed body; `undefined` where it is not JSON. */
  readonly value: unknown;
  /**
   * Returns the value at a dot path of the body as text, a number by its own digits; `undefined` where there is none or it is null.
   *
   * @param asJson Whether to return what it is in JSON, be it an object or array.
   * @throws {PaginationError} If it is an object, array or boolean.
   */
  text(path: string, asJson?: boolean): string | undefined;
}

/** How one API divides a stream into pages. Positions are values that JSON can hold. */
export interface Paginator {
  /**
   * What says that there are no more pages: `link` when the page itself names its next one (a cursor, a link), `count`
   * when a next page can always be asked for (page numbers, offsets), `single` when there is one page only.
   */
  readonly kind: "link" | "count" | "single";
  /** Position of the first page. */
  readonly first: JsonValue;
  /** Records asked for per page, where the strategy asks. */
  readonly pageSize?: number | undefined;
  /** Returns what to ask for at a position. */
  address(position: JsonValue): PageAddress;
  /** Returns the position after a page, or `undefined` where the page names none. */
  next(page: PageView, position: JsonValue): JsonValue | undefined;
  /** Says whether a page has the place where the next one is named, if only to say that there is none. @default {yes} */
  names?(page: PageView): boolean;
  /** Says whether a page shows that every page has that place, the last one too. @default {no} */
  alwaysNames?(page: PageView): boolean;
  /** Returns the position after a page that could not be read, where that can be known. */
  skip?(position: JsonValue): JsonValue | undefined;
  /** Returns the text by which a position is recognized. */
  token(position: JsonValue): string;
}
