import { resolve } from "@std/path";
import { ApiClient, type StreamRequest } from "../../api/mod.ts";
import { EXIT_CODES, SuspendedError, UsageError } from "../../errors/mod.ts";
import { formatBytes, formatCount, Progress } from "../../terminal/mod.ts";
import { defineTool } from "../define_tool.ts";
import type { AnyPhaseTool } from "../phase_tool.ts";
import {
  PAGINATIONS,
  parseHeader,
  parsePagination,
  parseRate,
  parseRecords,
  parseUrl,
  secretFrom,
} from "./_fetch_flags.ts";
import { lookAt, placeOf } from "./_fetch_place.ts";
import { type FetchEnd, resumableFetch } from "./resumable_fetch.ts";

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
        meaning: "Where the array of records is in the body",
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
    const request: StreamRequest = {
      path: url.pathname,
      params: Object.fromEntries(url.searchParams),
      records: parseRecords(flags.records),
      pagination: parsePagination(flags.paginate ?? "none", flags),
    };
    const out = resolve(flags.out ?? "records.jsonl");
    checkOut(out, flags);
    const token = flags["token-env"];
    await using client = new ApiClient({
      baseUrl: url.origin,
      headers: Object.fromEntries(flags.header.map(parseHeader)),
      ...(token === undefined ? {} : { auth: { type: "bearer", token: secretFrom(token) } }),
      rateLimit: parseRate(flags.rate),
    });
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

/** Refuses to replace what is there, unless that is wanted. */
function checkOut(
  out: string,
  { resume, force }: { readonly resume: boolean; readonly force: boolean },
): void {
  if (force) return;
  const found = lookAt(out);
  const stopped = lookAt(placeOf(out)) !== undefined;
  if (resume && stopped) return;
  const free = found === undefined || found.isFile && found.size === 0;
  if (free && !stopped) return;
  const state = stopped
    ? "a fetch was stopped there; --resume goes on, --force replaces it"
    : resume
    ? "it exists, and there is nothing to resume; --force replaces it"
    : "it exists; --force replaces it";
  throw new UsageError("usage", `Cannot write "${out}": ${state}`);
}

function report(end: FetchEnd, out: string): string {
  const total = end.total === undefined ? "" : ` of ${formatCount(end.total)} declared`;
  const before = end.resumedAt > 0
    ? `, ${formatCount(end.resumedAt)} of them by an earlier attempt`
    : "";
  const verdict = end.proven ? "complete" : "NOT complete";
  return `${formatCount(end.records)} records${total}${before}, ${
    formatBytes(end.bytes)
  } in ${out}\n` +
    `${verdict}: ${end.stopReason}${end.guard === undefined ? "" : `, ${end.guard.message}`}\n`;
}
