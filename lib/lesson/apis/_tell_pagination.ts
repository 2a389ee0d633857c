import { ApiClient } from "../../api/mod.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { formatCount, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { hidePort } from "./_hide_port.ts";
import { type Listing, LISTINGS } from "./_listings.ts";
import { type ReadThrough, readThrough } from "./_read_through.ts";
import { tellWrongToken } from "./_tell_wrong_token.ts";

interface Pull extends ReadThrough {
  readonly listing: Listing;
  readonly requests: number;
  readonly ms: number;
}

/** Pages in five forms, credentials in three, one client. */
export async function tellPagination(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Pages and credentials are configuration, not code",
    "Whoever writes a loop for each API forgets another end in each. One client reads five kinds " +
      "of listing; what ends them differs:",
  );
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  await using sandbox = await startSandbox({ samples: work.sample(), token: token.reveal() });
  const pulls: Pull[] = [];
  for (const listing of LISTINGS) pulls.push(await pull(sandbox, listing, token));
  teller.table(
    [
      { title: "pages by" },
      { title: "credentials" },
      { title: "requests", align: "right" },
      { title: "records", align: "right" },
      { title: "ended by" },
      { title: "complete" },
      { title: "time", align: "right" },
    ],
    pulls.map((pull) => row(pull, token)),
  );
  const urls = pulls.flatMap(({ pages }) => pages.map(({ url }) => url));
  teller.output(`logged: ${hidePort(pulls.at(-1)?.pages[0]?.url ?? "")}`);
  teller.judge(
    "Counted pages cost two requests more, since a full page and one empty one are no end yet; offsets " +
      "cost two, for the count before and after. The logged URL was sent with a key in its query.",
  );
  teller.prove(
    "all five kinds end complete, every record once",
    pulls.every(({ listing, read, ids, end }) =>
      end?.proven === true && read === listing.records && ids.size === read
    ),
    `${formatCount(pulls.reduce((sum, { read }) => sum + read, 0))} records`,
  );
  await tellWrongToken(teller, sandbox.url, token);
  teller.prove(
    "no logged URL holds the token",
    urls.every((url) => !url.includes(token.reveal())),
    `${formatCount(urls.length)} URLs`,
  );
}

function row({ listing, requests, read, end, ms }: Pull, token: Secret): string[] {
  return [
    listing.by,
    listing.auth(token).type,
    formatCount(requests),
    formatCount(read),
    end?.stopReason ?? "failed",
    end?.proven ? "yes" : "no",
    formatDuration(ms),
  ];
}

async function pull(sandbox: Sandbox, listing: Listing, token: Secret): Promise<Pull> {
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/${listing.mount}`,
    auth: listing.auth(token),
  });
  const before = countRequests(sandbox);
  const begun = performance.now();
  const read = await readThrough(client, listing.stream);
  const ms = performance.now() - begun;
  return { ...read, listing, requests: countRequests(sandbox) - before, ms };
}

function countRequests({ requests }: Sandbox): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}
