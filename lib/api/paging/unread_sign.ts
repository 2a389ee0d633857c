import { type DotPath, formatDotPath, valueAt } from "../../grammar/mod.ts";
import type { Pagination, PaginationBasics } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { PageView } from "./paginator.ts";
import { isPending } from "../body/reported_error.ts";
import { isLater } from "./_later_page.ts";
import { findLink } from "../headers/parse_link.ts";
import { type Meaning, meaningOf } from "./_unread_names.ts";

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

const COUNT = /^\d{1,15}$/;

/** How deep below the objects around the records is looked, as for `meta.pagination.total`, and at how many fields. */
const DEPTH = 3;
const MOST_FIELDS = 200;

/** What is known of a page. */
export interface PageAbout {
  /** Path of the records. */
  readonly path: DotPath;
  readonly pagination: Pagination;
  /** The state after the page. */
  readonly state: PaginationState;
}

/** What is known of a page, and what is looked for. */
export interface UnreadSignOptions extends PageAbout {
  /** What is looked for. */
  readonly wanted: readonly UnreadSign["says"][];
  /** What an earlier page said, by place: the same value says nothing of the pages after this one. */
  readonly said?: SaidBefore | undefined;
  /** Whether a flag says nothing either that was the same on an earlier page. @default false */
  readonly flagsToo?: boolean | undefined;
}

/** What a page said of more, by place. */
export type SaidBefore = ReadonlyMap<string, string>;

/**
 * Finds what a page says of records that were not read, a next page above all, as that can be followed; the work is
 * bounded whatever is in the body.
 */
export function unreadSign(view: PageView, options: UnreadSignOptions): UnreadSign | undefined {
  const { wanted, said, flagsToo = false, state: { records, pages } } = options;
  let first: UnreadSign | undefined;
  for (const { says, value, place, isHeader, raw } of signsOf(view, options)) {
    if (!wanted.includes(says) || isRead({ says, place }, options.pagination)) continue;
    if (says === "total" && Number(value) <= records) continue;
    if (says === "pages" && Number(value) <= pages) continue;
    if (said?.get(place) === textOf(raw) && (says === "next" || flagsToo)) continue;
    const sign = { place, isHeader, says, value };
    if (says === "next") return sign;
    first ??= sign;
  }
  return first;
}

/** Whether a body declares that there are no records, in a usual place around them, and none that there are some. */
export function declaresNone(body: unknown, path: DotPath): boolean {
  const said = [...fieldsAround(body, path)]
    .filter(({ means, value }) => means !== "status" || isPending(value, undefined))
    .flatMap(({ means, value }) => [signOf(means, value) ?? []]);
  return said.some(([says]) => says === "total") &&
    said.every(([says, value]) => says === undefined || says === "pages" || value === 0);
}

/** Returns what a page says of a next one or of more, to compare it with a later page. */
export function saidOf(view: PageView, options: PageAbout): SaidBefore {
  const said = new Map<string, string>();
  for (const { says, place, means, raw } of signsOf(view, options)) {
    // A link to the last page is the same on every page, and what it says differs.
    if (says === "next" || (says === "more" && means !== "last")) said.set(place, textOf(raw));
  }
  return said;
}

/** Returns the first total that a page declares of more records than its own, where the configuration reads none. */
export function unreadTotal(view: PageView, options: PageAbout): UnreadSign | undefined {
  return signsOf(view, options).find((sign) =>
    sign.says === "total" && !isRead(sign, options.pagination) && Number(sign.value) > view.records
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

function* signsOf(
  view: PageView,
  options: PageAbout,
): Generator<UnreadSign & { readonly means: Meaning; readonly raw: unknown }> {
  for (const { place, isHeader, means, value: raw } of placesOf(view, options)) {
    if ((means === "token" || means === "status") && options.pagination.type !== "none") continue;
    if (means === "status" && !isPending(raw, view.url)) continue;
    const isLast = means === "last" && typeof raw === "string";
    const [says, value] = signOf(means, isLast ? !isLater(raw, view, options) : raw) ?? [];
    if (says === undefined) continue;
    // Most pages say nothing.
    yield {
      place: typeof place === "string" ? place : formatDotPath(place),
      isHeader,
      says,
      value,
      means,
      raw,
    };
  }
}

/** A place whose name means something. */
interface Place extends Pick<UnreadSign, "isHeader"> {
  /** A path is written as a text where it is told only: most pages say nothing. */
  readonly place: string | DotPath;
  readonly means: Meaning;
  readonly value: unknown;
}

/** Lists what is said in headers, and around the records from the inside outwards. */
function* placesOf(view: PageView, about: PageAbout): Generator<Place> {
  const { headers, value } = view;
  const { path } = about;
  const isHeader = true;
  yield* linksOf(view, about);
  const range = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  if (range !== undefined) yield { place: "Content-Range", means: "total", value: range, isHeader };
  for (const [place, text] of headers) {
    const means = /^(x|total|next)-/.test(place) ? meaningOf(place.replace(/^x-/, "")) : undefined;
    if (means !== undefined) yield { place, means, value: text, isHeader };
  }
  yield* inHeader(headers.get(PAGING_HEADER), about.state);
  yield* fieldsAround(value, path);
}

/** An object of JSON in which ASP.NET says where a page stands; no key of a configuration reads a number in there. */
const PAGING_HEADER = "x-pagination";

/** Lists what that header says; a larger number than of what was read says that there is more. */
function* inHeader(text: string | null, { records, pages }: PaginationState): Generator<Place> {
  if (text === null || !text.startsWith("{")) return;
  const at = { place: PAGING_HEADER, isHeader: true } as const;
  try {
    for (const { means, value } of fieldsOf(JSON.parse(text), [], undefined)) {
      const [says, number] = signOf(means, value) ?? [];
      const read = says === "total" ? records : says === "pages" ? pages : undefined;
      if (read === undefined) yield { ...at, means, value };
      else yield { ...at, means: "more", value: Number(number) > read };
    }
  } catch {
    // It is something else.
  }
}

function* fieldsAround(body: unknown, path: DotPath): Generator<Place> {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = path.slice(0, depth);
    yield* fieldsOf(valueAt(body, around), around, path[depth]);
  }
}

/** Lists what the `Link` header says, apart from a next page that is looked for there. */
function* linksOf(
  { headers, url }: PageView,
  { pagination }: PageAbout,
): Generator<Place> {
  const at = { place: "Link", isHeader: true } as const;
  const header = headers.get("link");
  const next = pagination.type === "link" ? undefined : findLink(header, "next");
  if (next !== undefined) yield { ...at, means: "next", value: next };
  const last = findLink(header, "last");
  if (last === undefined) return;
  if ("page_param" in pagination) {
    const number = URL.parse(last, url)?.searchParams.get(String(pagination.page_param)) ?? "";
    const pages = COUNT.test(number) ? Number(number) - (pagination.start ?? 1) + 1 : undefined;
    yield { ...at, means: "pages", value: pages };
    return;
  }
  yield { ...at, means: "last", value: last };
}

/** How objects are called that speak of the answer. */
const OF_ANSWER = /^(status|state|job|query|execution|operation|meta|metadata)$/i;

/** Lists the next and the last page of a list of links, as of STAC, OGC and FHIR. */
function* relationsOf(links: readonly unknown[], path: DotPath): Generator<Place> {
  for (const [index, link] of links.slice(0, MOST_FIELDS).entries()) {
    const { rel, relation = rel, href, url = href } = Object(link) as Record<string, unknown>;
    if (relation !== "next" && relation !== "last") continue;
    const key = href === undefined ? "url" : "href";
    yield { place: [...path, String(index), key], means: relation, value: url, isHeader: false };
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
      if (Array.isArray(inner) && /^_?links?$/i.test(key)) yield* relationsOf(inner, at);
      const named = as ?? meaningOf(key);
      // Deeper, it is mostly that of something else.
      const isOfOther = named === "status" && path !== around && !OF_ANSWER.test(path.at(-1) ?? "");
      const means = isOfOther ? undefined : named;
      if (means !== undefined) yield { place: at, means, value: inner, isHeader: false };
      if (at.length - around.length < DEPTH) objects.push({ value: inner, path: at, as: means });
    }
  }
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
    case "status":
      return ["more", undefined];
    case "left":
      return COUNT.test(String(value)) && Number(value) > 0 ? ["more", undefined] : undefined;
    case "token":
      // A number is that of the first record, and CouchDB's "nil" is none.
      return typeof value === "string" && !/^(\d*|nil)$/.test(value) ? nextIn(value) : undefined;
    case "no-more":
    case "last":
      return value === false ? ["more", undefined] : undefined;
    case "total":
    case "pages": {
      // `lastPage: false` is the name of another kind.
      if (value === false && meaning === "pages") return ["more", undefined];
      const number = COUNT.test(String(value)) ? Number(value) : undefined;
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

/** Whether the configuration names the place, or another where the number is. */
function isRead(
  { says, place }: Pick<UnreadSign, "says" | "place">,
  { total, total_from, total_pages, has_more }: PaginationBasics,
): boolean {
  switch (says) {
    case "next":
      return false;
    case "more":
      return has_more === place;
    case "total":
      return total !== undefined || total_from !== undefined;
    case "pages":
      return total_pages !== undefined;
  }
}
