import { ApiClient, type StreamRequest } from "../../api/mod.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { LessonClock } from "./_lesson_clock.ts";
import { type ReadThrough, readThrough } from "./_read_through.ts";
import { WEEK_UNCOUNTED } from "./_week.ts";

/** Pages after which nobody would wait any longer, should no guard speak. */
const PATIENCE = 30;

const STRIKES: StreamRequest = {
  path: "/openalex/strikes",
  params: { "per-page": 200 },
  records: "results",
  pagination: {
    type: "cursor",
    param: "cursor",
    path: "meta.next_cursor",
    start: "*",
    max_pages: PATIENCE,
  },
};
// 3 pages of 569 are the 1,707 quakes of the week: every page is full, and nothing says that it is the last.
const QUAKES: StreamRequest = {
  ...WEEK_UNCOUNTED,
  path: `/usgs${WEEK_UNCOUNTED.path}`,
  pagination: { ...WEEK_UNCOUNTED.pagination, size: 569, max_pages: PATIENCE },
};

/** APIs that never end, each in its own way. */
const LOOPS = [
  { how: "cursor leads back to page 1", fault: "strikes:endless=loop@page5", stream: STRIKES },
  { how: "cursor stays the same", fault: "strikes:endless=same@page5", stream: STRIKES },
  { how: "offsets begin anew", fault: "quakes:endless=loop", stream: QUAKES },
  { how: "last page under new offsets", fault: "quakes:endless=repeat", stream: QUAKES },
] as const;

interface Loop extends ReadThrough {
  readonly requests: number;
}

/** Listings without an end, and what notices it. */
export async function tellLoops(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "A listing that never ends",
    "A loop that follows `next` until there is none runs all night, fills the disk with the same " +
      "records and is called a success by whoever kills it. None of these four says how many " +
      "records it has:",
  );
  const loops: Loop[] = [];
  for (const { fault, stream } of LOOPS) loops.push(await readLoop(work, fault, stream));
  const bare = await readBare(work, LOOPS[0].fault);
  teller.table(
    [
      { title: "the API" },
      { title: "client" },
      { title: "requests", align: "right" },
      { title: "records", align: "right" },
      { title: "different", align: "right" },
      { title: "stopped by" },
    ],
    [
      [LOOPS[0].how, "bare loop", ...figures(bare), `us, after ${PATIENCE}`],
      ...loops.map((loop, at) => [
        LOOPS[at]?.how ?? "",
        "ours",
        ...figures(loop),
        `${loop.end?.stopReason}: ${loop.end?.guard?.code}`,
      ]),
    ],
  );
  const words = new Map(loops.map(({ end }) => [end?.guard?.code, end?.guard?.message ?? ""]));
  teller.wrappedOutput([...words.values()].join("\n"));
  teller.judge(
    "A page that repeats another may be a slip of the server, so it is asked for again, three " +
      "times, before the guard speaks. A stream that a guard has stopped is never complete.",
  );
  proveLoops(teller, loops, bare);
}

function proveLoops(teller: Teller, loops: readonly Loop[], bare: Loop): void {
  const requests = loops.map((loop) => loop.requests);
  teller.prove(
    "every loop is stopped by a guard, and none counts as complete",
    loops.every(({ end }) => end?.guard !== undefined && !end.proven),
    `after ${requests.join(", ")} requests`,
  );
  teller.prove(
    "nothing was handed over twice",
    loops.every(({ read, ids }) => ids.size === read) && bare.ids.size < bare.read,
    `bare: ${formatCount(bare.read)}, ${formatCount(bare.ids.size)} different`,
  );
}

function figures({ requests, read, ids }: Loop): string[] {
  return [String(requests), formatCount(read), formatCount(ids.size)];
}

async function readLoop(work: WorkFolders, fault: string, stream: StreamRequest): Promise<Loop> {
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  await using sandbox = await start(work, fault, token);
  await using client = new ApiClient({
    baseUrl: sandbox.url,
    auth: { type: "api_key", in: "header", name: "x-api-key", value: token },
    clock: new LessonClock(),
  });
  const read = await readThrough(client, stream);
  return { ...read, requests: sandbox.requests.strikes + sandbox.requests.quakes };
}

/** The loop that everybody writes first: it follows the cursor until there is none. */
async function readBare(work: WorkFolders, fault: string): Promise<Loop> {
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  await using sandbox = await start(work, fault, token);
  const ids = new Set<unknown>();
  let read = 0;
  let cursor: string | null = "*";
  for (let request = 0; cursor !== null && request < PATIENCE; request++) {
    const response = await fetch(
      `${sandbox.url}/openalex/strikes?per-page=200&cursor=${encodeURIComponent(cursor)}`,
      { headers: { "x-api-key": token.reveal() } },
    );
    const page = await response.json() as {
      readonly meta: { readonly next_cursor: string | null };
      readonly results: readonly { readonly id: unknown }[];
    };
    read += page.results.length;
    for (const { id } of page.results) ids.add(id);
    cursor = page.meta.next_cursor;
  }
  return { read, ids, pages: [], state: undefined, requests: sandbox.requests.strikes };
}

function start(work: WorkFolders, fault: string, token: Secret): Promise<Sandbox> {
  return startSandbox({ samples: work.sample(), faults: [fault], token: token.reveal() });
}
