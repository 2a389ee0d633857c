import { ApiClient, type RateLimitOptions } from "../../lib/api/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";

/** Pages that are read. */
export const PAGES = 40;
/** The limit of the server. */
export const LIMIT = { requests: 20, per: 1000 };

/** A listing, read from a server that takes so many requests a second. */
export interface LimitedPull {
  readonly pages: number;
  readonly requests: number;
  readonly ms: number;
  /** The most requests that came within one second. */
  readonly most: number;
}

/** Shows how each client fared. */
export function showPulls(
  narrator: Narrator,
  { hasty, polite }: { readonly hasty: LimitedPull; readonly polite: LimitedPull },
): void {
  narrator.table(
    [
      { title: "client" },
      { title: "pages", align: "right" },
      { title: "requests", align: "right" },
      { title: "429s", align: "right" },
      { title: "time", align: "right" },
      { title: "pages/s", align: "right" },
      { title: "most in 1 s", align: "right" },
    ],
    [
      row("no limit of its own", hasty),
      row(`rate_limit: ${LIMIT.requests} in ${LIMIT.per / 1000} s`, polite),
    ],
  );
}

function row(client: string, { pages, requests, ms, most }: LimitedPull): string[] {
  const rate = (pages / ms * 1000).toFixed(1);
  const limited = String(requests - pages);
  return [client, String(pages), String(requests), limited, formatDuration(ms), rate, String(most)];
}

/** Reads them with or without a limit of the client's own. */
export async function readStrikes(
  work: WorkFolders,
  rateLimit: RateLimitOptions | undefined,
): Promise<LimitedPull> {
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  const came: number[] = [];
  await using sandbox = await startSandbox({
    samples: work.sample(),
    token: token.reveal(),
    faults: [`strikes:limit=${LIMIT.requests}/1s`],
    observe: () => came.push(performance.now()),
  });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/openalex`,
    auth: { type: "api_key", in: "header", name: "x-api-key", value: token },
    rateLimit,
  });
  const begun = performance.now();
  const listing = client.pages({
    path: "/strikes",
    params: { "per-page": 50 },
    records: "results",
    pagination: {
      type: "cursor",
      param: "cursor",
      path: "meta.next_cursor",
      start: "*",
      max_pages: PAGES,
    },
  }, { prefetch: false });
  let pages = 0;
  for await (const _page of listing) pages++;
  const ms = performance.now() - begun;
  const within = came.map((from) =>
    came.filter((time) => time >= from && time < from + LIMIT.per).length
  );
  return { pages, requests: sandbox.requests.strikes, ms, most: Math.max(...within) };
}
