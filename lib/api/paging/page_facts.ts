import { HttpError, type IngestError, PaginationError } from "../../errors/mod.ts";
import { cutText } from "../../logging/mod.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import type { PageValidators } from "../transport/api_request.ts";
import { type DotPath, parseDotPath, valueAt } from "../../grammar/mod.ts";
import type { NumberPlace, Pagination, PaginationBasics } from "./pagination.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageView, Paginator } from "./paginator.ts";
import { declaresNone } from "./unread_sign.ts";

/**
 * Reads the declared total, or the number of pages, off a page.
 *
 * @throws {PaginationError} If there is a value, but no whole number.
 */
export function numberAt(
  view: PageView,
  place: string | NumberPlace | undefined,
): number | undefined {
  if (place === undefined) return undefined;
  const { path, header } = typeof place === "string" ? { path: place } : place;
  let text: string | undefined;
  if (header !== undefined) {
    text = view.headers.get(header)?.trim();
    // `0-9/47`, or `0-9/*` if the number is not known.
    if (header.toLowerCase() === "content-range") text = /\/(\d+)$/.exec(text ?? "")?.[1];
  } else if (path !== undefined) {
    // Its own digits, as `text` gives them, would have to be looked for in all of the body.
    const value = valueAt(view.value, parseDotPath(path));
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    text = view.text(path);
  }
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const where = header === undefined ? `"${path}"` : `header "${header}"`;
  throw new PaginationError(
    "next-invalid",
    `Cannot trust the number at ${where}: it is "${cutText(text, 40)}", wanted a whole number`,
    { context: { path: path ?? header ?? "" } },
  );
}

/** Returns where the body of a page says how the listing goes on, or how long it is. */
export function signpostsOf(pagination: Pagination): DotPath[] {
  const { total, total_pages, has_more } = pagination;
  const places = [total, total_pages, has_more, "path" in pagination ? pagination.path : undefined];
  return places.map((place) => typeof place === "object" ? place.path : place)
    .filter((path) => path !== undefined).map(parseDotPath);
}

/**
 * Says whether a body writes a list of no records as null or leaves it out, as servers in Go and those of Protocol
 * Buffers do. Only a page that says how the listing goes on is trusted in that, or one of the very keys of a page that
 * had records. Of others null may be an error's: they have to declare that there are none, or to have nothing else to
 * say and say it twice.
 */
export function isEmptyList(
  value: unknown,
  where: {
    readonly path: DotPath;
    readonly signposts: readonly DotPath[];
    readonly mayOmit: boolean;
    /** The {@linkcode formOf} of a page that had records. */
    readonly form?: string | undefined;
    /** Whether the answer before, to the same request, could not be read. */
    readonly isAgain: boolean;
  },
): boolean {
  const found = valueAt(value, where.path);
  if (found === null && where.form !== undefined && formOf(value) === where.form) return true;
  if (found === null && declaresNone(value, where.path)) return true;
  if (found === null && where.isAgain && saysNothing(value, where.path)) return true;
  if (found !== null && !(found === undefined && where.mayOmit)) return false;
  return where.signposts.some((signpost) => {
    const said = valueAt(value, signpost);
    return said !== undefined && (said !== null || found === null);
  });
}

/** Whether a value is nothing but empty, apart from what a path leads to. */
function saysNothing(value: unknown, [key, ...rest]: DotPath = []): boolean {
  if (typeof value !== "object" || value === null) return !value;
  return Object.entries(value).every(([name, inner]) =>
    name === key ? saysNothing(inner, rest) : saysNothing(inner)
  );
}

/** Returns the keys of a body, in one order; `undefined` if it is no object. */
export function formOf(value: unknown): string | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? JSON.stringify(Object.keys(value).sort()) : undefined;
}

/** Says whether a page meets the configured stop condition. */
export function meetsStop(view: PageView, stop: PaginationBasics["stop"]): boolean {
  if (stop === undefined) return false;
  const { path, equals = true } = stop;
  const value = valueAt(view.value, parseDotPath(path));
  return value === equals ||
    (value !== undefined && equals !== null && String(value) === String(equals));
}

/** Returns by what the server knows this version of an answer; `undefined` where it does not say. */
export function validatorsOf({ etag, lastModified }: ApiResponse): PageValidators | undefined {
  if (etag === undefined && lastModified === undefined) return undefined;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

const TRUTHS = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ["true", true],
  [false, false],
  [0, false],
  ["false", false],
]);

/**
 * Reads off a page whether there are more; `undefined` where it does not say.
 *
 * @throws {PaginationError} If there is a value, but neither yes nor no.
 */
export function hasMoreOf(view: PageView, path: string | undefined): boolean | undefined {
  const value = path === undefined ? undefined : valueAt(view.value, parseDotPath(path));
  if (value === undefined || value === null) return undefined;
  const truth = TRUTHS.get(value);
  if (truth !== undefined) return truth;
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: "${path}" is neither true nor false`,
    { context: { path } },
  );
}

/**
 * Says whether an empty page contradicts the declared total: a passing fault, perhaps. Where the page names a next one
 * it may be one of the empty pages that a chain of cursors leads through.
 */
export function comesTooEarly(
  view: PageView,
  state: PaginationState,
  how: {
    readonly paginator: Paginator;
    readonly pagination: { readonly total?: PaginationBasics["total"] };
  },
): boolean {
  if (view.records > 0 || state.emptyInRow > 0) return false;
  const { total: place } = how.pagination;
  if (typeof place === "object" && place.kind === "estimate") return false;
  const total = declared(view, place) ?? state.total;
  if (total === undefined || state.records >= total) return false;
  return how.paginator.kind === "count" || !namesNext(view, state, how.paginator);
}

/** Returns the number at a place; `undefined` if there is none. */
export function declared(view: PageView, place: PaginationBasics["total"]): number | undefined {
  try {
    return numberAt(view, place);
  } catch {
    return undefined; // reported when the page is accepted
  }
}

function namesNext(view: PageView, state: PaginationState, paginator: Paginator): boolean {
  try {
    return paginator.next(view, state.position) !== undefined;
  } catch {
    return true; // what it names cannot be used; that is reported when the page is accepted
  }
}

/** Failures that speak of one page; others concern the whole source, and skipping pages would not help. */
const OF_THE_PAGE: ReadonlySet<string> = new Set([
  "http-status",
  "http-timeout",
  "http-reset",
  "http-content-type",
  "http-body-invalid",
  "http-body-error",
  "http-records-missing",
  "http-too-large",
  "http-redirect",
]);

/** Says whether a failure may be the page's own fault, so that skipping it makes sense. */
export function isOfThePage(error: IngestError): boolean {
  return OF_THE_PAGE.has(error.code);
}

/** Statuses by which a server refuses a page that does not exist, once the end was said or seen. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 404, 416, 422]);

/** Says whether a failure means that there is no such page, where the one before looked like the last. */
export function isRefusal(error: IngestError): boolean {
  return error instanceof HttpError && REFUSALS.has(error.status) && !namesLimit(error);
}

/** Says whether a server has no such page, for whatever reason; asking again would not help. */
export function isGone(error: IngestError): boolean {
  return error instanceof HttpError && (REFUSALS.has(error.status) || error.status === 410);
}

/** Says whether a server refuses a page number or offset because it lies beyond the last one. */
export function isPastTheEnd(error: IngestError): boolean {
  return error instanceof HttpError && (error.status === 404 || error.status === 416) &&
    !namesLimit(error);
}

/** Says whether a server refuses a page for a limit of its own: then it is no sign that there are no more. */
function namesLimit({ context }: HttpError): boolean {
  return context["limit"] === true;
}

/** How links name the page or the offset that they lead to. */
const COUNTER = /page|offset|skip|^p$|^_?(start|from)(at|index|row)?$/i;

/** Whether a next link counts pages or records: then what it means depends on the records before it. */
export function countsOn(next: JsonValue | undefined, { url, records }: PageView): boolean {
  const link = typeof next === "string" ? URL.parse(next, url) : null;
  return [...link?.searchParams ?? []].some(([name, value]) => {
    if (!COUNTER.test(name) || !/^\d{1,15}$/.test(value)) return false;
    const own = url.searchParams.get(name);
    const steps = (own === null ? [0, 1] : [Number(own)]).map((from) => Number(value) - from);
    return steps.includes(1) || steps.includes(records);
  });
}
