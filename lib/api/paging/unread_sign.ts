import { type DotPath, formatDotPath, valueAt } from "../../grammar/mod.ts";
import type { PagePagination, Pagination, PaginationBasics } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { PageView } from "./paginator.ts";
import { findLink } from "../headers/parse_link.ts";

/** What an answer says, in a usual place that the configuration does not name, of records that were not read. */
export interface UnreadSign {
  /** Dot path in the body, or name of a header. */
  readonly place: string;
  /** Whether it is a header. */
  readonly isHeader: boolean;
  /** Whether it names a next page, says that there are more, or declares more records or pages. */
  readonly says: "next" | "more" | "total" | "pages";
  /** The number that it declares; of a next page, whether it is an address or a token. */
  readonly value: number | "url" | "token" | undefined;
}

/** Names of what says how a listing goes on, in lower case and without anything but letters. */
const NAMES = new Map<string, Meaning>([
  ...named(
    "next",
    "continuation continuationtoken lastevaluatedkey mscontinuation next nextcursor nexthref nextlink nextmarker " +
      "nextoffset nextpage nextpagelink nextpagetoken nextpageurl nextrecordsurl nexttoken nexturl odatanextlink",
  ),
  ...named(
    "more",
    "exceededtransferlimit hasmore hasmoreitems hasmorepages hasmorerecords hasmoreresults hasnext hasnextpage " +
      "incomplete ispartial istruncated more moreitems morerecords moreresults partial truncated",
  ),
  ...named("no-more", "done endofrecords islast islastpage last nomore"),
  ...named(
    "total",
    "count numberoftotalresults numbermatched numfound odatacount paginationtotalcount recordsfiltered total totalcount " +
      "totalelements totalhits totalitems totalrecords totalresults totalsize wptotal",
  ),
  ...named("pages", "lastpage numpages pagecount pages totalpages wptotalpages"),
]);

/** How deep below the objects around the records is looked, as for `meta.pagination.total`, and at how many fields. */
const DEPTH = 3;
const MOST_FIELDS = 200;

/** What is known of a page. */
export interface UnreadSignOptions {
  /** Path of the records. */
  readonly path: DotPath;
  readonly pagination: Pagination;
  /** The state after the page. */
  readonly state: PaginationState;
  /** What is looked for. */
  readonly wanted: readonly UnreadSign["says"][];
}

/**
 * Finds what a page says of records that were not read, a next page above all, as that can be followed; the work is
 * bounded whatever is in the body.
 */
export function unreadSign(view: PageView, options: UnreadSignOptions): UnreadSign | undefined {
  let first: UnreadSign | undefined;
  for (const { place, isHeader, means, value: found } of placesOf(view, options)) {
    const [says, value] = signOf(means, found) ?? [];
    if (says === undefined || !options.wanted.includes(says)) continue;
    if (isRead(says, options.pagination)) continue;
    const { records, pages } = options.state;
    if (says === "total" && Number(value) <= records) continue;
    if (says === "pages" && Number(value) <= pages) continue;
    const where = typeof place === "string" ? place : formatDotPath(place);
    const sign = { place: where, isHeader, says, value };
    if (says === "next") return sign;
    first ??= sign;
  }
  return first;
}

/** A place whose name means something. */
interface Place extends Pick<UnreadSign, "isHeader"> {
  /** A path is written as a text where it is told only: most pages say nothing. */
  readonly place: string | DotPath;
  readonly means: Meaning;
  readonly value: unknown;
}

type Meaning = UnreadSign["says"] | "no-more";

/** Lists what is said in headers, and around the records from the inside outwards. */
function* placesOf(
  { headers, value, url }: PageView,
  { path, pagination }: UnreadSignOptions,
): Generator<Place> {
  const isHeader = true;
  const link = findLink(headers.get("link"), "next");
  if (link !== undefined) yield { place: "Link", means: "next", value: link, isHeader };
  const last = findLink(headers.get("link"), "last");
  const param = "page_param" in pagination ? String(pagination.page_param) : undefined;
  if (last !== undefined && param !== undefined) {
    const { start = 1 } = pagination as PagePagination;
    const number = URL.parse(last, url)?.searchParams.get(param);
    const pages = /^\d{1,15}$/.test(number ?? "") ? Number(number) - start + 1 : undefined;
    yield { place: "Link", means: "pages", value: pages, isHeader };
  }
  const range = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  if (range !== undefined) yield { place: "Content-Range", means: "total", value: range, isHeader };
  for (const [place, text] of headers) {
    const means = place.startsWith("x-") ? meaningOf(place.slice(2)) : undefined;
    if (means !== undefined) yield { place, means, value: text, isHeader };
  }
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = path.slice(0, depth);
    yield* fieldsOf(valueAt(value, around), around, path[depth]);
  }
}

/** Lists the fields of an object, the outer ones first; those of `next: { href }` or `total: { value }` go by its name. */
function* fieldsOf(outer: unknown, around: DotPath, except: string | undefined): Generator<Place> {
  const objects: { value: unknown; path: DotPath; as: Meaning | undefined }[] = [
    { value: outer, path: around, as: undefined },
  ];
  let fields = 0;
  for (const { value, path, as } of objects) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (++fields > MOST_FIELDS) return;
      if (value === outer && key === except) continue;
      const at = [...path, key];
      const means = as ?? meaningOf(key);
      if (means !== undefined) yield { place: at, means, value: inner, isHeader: false };
      if (at.length - around.length < DEPTH) objects.push({ value: inner, path: at, as: means });
    }
  }
}

function meaningOf(name: string): Meaning | undefined {
  return NAMES.get(name.toLowerCase().replaceAll(/[^a-z]/g, ""));
}

function signOf(
  meaning: Meaning,
  value: unknown,
): [says: UnreadSign["says"], value: UnreadSign["value"]] | undefined {
  switch (meaning) {
    case "next":
      return nextIn(value);
    case "more":
      return value === true || value === "true" || value === 1 ? ["more", undefined] : undefined;
    case "no-more":
      return value === false ? ["more", undefined] : undefined;
    case "total":
    case "pages": {
      // `lastPage: false` is the name of another kind.
      if (value === false && meaning === "pages") return ["more", undefined];
      const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : undefined;
      return number === undefined ? undefined : [meaning, number];
    }
  }
}

/** What names a next page; null, 0, false and nothing say that there is none. */
function nextIn(value: unknown): ["next", UnreadSign["value"]] | undefined {
  if (value === true) return ["next", undefined];
  if (typeof value === "number") return value > 0 ? ["next", "token"] : undefined;
  if (typeof value !== "string" || /^(0|false|null|none)?$/i.test(value.trim())) return undefined;
  return ["next", /^(https?:|[/?])/.test(value) ? "url" : "token"];
}

/** Whether the configuration names a place of this kind: then that is the server's word. */
function isRead(
  says: UnreadSign["says"],
  { total, total_from, total_pages, has_more }: PaginationBasics,
): boolean {
  switch (says) {
    case "next":
      return false;
    case "more":
      return has_more !== undefined;
    case "total":
      return total !== undefined || total_from !== undefined;
    case "pages":
      return total_pages !== undefined;
  }
}

function named<const Says extends string>(says: Says, names: string): [string, Says][] {
  return names.split(" ").map((name) => [name, says]);
}
