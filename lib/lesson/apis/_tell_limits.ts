import { ApiClient, type RateLimitOptions } from "../../api/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

const PAGES = 40;
const LIMIT = { requests: 20, per: 1000 };

interface Pull {
  readonly pages: number;
  readonly requests: number;
  readonly ms: number;
  /** The most requests that came within one second. */
  readonly most: number;
}

/** Staying below a limit instead of running into it; this one takes real time. */
export async function tellLimits(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Limits: ask slowly enough, rather than apologise",
    `The server takes ${LIMIT.requests} requests in any second. ${PAGES} pages, by two clients ` +
      "against two such servers at the same time, by the real clock:",
  );
  const [hasty, polite] = await Promise.all([
    readStrikes(work, undefined),
    readStrikes(work, { ...LIMIT, concurrency: 2 }),
  ]);
  teller.table(
    [
      { title: "client" },
      { title: "pages", align: "right" },
      { title: "requests", align: "right" },
      { title: "429s", align: "right" },
      { title: "time", align: "right" },
      { title: "pages a second", align: "right" },
      { title: "most in any second", align: "right" },
    ],
    [row("no limit of its own", hasty), row("rate_limit: 20 in 1 s", polite)],
  );
  teller.judge(
    "The hasty client is refused, waits, and then feels its way back. The polite one sends 20, " +
      "lets the second pass and sends the rest: it is done earlier, and nobody bans its key.",
  );
  teller.prove(
    "with a limit of its own the client is never refused",
    polite.requests === PAGES && polite.pages === PAGES && hasty.requests > PAGES,
    `429s: ${hasty.requests - PAGES} without, ${polite.requests - PAGES} with`,
  );
  teller.prove(
    "asking slowly is not slower",
    hasty.pages === PAGES && polite.ms < hasty.ms,
    `${formatDuration(polite.ms)} against ${formatDuration(hasty.ms)}`,
  );
}

function row(client: string, { pages, requests, ms, most }: Pull): string[] {
  const rate = (pages / ms * 1000).toFixed(1);
  const refused = String(requests - pages);
  return [client, String(pages), String(requests), refused, formatDuration(ms), rate, String(most)];
}

async function readStrikes(
  work: WorkFolders,
  rateLimit: RateLimitOptions | undefined,
): Promise<Pull> {
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
