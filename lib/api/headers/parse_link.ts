/** One link of a `Link` header. */
export interface LinkValue {
  /** The target, as written: relative to the URL of the request. */
  readonly target: string;
  /** Its relation types, in lower case. */
  readonly rels: readonly string[];
  /** Its other parameters, by name in lower case; of a repeated one the first. */
  readonly params: ReadonlyMap<string, string>;
}

const NO_LINK: ReturnType<typeof parseParams> = [new Map(), 0, false];
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;

/**
 * Parses a `Link` header (RFC 8288).
 *
 * Commas and semicolons inside `<>` or quotes do not separate; names and relation types have no case; `rel` may be
 * unquoted or list several types; of several `rel` the first counts; a repeated header arrives joined by commas.
 *
 * @param value The header's value, or `null`.
 * @returns The links in order; what comes after a breach of the grammar is dropped up to the next comma.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const links = parseLink('<https://a.example/?ids=1,2>; rel="next last"');
 * assertEquals(links[0]?.target, "https://a.example/?ids=1,2");
 * assertEquals(links[0]?.rels, ["next", "last"]);
 * ```
 */
export function parseLink(value: string | null): LinkValue[] {
  return readLinks(value ?? "").links;
}

/** Says whether a part of the header that breaks the grammar seems to be a link with the relation type. */
export function hasBrokenLink(value: string | null, rel: string): boolean {
  const names = new RegExp(`\\brel\\s*=[\\s"']*${rel}\\b`, "i");
  return readLinks(value ?? "").dropped.some((part) => names.test(part));
}

function readLinks(text: string): { links: LinkValue[]; dropped: string[] } {
  const links: LinkValue[] = [];
  const dropped: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at = skip(text, at, " \t,");
    const close = text[at] === "<" ? text.indexOf(">", at) : -1;
    const target = text.slice(at + 1, close).trim();
    const [params, end, sound] = close < 0 ? NO_LINK : parseParams(text, close + 1);
    if (sound) links.push({ target, rels: relsOf(params.get("rel")), params });
    at = sound ? end : nextComma(text, Math.max(end, start));
    if (!sound) dropped.push(text.slice(start, at));
  }
  return { links, dropped };
}

/** Which links count for {@linkcode findLink}. */
export interface FindLinkOptions {
  /**
   * Says whether a link with this anchor speaks of the resource at hand; one without an anchor always does, and one of
   * a fragment never.
   *
   * @default Every link does.
   */
  readonly admitAnchor?: (anchor: string) => boolean;
}

/** Returns the target of the first link with the relation type, or `undefined`. */
export function findLink(
  value: string | null,
  rel: string,
  options: FindLinkOptions = {},
): string | undefined {
  const { admitAnchor = () => true } = options;
  return parseLink(value).find(({ rels, params }) => {
    const anchor = params.get("anchor");
    if (!rels.includes(rel)) return false;
    return anchor === undefined || !/#./.test(anchor) && admitAnchor(anchor);
  })?.target;
}

/** Reads `; name=value` pairs and returns them, where they end, and whether the grammar held. */
function parseParams(text: string, start: number): [Map<string, string>, number, boolean] {
  const params = new Map<string, string>();
  let at = skip(text, start, " \t");
  while (text[at] === ";") {
    at = skip(text, at + 1, " \t");
    const name = token(text, at);
    if (name === "") continue;
    at = skip(text, at + name.length, " \t");
    let value = "";
    if (text[at] === "=") {
      at = skip(text, at + 1, " \t");
      const read = text[at] === '"' ? quoted(text, at) : unquoted(text, at);
      if (read === undefined) return [params, at, false];
      [value, at] = read;
    }
    const key = name.toLowerCase();
    if (!params.has(key)) params.set(key, value);
    at = skip(text, at, " \t");
  }
  return [params, at, at >= text.length || text[at] === ","];
}

function relsOf(rel: string | undefined): string[] {
  return (rel ?? "").toLowerCase().split(/[ \t]+/).filter((type) => type !== "");
}

function quoted(text: string, start: number): [string, number] | undefined {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return [value, at + 1];
    if (text[at] === "\\") at++;
    value += text[at] ?? "";
  }
  return undefined;
}

/** An unquoted value: a token by the RFC, but URLs are met there too; it ends where the parameter must. */
function unquoted(text: string, start: number): [string, number] {
  let at = start;
  while (at < text.length && !" \t;,".includes(text[at] ?? "")) at++;
  return [text.slice(start, at), at];
}

function token(text: string, at: number): string {
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)?.[0] ?? "";
}

function skip(text: string, start: number, characters: string): number {
  let at = start;
  while (at < text.length && characters.includes(text[at] ?? "")) at++;
  return at;
}

/** Finds the comma that ends a broken link: one outside of quotes. */
function nextComma(text: string, start: number): number {
  let inQuotes = false;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') inQuotes = !inQuotes;
    else if (text[at] === "," && !inQuotes) return at;
  }
  return text.length;
}
