import { ApiClient, type StreamRequest } from "../../lib/api/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";
import { type ReadThrough, readThrough } from "./read_through.ts";
import { WEEK_UNCOUNTED } from "./week.ts";

/** Requests after which nobody would wait any longer, if no guard stopped it. */
export const PATIENCE = 30;

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
export const LOOPS = [
  { how: "cursor leads to page 1", fault: "strikes:endless=loop@page5", stream: STRIKES },
  { how: "cursor stays the same", fault: "strikes:endless=same@page5", stream: STRIKES },
  { how: "offsets start again", fault: "quakes:endless=loop", stream: QUAKES },
  { how: "last page comes again", fault: "quakes:endless=repeat", stream: QUAKES },
] as const;

/** An endless listing, read until it was stopped. */
export interface Loop extends ReadThrough {
  readonly requests: number;
}

/** Reads each of them with the client. */
export async function readLoops(work: WorkFolders): Promise<Loop[]> {
  const loops: Loop[] = [];
  for (const { fault, stream } of LOOPS) loops.push(await readLoop(work, fault, stream));
  return loops;
}

/** Shows them, and what the guards say. */
export function showLoops(
  narrator: Narrator,
  { ours, bare }: { readonly ours: readonly Loop[]; readonly bare: Loop },
): void {
  narrator.table(
    [
      { title: "the API" },
      { title: "requests", align: "right" },
      { title: "records", align: "right" },
      { title: "distinct", align: "right" },
      { title: "stopped by" },
    ],
    [
      ["bare loop on the first", ...figures(bare), `us, after ${PATIENCE}`],
      ...ours.map((loop, at) => [
        LOOPS[at]?.how ?? "",
        ...figures(loop),
        `${loop.end?.guard?.code}`,
      ]),
    ],
  );
  const words = new Map(ours.map(({ end }) => [end?.guard?.code, end?.guard?.message ?? ""]));
  narrator.wrappedOutput([...words.values()].join("\n"));
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
export async function readBareLoop(work: WorkFolders, fault: string): Promise<Loop> {
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
