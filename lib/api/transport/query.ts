import type { ParamValue } from "./api_request.ts";

/**
 * Sets one query parameter and leaves every other byte of the query as it is.
 *
 * `URLSearchParams` would print the whole query anew, which breaks signed and oddly encoded links.
 */
export function setQueryParam(url: URL, name: string, value: string): void {
  setQueryParams(url, { [name]: value });
}

/** Does the same for several parameters, and writes the query once. */
export function setQueryParams(
  url: URL,
  params: Readonly<Record<string, ParamValue>>,
): void {
  const entries = Object.entries(params);
  if (entries.length > 0) url.search = queryWith(url, entries);
}

/** Returns a copy of a URL without a fragment in which parameters are set; it is read once, as each page has its own. */
export function withQueryParams(url: URL, params: Readonly<Record<string, ParamValue>>): URL {
  const { href } = url;
  const entries = Object.entries(params);
  if (entries.length === 0) return new URL(href);
  const query = queryWith(url, entries);
  const at = href.indexOf("?");
  return new URL(`${at < 0 ? href : href.slice(0, at)}${query === "" ? "" : `?${query}`}`);
}

function queryWith(url: URL, entries: readonly (readonly [string, ParamValue])[]): string {
  const pairs = pairsOf(url);
  for (const [name, value] of entries) setPairs(pairs, name, [value].flat());
  return pairs.join("&");
}

/** Removes a query parameter; nothing else changes. */
export function deleteQueryParam(url: URL, name: string): void {
  const pairs = pairsOf(url);
  const rest = pairs.filter((pair) => nameOf(pair) !== name);
  if (rest.length < pairs.length) url.search = rest.join("&");
}

/**
 * Adds to a next link the parameters of the first request that it has lost, as when a server forgets a filter.
 *
 * Nothing is added to a link to another path, nor to one with parameters of its own that are more than short numbers: a
 * token stands for all that was asked for.
 */
export function restoreQueryParams(link: URL, first: URL): void {
  if (link.origin !== first.origin || pathOf(link) !== pathOf(first)) return;
  const pairs = pairsOf(link);
  const asked = pairsOf(first);
  const isNamed = (all: readonly string[], name: string) =>
    all.some((pair) => nameOf(pair) === name);
  const isNumber = (pair: string) => /=\d{1,9}$/.test(pair);
  if (!pairs.every((pair) => isNamed(asked, nameOf(pair)) || isNumber(pair))) return;
  const lost = asked.filter((pair) => !isNamed(pairs, nameOf(pair)));
  if (lost.length > 0) link.search = [...pairs, ...lost].join("&");
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, "");
}

/** Puts a parameter where its first namesake is, or at the end, once for each value; other namesakes go. */
function setPairs(pairs: string[], name: string, values: readonly unknown[]): void {
  const own = values.map((value) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`
  );
  const at = pairs.findIndex((other) => nameOf(other) === name);
  if (at < 0) {
    pairs.push(...own);
    return;
  }
  const others = pairs.filter((other) => nameOf(other) !== name);
  others.splice(at, 0, ...own);
  pairs.splice(0, Infinity, ...others);
}

function pairsOf(url: URL): string[] {
  return url.search.slice(1).split("&").filter((pair) => pair !== "");
}

function nameOf(pair: string): string {
  const raw = pair.split("=", 1)[0] ?? "";
  if (!/[%+]/.test(raw)) return raw;
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    return raw; // a stray percent sign: the name stands as it is
  }
}
