import { resolve } from "@std/path";
import { ApiClient, type Pagination, type StreamRequest } from "../../api/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { EXIT_CODES, SuspendedError, UsageError } from "../../errors/mod.ts";
import { formatBytes, formatCount, Progress } from "../../terminal/mod.ts";
import { defineTool } from "../define_tool.ts";
import type { AnyPhaseTool } from "../phase_tool.ts";
import { type FetchEnd, resumableFetch } from "./resumable_fetch.ts";

const PAGINATIONS = "none, link, next:PATH, cursor:PATH, page or offset";

const FETCH = defineTool({
  spec: {
    name: "deno task phase1 fetch",
    meaning:
      "Read a listing of any API into a file of JSON lines; stop it when you like, --resume goes on",
    words: { URL: "Where the listing is; its query goes with every page" },
    flags: {
      records: {
        type: "string",
        value: "PATH",
        meaning: "Where the array of records stands in the body",
      },
      paginate: { type: "string", value: "HOW", meaning: `One of ${PAGINATIONS}`, default: "none" },
      param: {
        type: "string",
        value: "NAME",
        meaning: "Parameter of cursor, page or offset",
        default: "its name",
      },
      size: { type: "number", meaning: "Records a page (page, offset)", default: "100" },
      "size-param": {
        type: "string",
        value: "NAME",
        meaning: "Parameter of the page size",
        default: "limit",
      },
      start: { type: "string", meaning: "First cursor, page or offset" },
      total: {
        type: "string",
        value: "PATH",
        meaning: "Where the body declares how many records there are",
      },
      header: {
        type: "string",
        multiple: true,
        value: "'NAME: VALUE'",
        meaning: "A header; its value is never shown",
      },
      "token-env": {
        type: "string",
        value: "NAME",
        meaning: "Environment variable with a bearer token",
      },
      rate: { type: "number", meaning: "Requests a second at most" },
      "max-pages": { type: "number", meaning: "Stop after so many pages; then it is not complete" },
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The file",
        default: "records.jsonl",
      },
      resume: { type: "boolean", meaning: "Go on from where it was stopped" },
      force: { type: "boolean", meaning: "Replace the file" },
    },
    examples: {
      "deno task phase1 fetch https://api.example.com/items --paginate link": "Link headers",
      "… --records data.items --paginate cursor:meta.next --param cursor": "a cursor in the body",
      "… --paginate page --param p --size 50 --total meta.count": "numbered pages",
    },
  },
  async run({ words, flags }, { tell, write }) {
    const url = parseUrl(words[0]);
    const out = resolve(flags.out ?? "records.jsonl");
    if (!flags.resume && !flags.force && exists(out)) {
      throw new UsageError(
        "usage",
        `Cannot write "${out}": it exists; --resume goes on, --force replaces it`,
      );
    }
    const token = flags["token-env"];
    await using client = new ApiClient({
      baseUrl: url.origin,
      headers: Object.fromEntries(flags.header.map(parseHeader)),
      ...(token === undefined ? {} : { auth: { type: "bearer", token: secretFrom(token) } }),
      ...(flags.rate === undefined ? {} : { rateLimit: { requests: flags.rate } }),
    });
    const request: StreamRequest = {
      path: url.pathname,
      params: Object.fromEntries(url.searchParams),
      records: flags.records,
      pagination: parsePagination(flags.paginate ?? "none", flags),
    };
    using stop = stopAtSignal();
    const live = Deno.stderr.isTerminal();
    using progress = new Progress({ write: tell, live });
    const end = await resumableFetch(client, request, out, {
      resume: flags.resume,
      signal: stop.signal,
      onPage: ({ records, pages, bytes }) =>
        progress.update(
          "fetch",
          `  ${formatCount(records)} records  ${formatCount(pages)} pages  ${formatBytes(bytes)}`,
        ),
    });
    write(report(end, out));
    return end.proven ? EXIT_CODES.complete : EXIT_CODES.partial;
  },
});

/** What phase 1 can do with the user's own APIs. */
export const APIS_TOOLS: Readonly<Record<string, AnyPhaseTool>> = { fetch: FETCH };

interface PageFlags {
  readonly param: string | undefined;
  readonly size: number | undefined;
  readonly "size-param": string | undefined;
  readonly start: string | undefined;
  readonly total: string | undefined;
  readonly "max-pages": number | undefined;
}

/** Reads `cursor:meta.next` and the flags beside it. */
function parsePagination(text: string, flags: PageFlags): Pagination {
  const colon = text.indexOf(":");
  const [kind, path] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  const ends = {
    ...(flags.total === undefined ? {} : { total: flags.total }),
    ...(flags["max-pages"] === undefined ? {} : { max_pages: flags["max-pages"] }),
  };
  const { param, size = 100, start } = flags;
  const sizeParam = flags["size-param"] ?? "limit";
  const first = start === undefined ? {} : { start: Number(start) };
  switch (kind) {
    case "none":
    case "link":
      return { type: kind, ...ends };
    case "next":
      return { type: "next_url", path: wanted(path, text), ...ends };
    case "cursor":
      return {
        type: "cursor",
        param: param ?? "cursor",
        path: wanted(path, text),
        ...(start === undefined ? {} : { start }),
        ...ends,
      };
    case "page":
      return {
        type: "page",
        page_param: param ?? "page",
        size_param: sizeParam,
        size,
        ...first,
        ...ends,
      };
    case "offset":
      return {
        type: "offset",
        offset_param: param ?? "offset",
        limit_param: sizeParam,
        limit: size,
        ...first,
        ...ends,
      };
    default:
      throw new UsageError("usage", `Cannot paginate by "${text}": expected ${PAGINATIONS}`);
  }
}

function wanted(path: string, text: string): string {
  if (path !== "") return path;
  throw new UsageError(
    "usage",
    `Cannot paginate by "${text}": expected "${text}:PATH", the path in the body`,
  );
}

function parseUrl(text: string | undefined): URL {
  const url = URL.parse(text ?? "");
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError("usage", `Cannot fetch "${text ?? ""}": expected an http or https URL`);
}

function parseHeader(text: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError("usage", "Cannot use --header: expected 'NAME: VALUE'");
  }
  // Registered, so that no message or log line repeats it.
  return [name, new Secret(value, name).reveal()];
}

function secretFrom(name: string): Secret {
  const value = Deno.env.get(name);
  if (value) return new Secret(value, name);
  throw new UsageError("usage", `Cannot use --token-env: the variable ${name} is not set`);
}

function stopAtSignal(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = () =>
    controller.abort(
      new SuspendedError("suspended-signal", "Cannot finish: stopped; --resume goes on from here"),
    );
  Deno.addSignalListener("SIGINT", stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", stop),
  };
}

function exists(path: string): boolean {
  return [path, `${path}.place`].some((name) => {
    try {
      Deno.statSync(name);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

function report(end: FetchEnd, out: string): string {
  const total = end.total === undefined ? "" : ` of ${formatCount(end.total)} declared`;
  const before = end.resumedAt > 0
    ? `, ${formatCount(end.resumedAt)} of them by an earlier attempt`
    : "";
  const proof = end.proven ? "proven complete" : "NOT proven complete";
  return `${formatCount(end.records)} records${total}${before}, ${
    formatBytes(end.bytes)
  } in ${out}\n` +
    `${proof}: ${end.stopReason}${end.guard === undefined ? "" : `, ${end.guard.message}`}\n`;
}
