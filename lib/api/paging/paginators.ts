import { PaginationError } from "../../errors/mod.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { noteBrought } from "../transport/brought_secrets.ts";
import { restoreQueryParams } from "../transport/query.ts";
import { findLink, hasBrokenLink } from "../headers/parse_link.ts";
import type {
  CursorPagination,
  CustomPagination,
  OffsetPagination,
  PagePagination,
  Pagination,
  PlacedIn,
} from "./pagination.ts";
import type { JsonValue } from "./pagination_state.ts";
import type { PageAddress, PageView, Paginator } from "./paginator.ts";

/** What strategies need to know of the client. */
export interface PaginatorOptions {
  /** Whether the request has a body; decides where values go when nothing says so. */
  readonly hasBody: boolean;
  /** Returns a next link as it may be followed and stored. */
  readonly admit: (url: URL) => string;
  /** The stream's own URL, admitted: where the first page stands. */
  readonly own: string;
}

/** Builds the strategy for a configuration. */
export function createPaginator(pagination: Pagination, options: PaginatorOptions): Paginator {
  const place = (("in" in pagination ? pagination.in : undefined) ??
    (options.hasBody ? "body" : "query")) satisfies PlacedIn;
  switch (pagination.type) {
    case "none":
      return singlePage();
    case "page":
      return pageNumbers(pagination, place);
    case "offset":
      return offsets(pagination, place);
    case "cursor":
      return cursors(pagination, place);
    case "link":
      return {
        ...nextUrls((page) => nextLink(page, options), options),
        names: (page) => page.headers.has("link"),
        // A server that names other pages too has something to name on the last one.
        alwaysNames: ({ headers }) =>
          ["first", "prev", "previous", "last"].some((rel) => findLink(headers.get("link"), rel)),
      };
    case "next_url":
      return {
        ...nextUrls((page) => page.text(pagination.path) || undefined, options),
        names: (page) => hasValue(page, pagination.path),
      };
    case "custom":
      return customPages(pagination);
    case "own":
      return pagination.paginator;
  }
}

function singlePage(): Paginator {
  return {
    kind: "single",
    first: null,
    address: () => ({}),
    next: () => undefined,
    token: () => "single",
  };
}

function pageNumbers(pagination: PagePagination, place: PlacedIn): Paginator {
  const { page_param: name, size_param: sizeName, size } = pagination;
  return {
    kind: "count",
    first: pagination.start ?? 1,
    pageSize: size,
    address: (position) =>
      put(place, {
        [name]: Number(position),
        ...(sizeName === undefined || size === undefined ? {} : { [sizeName]: size }),
      }),
    next: (_page, position) => Number(position) + 1,
    skip: (position) => Number(position) + 1,
    token: (position) => `page=${position}`,
  };
}

function offsets(pagination: OffsetPagination, place: PlacedIn): Paginator {
  const { offset_param: name, size_param: sizeName, size } = pagination;
  return {
    kind: "count",
    first: pagination.start ?? 0,
    pageSize: size,
    address: (position) => put(place, { [name]: Number(position), [sizeName]: size }),
    // By what came, not by what was asked for: a server may cap the page size. An empty page may be a filtered one.
    next: (page, position) => Number(position) + (page.records === 0 ? size : page.records),
    skip: (position) => Number(position) + size,
    token: (position) => `offset=${position}`,
  };
}

function cursors(pagination: CursorPagination, place: PlacedIn): Paginator {
  const { param, path, header } = pagination;
  return {
    kind: "link",
    first: pagination.start ?? null,
    address: (position) =>
      position === null ? {} : put(place, { [param]: sentCursor(String(position), place) }),
    next: (page) => {
      if (place === "body" && header === undefined) return jsonCursor(page, path ?? "");
      const cursor = header === undefined
        ? page.text(path ?? "")
        : page.headers.get(header)?.trim();
      if (place === "header" && cursor !== undefined) refuseUnsendable(cursor);
      return cursor === "" ? undefined : cursor;
    },
    names: (page) => header === undefined ? hasValue(page, path ?? "") : page.headers.has(header),
    token: (position) => position === null ? "cursor" : `cursor=${position}`,
  };
}

/** Marks a position that is JSON, not the text of a cursor. */
const JSON_MARK = "=";

/** Returns a cursor that a body takes as it came, as a text: the JSON of a number, a list or an object has a mark. */
function jsonCursor(page: PageView, path: string): string | undefined {
  const json = page.text(path, true);
  if (json === undefined) return undefined;
  const value: unknown = JSON.parse(json);
  if (value === "") return undefined;
  if (typeof value === "string" && !value.startsWith(JSON_MARK)) return value;
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  // An empty one says nothing, and a text too long to be a cursor was taken out.
  return isEmpty ? page.text(path) : `${JSON_MARK}${json}`;
}

/** Returns a cursor as a body takes it, its numbers by their own digits. */
function sentCursor(position: string, place: PlacedIn): JsonValue {
  const isJson = place === "body" && position.startsWith(JSON_MARK);
  return isJson ? JSON.parse(position.slice(JSON_MARK.length), asWritten) : position;
}

function asWritten(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const { source } = context ?? {};
  if (typeof value !== "number" || source === undefined || String(value) === source) return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}

/** Null is a value: the server says that there is none. */
function hasValue({ value }: PageView, path: string): boolean {
  return valueAt(value, parseDotPath(path)) !== undefined;
}

/** What a header can carry and brings over unchanged: the field values of RFC 9110, section 5.5. */
const FIELD_VALUE = /^([!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

function refuseUnsendable(cursor: string): void {
  if (FIELD_VALUE.test(cursor)) return;
  throw new PaginationError("next-invalid", "Cannot go on: the next cursor fits no header");
}

function nextUrls(
  find: (page: PageView) => string | undefined,
  options: PaginatorOptions,
): Paginator {
  return {
    kind: "link",
    first: null,
    address: (position) => position === null ? {} : { url: String(position) },
    next: (page) => {
      const link = find(page);
      if (link === undefined) return undefined;
      const url = URL.parse(link, page.url);
      if (url === null) {
        throw new PaginationError("next-invalid", "Cannot go on: the next link is not a URL");
      }
      const first = URL.parse(options.own, page.url);
      noteBrought(url, first);
      if (first !== null) restoreQueryParams(url, first);
      return options.admit(url);
    },
    // A link may lead back to the first page, or be empty, which means the page itself.
    token: (position) => `url=${position ?? options.own}`,
  };
}

/** Finds the next link whose context is the page itself (RFC 8288, section 3.2). */
function nextLink(page: PageView, { admit }: PaginatorOptions): string | undefined {
  const header = page.headers.get("link");
  const found = findLink(header, "next", {
    admitAnchor: (anchor) => {
      const context = URL.parse(anchor, page.url);
      return context?.host === page.url.host && admit(context) === admit(page.url);
    },
  });
  if (found === undefined && hasBrokenLink(header, "next")) {
    const wanted = '<address>; rel="next"';
    throw new PaginationError(
      "next-invalid",
      `Cannot go on: the Link header names a next page, but not as ${wanted}`,
    );
  }
  return found;
}

function customPages(pagination: CustomPagination): Paginator {
  return {
    kind: "link",
    first: toJson(pagination.first ?? {}),
    address: toAddress,
    next: (page, position) => {
      const next = pagination.next(page, toAddress(position));
      return next === undefined ? undefined : toJson(next);
    },
    token: (position) => JSON.stringify(position),
  };
}

function put(place: PlacedIn, values: Readonly<Record<string, JsonValue>>): PageAddress {
  if (place === "body") return { body: values };
  const texts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value)]),
  );
  return place === "query" ? { query: texts } : { headers: texts };
}

function toJson(address: PageAddress): JsonValue {
  const { query, headers, body, url } = address;
  return {
    ...(query === undefined ? {} : { query: { ...query } }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
    ...(body === undefined ? {} : { body: { ...body } }),
    ...(url === undefined ? {} : { url }),
  };
}

function toAddress(position: JsonValue): PageAddress {
  return typeof position === "object" && position !== null && !Array.isArray(position)
    ? position as PageAddress
    : {};
}
