/** One quota that a server speaks of. Times are in ms. */
export interface RateLimitInfo {
  /** The policy's name; empty where the form has none. */
  readonly name: string;
  /** How many requests are left. */
  readonly remaining: number;
  /** Ms until the quota is full again; `undefined` where the server does not say. */
  readonly reset: number | undefined;
}

/** One policy of a `RateLimit-Policy` header. */
export interface RateLimitPolicyInfo {
  /** The policy's name. */
  readonly name: string;
  /** Requests per window. */
  readonly quota: number;
  /** The window in ms; `undefined` where the server does not say. */
  readonly window: number | undefined;
}

/** One element of a structured field: a string or token with parameters (RFC 9651), as far as rate limits need it. */
interface Item {
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Parses the `RateLimit` header: `"default";r=50;t=30` of the current draft, and
 * `limit=100, remaining=50, reset=30` of draft 07.
 *
 * @returns One entry for each policy; empty where the header is absent or malformed (it is then ignored, whole).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseRateLimit('"default";r=50;t=30'), [{ name: "default", remaining: 50, reset: 30_000 }]);
 * ```
 */
export function parseRateLimit(value: string | null): RateLimitInfo[] {
  const dictionary = parseDraft07(value ?? "");
  if (dictionary !== undefined) return [dictionary];
  const items = parseItems(value ?? "") ?? [];
  const infos = items.map(({ name, params }) => ({
    name,
    remaining: integer(params.get("r")),
    reset: toMs(integer(params.get("t"))),
  }));
  return infos.every(hasRemaining) ? infos : [];
}

/**
 * Parses the `RateLimit-Policy` header: `"burst";q=100;w=60`, and `100;w=60` of the older drafts.
 *
 * Policies counted in something other than requests (`qu="content-bytes"`) are left out.
 *
 * @returns One entry for each policy; empty where the header is absent or malformed.
 */
export function parseRateLimitPolicy(value: string | null): RateLimitPolicyInfo[] {
  const items = parseItems(value ?? "") ?? [];
  const policies: RateLimitPolicyInfo[] = [];
  for (const { name, params } of items) {
    const quota = integer(params.get("q") ?? name);
    if (quota === undefined) return [];
    if ((params.get("qu") ?? "requests") !== "requests") continue;
    policies.push({ name, quota, window: toMs(integer(params.get("w"))) });
  }
  return policies;
}

/**
 * Parses the older three fields `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (delta seconds).
 *
 * @returns What is left, or `undefined` where the fields are absent or malformed.
 */
export function parseRateLimitFields(headers: Headers): RateLimitInfo | undefined {
  const remaining = integer(headers.get("ratelimit-remaining")?.trim());
  if (remaining === undefined) return undefined;
  return { name: "", remaining, reset: toMs(integer(headers.get("ratelimit-reset")?.trim())) };
}

function parseDraft07(value: string): RateLimitInfo | undefined {
  const members = new Map<string, string>();
  for (const part of value.split(",")) {
    const match = /^\s*(limit|remaining|reset)=(\d{1,15})\s*$/.exec(part);
    if (match === null) return undefined;
    members.set(match[1] ?? "", match[2] ?? "");
  }
  const remaining = integer(members.get("remaining"));
  if (remaining === undefined) return undefined;
  return { name: "", remaining, reset: toMs(integer(members.get("reset"))) };
}

function hasRemaining(
  info: { remaining: number | undefined; reset: number | undefined; name: string },
): info is RateLimitInfo {
  return info.remaining !== undefined;
}

const NAME =
  /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"|([A-Za-z0-9*][\w:/!#$%&'*+.^`|~-]*))/;
const PARAM =
  /^[ ]*;[ ]*([a-z*][a-z0-9_.*-]*)(?:=("(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|:[A-Za-z0-9+/=]*:|\?[01]|-?[A-Za-z0-9*][\w:/!#$%&'*+.^`|~-]*))?/;

/** Returns the elements of a structured list, or `undefined` where it breaks the grammar. */
function parseItems(value: string): Item[] | undefined {
  const items: Item[] = [];
  let rest = value.trim();
  while (rest !== "") {
    const name = NAME.exec(rest);
    if (name === null) return undefined;
    rest = rest.slice(name[0].length);
    const params = new Map<string, string>();
    for (let p = PARAM.exec(rest); p !== null; p = PARAM.exec(rest)) {
      params.set(p[1] ?? "", unquote(p[2] ?? "?1"));
      rest = rest.slice(p[0].length);
    }
    items.push({ name: unquote(name[0]), params });
    const comma = /^[ \t]*,[ \t]*(?=.)/.exec(rest);
    if (comma === null) return rest.trim() === "" ? items : undefined;
    rest = rest.slice(comma[0].length);
  }
  return items;
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, "$1") : text;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
