import type { Against, StreamRequest } from "../../api/mod.ts";
import {
  EXIT_CODES,
  IngestError,
  PaginationError,
  SuspendedError,
  UsageError,
} from "../../errors/mod.ts";
import { attempt } from "../../io/mod.ts";
import { countOf, escapeLine, formatBytes, formatCount, jsonDocument } from "../../terminal/mod.ts";
import { type Access, checkFree, hostOf } from "../access.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, JSON_FLAG } from "../flags.ts";
import { pathFrom } from "../words.ts";
import {
  checkCredentials,
  keepSecret,
  type PageFlags,
  parseHeader,
  parsePagination,
  parseRate,
  parseRecords,
  parseUrl,
  secretFrom,
} from "./_fetch_flags.ts";
import { pagingTermsOf, termsOf } from "./_fetch_terms.ts";
import { FetchProgress } from "./fetch_progress.ts";
import { questionOf, readPosition } from "./_fetch_position.ts";
import { positionPath, workingFiles } from "./_fetch_paths.ts";
import { refuseStrangers } from "./_saved_position.ts";
import type { FetchEnd } from "./resumable_fetch.ts";
import { load } from "../load.ts";

const DEFAULT_OUT = "records.jsonl";

/** `headwaters api fetch URL` */
export const apiFetch = defineCommand({
  spec: {
    name: "",
    meaning:
      "Read a listing of any HTTP API into a file of JSON lines; after a stop, --resume carries on",
    note:
      "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY are not used: requests go straight to the host of the URL.",
    words: { URL: "Address of the listing; its query is sent with every page" },
    flags: {
      records: {
        type: "string",
        value: "PATH",
        meaning: "Dot path of the array of records in the body",
        default: "the body is the array",
      },
      paginate: {
        type: "string",
        value: "HOW",
        meaning:
          "How pages follow: link (headers), next:PATH (an address in the body), cursor:PATH (a cursor in the body), page or offset (numbers); none takes one answer for all, even if it names more",
        default: "one answer, complete unless it names more",
      },
      param: {
        type: "string",
        value: "NAME",
        meaning: "Query parameter that carries the cursor, page number or offset",
        default: "named as --paginate says",
      },
      size: {
        type: "number",
        meaning: "Records per page, sent with --paginate page and offset; else as the URL asks for",
        default: "100 with page and offset",
      },
      "size-param": {
        type: "string",
        value: "NAME",
        meaning: "Query parameter of the page size",
        default: "limit",
      },
      start: { type: "string", value: "VALUE", meaning: "First cursor, page number or offset" },
      total: {
        type: "string",
        value: "PATH",
        meaning: "Dot path of the number of records that the body declares",
      },
      header: {
        type: "string",
        multiple: true,
        value: "'NAME: VALUE'",
        meaning: "A request header; its value is never shown",
      },
      "token-env": {
        type: "string",
        value: "NAME",
        meaning: "Environment variable that holds a bearer token",
      },
      rate: {
        type: "number",
        meaning: "Maximum number of requests per second",
        default: "no limit",
      },
      "max-pages": {
        type: "number",
        meaning: "Stop after this many pages, those before --resume included",
      },
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The file; until it is complete, FILE.part and FILE.position",
        default: DEFAULT_OUT,
      },
      resume: { type: "boolean", meaning: "Go on where the last fetch of this file ended" },
      force: { type: "boolean", meaning: "Replace the file, or start a stopped fetch over" },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters api fetch https://api.example.com/items --paginate link":
        "pages follow Link headers",
      "headwaters api fetch https://api.example.com/items --records data.items --paginate cursor:meta.next --param cursor":
        "pages follow a cursor in the body",
      "headwaters api fetch https://api.example.com/items --paginate page --param p --size 50 --total meta.count":
        "numbered pages",
    },
  },
  access({ words, flags }, cwd, env): Access {
    const url = parseUrl(words);
    const request = requestOf(url, flags);
    flags.header.forEach(parseHeader);
    checkCredentials(flags.header, flags["token-env"]);
    parseRate(flags.rate);
    const out = pathFrom(cwd, flags.out ?? DEFAULT_OUT);
    checkFree(out, true);
    // A fetch that is unfinished comes first: with --force alone it would be lost.
    checkWorkingFiles(out, flags);
    checkFree(out, flags.force);
    if (flags.resume) {
      attempt("read", out, () => readPosition(out, questionOf(request, url.origin)));
    }
    const token = flags["token-env"];
    if (token !== undefined) secretFrom(token, (name) => env[name]);
    return {
      inPlace: [out, ...workingFiles(out)],
      net: [hostOf(url)],
      env: token === undefined ? [] : [token],
    };
  },
  async run({ words, flags }, context) {
    const { advisedAgainst, ApiClient, bodyErrorOf, OriginLimits, withNextStep } = await load(
      "api/mod.ts",
    );
    const { redact } = await load("logging/mod.ts");
    const { FetchWaits } = await load("cli/api/fetch_waits.ts");
    const { resumableFetch } = await load("cli/api/resumable_fetch.ts");
    const url = parseUrl(words);
    const out = pathFrom(context.cwd, flags.out ?? DEFAULT_OUT);
    const token = flags["token-env"];
    keepSecret(url);
    const waits = new FetchWaits(out);
    using progress = new FetchProgress(context);
    await using client = new ApiClient({
      baseUrl: url.origin,
      headers: Object.fromEntries(flags.header.map(parseHeader)),
      ...(token === undefined ? {} : { auth: { type: "bearer", token: secretFrom(token) } }),
      rateLimit: parseRate(flags.rate),
      origins: new OriginLimits({ store: waits }),
      onWait: (wait, error) => progress.wait(wait.wait, redact(`${wait.reason}; ${error.message}`)),
    });
    const { signal } = context;
    try {
      const end = await resumableFetch(
        client,
        { ...requestOf(url, flags), bodyError: bodyErrorOf(undefined) },
        out,
        {
          origin: url.origin,
          waits,
          resume: flags.resume,
          force: flags.force,
          signal,
          onPage: (fetched) => progress.page(fetched),
        },
      );
      progress[Symbol.dispose]();
      const against = advisedAgainst(end, pagingTermsOf(flags), termsOf(token));
      // It may quote what the server sent.
      const contradictions = against.map((one) => ({ ...one, message: redact(one.message) }));
      const shown = { ...end, contradictions };
      context.write(flags.json ? jsonDocument(asJson(shown)) : report(shown));
      return end.proven ? EXIT_CODES.complete : EXIT_CODES.partial;
    } catch (error) {
      progress[Symbol.dispose]();
      throw signal.aborted ? stopped(out) : resumable(withNextStep(error, termsOf(token)), out);
    }
  },
});

type RequestFlags = PageFlags & {
  readonly records: string | undefined;
  readonly paginate: string | undefined;
};

function requestOf(url: URL, flags: RequestFlags): StreamRequest {
  return {
    // As it was typed: a query may hold a name twice.
    path: url.pathname + url.search,
    records: parseRecords(flags.records),
    pagination: parsePagination(flags.paginate, flags),
  };
}

/** A stopped fetch is neither lost nor mixed with another one, and no link leads its files elsewhere. */
function checkWorkingFiles(
  out: string,
  { resume, force }: { readonly resume: boolean; readonly force: boolean },
): void {
  for (const path of workingFiles(out)) {
    const info = lookAt(path);
    if (info === undefined || info.isFile) continue;
    throw new UsageError(
      "usage",
      `Cannot write "${out}": "${path}" is in the way, it is not a file; move it away`,
      { context: { path: out } },
    );
  }
  attempt("read", out, () => refuseStrangers(out));
  if (resume || force || lookAt(positionPath(out)) === undefined) return;
  throw new UsageError(
    "usage",
    `Cannot write "${out}": a fetch of it is unfinished; --resume carries on, --force starts over`,
    { context: { path: out } },
  );
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined; // What cannot be looked at cannot be opened either, and that says why.
  }
}

function stopped(out: string): SuspendedError {
  const next = lookAt(positionPath(out)) === undefined
    ? "nothing was read yet, start it again"
    : "--resume carries on from here";
  return new SuspendedError("suspended-signal", `Cannot finish "${out}": it was stopped; ${next}`);
}

/** Says that what was read until a fault is kept, and how to go on: without the flag the next fetch would be refused. */
function resumable(error: unknown, out: string): unknown {
  const isKept = error instanceof IngestError && !(error instanceof UsageError) &&
    error.code !== "storage-damaged" && lookAt(positionPath(out)) !== undefined;
  if (isKept) {
    error.message = `${error.message.replace(/(?:;| and) run it again$/, "")}; ` +
      "--resume carries on from here, --force starts over";
  }
  return error;
}

/** How a fetch ended; what speaks against it says what to do, and holds no secret. */
type ShownEnd = Omit<FetchEnd, "contradictions"> & { readonly contradictions: readonly Against[] };

function asJson(end: ShownEnd): object {
  const { path, records, bytes, pages, resumedAt, total, stopReason, proven } = end;
  const { evidence, contradictions } = end;
  const guard = contradictions.find(({ code }) => code === end.guard?.code);
  return {
    file: path,
    records,
    bytes,
    pages,
    resumed_at: resumedAt,
    declared_total: total ?? null,
    complete: proven,
    stop_reason: stopReason,
    evidence,
    contradictions,
    guard: guard ?? null,
  };
}

function report(end: ShownEnd): string {
  const total = end.total === undefined ? "" : ` of ${formatCount(end.total)} declared`;
  const before = end.resumedAt > 0
    ? `, ${formatCount(end.resumedAt)} of them by an earlier attempt`
    : "";
  const verdict = end.proven ? "complete" : "NOT complete";
  const size = `${formatBytes(end.bytes)} in ${escapeLine(end.path)}`;
  const reasons = end.contradictions.filter(({ code }) => code !== end.stopReason);
  const against = reasons.map(({ message }) => `, ${escapeLine(message)}`).join("");
  // The same request would be stopped for the same reason.
  const isFinal = end.guard instanceof PaginationError;
  const next = !end.proven
    ? isFinal
      ? "; --force starts over with other flags"
      : "; --resume carries on with the same flags, --force starts over with others"
    : end.stopReason === "single-page"
    ? "; one answer was read, as without --paginate"
    : "";
  return `${countOf(end.records, "record")}${total}${before}, ${size}\n` +
    `${verdict}: ${end.guard?.code ?? end.stopReason}${against}${next}\n`;
}
