import { ApiClient, type RateLimitOptions } from "../../api/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

const REQUESTS = 12;
const LIMIT = "10/1s";

/** Step 3: staying below a limit instead of running into it. */
export async function tellLimits(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Limits: ask slowly enough, rather than apologise",
    `The server allows 10 requests in any second. ${REQUESTS} pages, first as fast as possible, then with the limit in the configuration:`,
  );
  const hasty = await readStrikes(work, undefined);
  const polite = await readStrikes(work, { requests: 9, per: 1000, concurrency: 2 });
  teller.table(
    [
      { title: "client" },
      { title: "requests", align: "right" },
      { title: "refused with 429", align: "right" },
      { title: "time", align: "right" },
    ],
    [["no limit of its own", hasty], ["rate_limit: 9 in 1 s", polite]].map(([name, result]) => {
      const { requests, ms } = result as typeof hasty;
      return [
        name as string,
        String(requests),
        String(requests - REQUESTS),
        formatDuration(ms),
      ];
    }),
  );
  teller.judge(
    "The hasty client loses what it gained while it waits for the server's Retry-After, and a real server may ban it.",
  );
  teller.prove(
    "with a limit of its own the client is never refused",
    polite.requests === REQUESTS && hasty.requests > REQUESTS,
    `429s: ${hasty.requests - REQUESTS} without, ${polite.requests - REQUESTS} with`,
  );
}

async function readStrikes(work: WorkFolders, rateLimit: RateLimitOptions | undefined) {
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  await using sandbox = await startSandbox({
    samples: work.sample(),
    token: token.reveal(),
    faults: [`strikes:limit=${LIMIT}`],
  });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/openalex`,
    auth: { type: "api_key", in: "header", name: "x-api-key", value: token },
    rateLimit,
  });
  const begun = performance.now();
  const pages = client.pages({
    path: "/strikes",
    params: { "per-page": 50 },
    records: "results",
    pagination: {
      type: "cursor",
      param: "cursor",
      path: "meta.next_cursor",
      start: "*",
      max_pages: REQUESTS,
    },
  }, { prefetch: false });
  for await (const _page of pages);
  return { requests: sandbox.requests.strikes, ms: performance.now() - begun };
}
