import { ApiClient, type Auth, type Pagination, type StreamEnd } from "../../api/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatCount, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

interface Listing {
  readonly how: string;
  readonly mount: string;
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly records?: string;
  readonly auth: (token: Secret) => Auth;
  readonly pagination: Pagination;
}

const LISTINGS: readonly Listing[] = [
  {
    how: "page numbers, Link header",
    mount: "github",
    path: "/repos/bts/flights/records",
    params: { per_page: 100 },
    auth: (token) => ({ type: "bearer", token }),
    pagination: { type: "link" },
  },
  {
    how: "page numbers we count",
    mount: "github",
    path: "/repos/bts/flights/records",
    auth: (token) => ({ type: "bearer", token }),
    pagination: { type: "page", page_param: "page", size_param: "per_page", size: 100 },
  },
  {
    how: "opaque cursors",
    mount: "openalex",
    path: "/strikes",
    params: { "per-page": 200 },
    records: "results",
    auth: (value) => ({ type: "api_key", in: "query", name: "api_key", value }),
    pagination: {
      type: "cursor",
      param: "cursor",
      path: "meta.next_cursor",
      start: "*",
      total: "meta.count",
    },
  },
];

/** Step 2: pages in three forms, credentials in two, one client. */
export async function tellPagination(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Pages and credentials are configuration, not code",
    "The same client reads whole listings by page numbers and by cursors, with a bearer token and with a key in the query:",
  );
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  await using sandbox = await startSandbox({ samples: work.sample(), token: token.reveal() });
  const ends: StreamEnd[] = [];
  const urls: string[] = [];
  const rows: string[][] = [];
  for (const listing of LISTINGS) {
    const begun = performance.now();
    const { end, pages, url } = await readListing(sandbox.url, listing, token);
    ends.push(end);
    urls.push(url);
    rows.push([
      listing.how,
      listing.auth(token).type,
      formatCount(pages),
      formatCount(end.read),
      end.stopReason,
      end.proven ? "yes" : "no",
      formatDuration(performance.now() - begun),
    ]);
  }
  teller.table(
    [
      { title: "pages by" },
      { title: "credentials" },
      { title: "pages", align: "right" },
      { title: "records", align: "right" },
      { title: "stopped by" },
      { title: "proven" },
      { title: "time", align: "right" },
    ],
    rows,
  );
  teller.output(`last URL in the log: ${urls.at(-1)?.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:…")}`);
  teller.prove(
    "page numbers and cursors both end proven complete",
    ends.every((end) => end.proven) && ends[0]?.read === ends[1]?.read,
    ends.map((end) => formatCount(end.read)).join(", "),
  );
  await tellWrongToken(teller, sandbox.url, token);
  teller.prove("no logged URL holds the token", urls.every((url) => !url.includes(token.reveal())));
}

async function readListing(url: string, listing: Listing, token: Secret) {
  const { mount, path, params, records, pagination } = listing;
  await using client = new ApiClient({ baseUrl: `${url}/${mount}`, auth: listing.auth(token) });
  const pages = client.pages({ path, params, records, pagination });
  let count = 0;
  let last = "";
  for (;;) {
    const step = await pages.next();
    if (step.done) return { end: step.value, pages: count, url: last };
    count++;
    last = step.value.url;
  }
}

async function tellWrongToken(teller: Teller, url: string, right: Secret): Promise<void> {
  const token = new Secret("expired-last-month", "OLD_TOKEN");
  await using client = new ApiClient({ baseUrl: `${url}/github`, auth: { type: "bearer", token } });
  const begun = performance.now();
  const error = await client.request({ path: "/repos/bts/flights/records" }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof HttpError)) throw error;
  teller.say("A wrong token is not retried, for no wait makes it right:");
  teller.output(
    `${error.name} ${error.code}, transient: ${error.transient}\n${
      error.message.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:…")
    }`,
  );
  teller.prove(
    "refused credentials fail at once, and the message repeats none",
    error.code === "http-auth" && !error.message.includes(token.reveal()) &&
      !error.message.includes(right.reveal()),
    formatDuration(performance.now() - begun),
  );
}
