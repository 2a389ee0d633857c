/**
 * Measures the HTTP client against what one would write without it, on loopback and without faults.
 *
 * A server in a process of its own sends numbered pages; each contender, in a process of its own, writes their records
 * to a file as JSON lines. They take turns, and the median of the rounds counts.
 *
 * Usage: `deno task bench` runs it first; alone it takes a number of rounds.
 *
 * @module
 */
import type { Effort } from "./_bench_client.ts";
import { markdownTable } from "./markdown_table.ts";

/** Pages of a measured round, by records a page: 500,000 and 200,000 records. */
const LISTINGS = [{ records: 1000, pages: 500 }, { records: 100, pages: 2000 }];

const CONTENDERS = {
  "fetch, JSON.parse, JSON.stringify": "bare",
  "ApiClient": "client",
  "ApiClient, 4 pages at once": "parallel",
  "ApiClient, --optimize-for-size": "tidy",
  "Python requests, json": "requests",
} as const;

type Contender = (typeof CONTENDERS)[keyof typeof CONTENDERS];

const FOLDER = import.meta.dirname ?? ".";

/** Returns the middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

async function measure(rounds: number, listing: (typeof LISTINGS)[number]): Promise<string> {
  const folder = await Deno.makeTempDir();
  await using server = await startServer(listing);
  const contenders = (await hasRequests())
    ? Object.values(CONTENDERS)
    : Object.values(CONTENDERS).filter((name) => name !== "requests");
  const efforts = new Map<Contender, Effort[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of contenders) {
      const effort = await run(name, { url: server.url, ...listing, folder });
      efforts.set(name, [...efforts.get(name) ?? [], effort]);
    }
  }
  await Deno.remove(folder, { recursive: true });
  const pace = (name: Contender) =>
    median((efforts.get(name) ?? []).map(({ records, seconds }) => records / seconds));
  const rows = Object.entries(CONTENDERS).filter(([, name]) => efforts.has(name)).map((
    [title, name],
  ) => [
    title,
    `${Math.round(pace(name) / 1000)},000`,
    (pace(name) / pace("bare")).toFixed(2),
    `${Math.round(median((efforts.get(name) ?? []).map((e) => e.maxRssBytes)) / 1e6)} MB`,
  ]);
  const head = [
    `${listing.records.toLocaleString("en")} records a page`,
    "records/s",
    "ratio",
    "peak memory",
  ];
  return markdownTable(head, rows);
}

async function startServer(listing: { readonly records: number; readonly pages: number }) {
  const process = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `${FOLDER}/_bench_server.ts`,
      String(listing.records),
      String(listing.pages),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  return {
    url: value.trim(),
    async [Symbol.asyncDispose]() {
      await process.stdin.close();
      await process.status;
      await reader.cancel();
    },
  };
}

async function run(
  name: Contender,
  task: {
    readonly url: string;
    readonly pages: number;
    readonly records: number;
    readonly folder: string;
  },
): Promise<Effort> {
  const file = `${task.folder}/${name}.jsonl`;
  const flags = name === "tidy" ? ["--v8-flags=--optimize-for-size"] : [];
  const given = [task.url, String(task.pages), file, String(task.records)];
  const command = name === "requests"
    ? new Deno.Command("python3", { args: [`${FOLDER}/_bench_requests.py`, ...given] })
    : new Deno.Command("deno", {
      args: [
        "run",
        "--no-prompt",
        ...flags,
        "--allow-net=127.0.0.1",
        "--allow-read=.",
        `--allow-write=${task.folder}`,
        `${FOLDER}/_bench_client.ts`,
        name === "tidy" ? "client" : name,
        ...given,
      ],
    });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const effort: unknown = JSON.parse(new TextDecoder().decode(stdout));
  return effort as Effort;
}

async function hasRequests(): Promise<boolean> {
  try {
    const args = ["-c", "import requests"];
    const { success } = await new Deno.Command("python3", { args, stderr: "null" }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const rounds = Number(Deno.args[0] ?? 5);
  for (const listing of LISTINGS) console.log(await measure(rounds, listing));
  if (!await hasRequests()) {
    console.log("Python was not measured: it needs python3 with requests (pip install requests).");
  }
}
