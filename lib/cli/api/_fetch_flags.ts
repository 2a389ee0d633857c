import type { Pagination, RateLimitOptions } from "../../api/mod.ts";
import { UsageError } from "../../errors/mod.ts";
import { wantedDotPath } from "../../grammar/mod.ts";
import { isSecretName, Secret } from "../../secrets/mod.ts";
import { valueOf } from "../variable_flag.ts";

/** What `--paginate` may say. */
export const PAGINATIONS = "none, link, next:PATH, cursor:PATH, page or offset";

/** What a header can carry: visible bytes, blanks and tabs (RFC 9110, section 5.5). */
const FIELD_VALUE = /^[\t -~\x80-\xff]+$/;

/** The flags that say how pages follow one another. */
export interface PageFlags {
  readonly param: string | undefined;
  readonly size: number | undefined;
  readonly "size-param": string | undefined;
  readonly start: string | undefined;
  readonly total: string | undefined;
  readonly "max-pages": number | undefined;
}

/** Reads `cursor:meta.next` and the flags that belong to it; without it one answer is read, and not called all if it names more. */
export function parsePagination(text: string | undefined, flags: PageFlags): Pagination {
  const ends = parseEnds(flags);
  if (text === undefined) return { type: "none", ...ends };
  const colon = text.indexOf(":");
  const [kind, path] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  const { param, size = 100, start } = flags;
  const asked = flags.size === undefined ? {} : { size };
  const sizeParam = flags["size-param"] ?? "limit";
  switch (kind) {
    case "none":
      return { type: kind, whole: true, ...ends };
    case "link":
      return { type: kind, ...asked, ...ends };
    case "next":
      return { type: "next_url", path: wanted(path, text), ...asked, ...ends };
    case "cursor":
      return {
        type: "cursor",
        param: param ?? "cursor",
        path: wanted(path, text),
        ...(start === undefined ? {} : { start }),
        ...asked,
        ...ends,
      };
    case "page":
      return {
        type: "page",
        page_param: param ?? "page",
        size_param: sizeParam,
        size,
        ...first(start),
        ...ends,
      };
    case "offset":
      return {
        type: "offset",
        offset_param: param ?? "offset",
        size_param: sizeParam,
        size,
        ...first(start),
        ...ends,
      };
    default:
      throw new UsageError("usage", `Cannot paginate by "${text}": expected ${PAGINATIONS}`, {
        context: { flag: "--paginate" },
      });
  }
}

function parseEnds(flags: PageFlags): Pick<Pagination, "max_pages"> & { readonly total?: string } {
  checkNumbers(flags);
  if (flags.total !== undefined) checkPath("total", flags.total);
  return {
    ...(flags.total === undefined ? {} : { total: flags.total }),
    ...(flags["max-pages"] === undefined ? {} : { max_pages: flags["max-pages"] }),
  };
}

function first(start: string | undefined): { readonly start?: number } {
  if (start === undefined) return {};
  const number = /^\d+$/.test(start) ? Number(start) : NaN;
  if (Number.isSafeInteger(number)) return { start: number };
  throw wrongValue("start", start, "a whole number from 0 up");
}

function wanted(path: string, text: string): string {
  if (path !== "") return checkPath("paginate", path);
  throw new UsageError(
    "usage",
    `Cannot paginate by "${text}": expected "${text}:PATH", the path in the body`,
    { context: { flag: "--paginate" } },
  );
}

/** Reads the word that says where the listing is. */
export function parseUrl(words: readonly string[]): URL {
  const [text = ""] = words;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      "usage",
      `Cannot fetch "${text}": expected an http or https URL, such as https://api.example.com/items`,
    );
  }
  if (url.username === "" && url.password === "") return url;
  // The message must not repeat it.
  throw new UsageError(
    "usage",
    "Cannot fetch: the URL holds a user name or password; use --token-env or --header instead",
  );
}

/** Keeps the credentials in a URL's query out of messages and saved positions. */
export function keepSecret({ searchParams }: URL): void {
  for (const [name, value] of searchParams) {
    if (isSecretName(name) && value !== "") new Secret(value, name);
  }
}

/** Reads one `--header`. */
export function parseHeader(text: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError("usage", "Cannot use --header: expected 'NAME: VALUE'", {
      context: { flag: "--header" },
    });
  }
  if (!FIELD_VALUE.test(value)) {
    throw new UsageError(
      "usage",
      `Cannot use --header: the value of "${name}" fits no header; expected printable characters`,
      { context: { flag: "--header" } },
    );
  }
  // Registered, so that no message or log line repeats it.
  return [name, new Secret(value, name).reveal()];
}

/** Reads the token out of the variable that `--token-env` names. */
export function secretFrom(name: string, look?: (name: string) => string | undefined): Secret {
  const value = valueOf("token-env", name, look);
  if (FIELD_VALUE.test(value)) return new Secret(value, name);
  throw new UsageError(
    "usage",
    `Cannot use --token-env: the value of ${name} fits no header; expected printable characters`,
    { context: { flag: "--token-env" } },
  );
}

/** Sees that a request has one credential in `Authorization`, not two. */
export function checkCredentials(headers: readonly string[], token: string | undefined): void {
  if (token === undefined) return;
  if (!headers.some((text) => parseHeader(text)[0].toLowerCase() === "authorization")) return;
  throw new UsageError(
    "usage",
    "Cannot use --token-env next to --header Authorization: a request has one of them",
    { context: { flag: "--token-env" } },
  );
}

/** Reads `--records`. */
export function parseRecords(path: string | undefined): string | undefined {
  return path === undefined ? undefined : checkPath("records", path);
}

/** Reads `--rate`; a fraction becomes one request in a longer span, as requests are counted whole. */
export function parseRate(rate: number | undefined): RateLimitOptions {
  if (rate === undefined) return {};
  if (!(rate > 0)) throw wrongValue("rate", rate, "a number above 0");
  return Number.isInteger(rate) ? { requests: rate } : { requests: 1, per: 1000 / rate };
}

function checkNumbers(flags: PageFlags): void {
  for (const name of ["size", "max-pages"] as const) {
    const value = flags[name];
    if (value === undefined || Number.isSafeInteger(value) && value > 0) continue;
    throw wrongValue(name, value, "a whole number above 0");
  }
}

function checkPath(flag: string, path: string): string {
  const wanted = wantedDotPath(path);
  if (wanted === undefined) return path;
  throw wrongValue(flag, path, wanted);
}

function wrongValue(flag: string, found: string | number, expected: string): UsageError {
  return new UsageError(
    "usage",
    `Cannot use flag "--${flag}": found "${found}", expected ${expected}`,
    { context: { flag: `--${flag}` } },
  );
}
