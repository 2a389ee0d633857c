/**
 * Sets one query parameter and leaves every other byte of the query as it is.
 *
 * `URLSearchParams` would print the whole query anew, which breaks signed and oddly encoded links.
 */
export function setQueryParam(url: URL, name: string, value: string): void {
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  const pairs = pairsOf(url);
  const at = pairs.findIndex((other) => nameOf(other) === name);
  const rest = pairs.filter((other) => nameOf(other) !== name);
  rest.splice(at < 0 ? rest.length : at, 0, pair);
  url.search = rest.join("&");
}

/** Removes a query parameter; nothing else changes. */
export function deleteQueryParam(url: URL, name: string): void {
  const pairs = pairsOf(url);
  const rest = pairs.filter((pair) => nameOf(pair) !== name);
  if (rest.length < pairs.length) url.search = rest.join("&");
}

function pairsOf(url: URL): string[] {
  return url.search.slice(1).split("&").filter((pair) => pair !== "");
}

function nameOf(pair: string): string {
  const raw = pair.split("=", 1)[0] ?? "";
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    return raw; // a stray percent sign: the name stands as it is
  }
}
