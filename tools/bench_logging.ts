/**
 * Measures logging: lines a second to a file, and what a run pays for its log.
 *
 * Usage: `deno task bench` runs it; alone:
 * `deno run --no-prompt --allow-read --allow-write --allow-net=127.0.0.1 tools/bench_logging.ts`
 *
 * @module
 */
import process from "node:process";
import { join } from "@std/path";
import { ApiClient } from "../lib/api/mod.ts";
import { writeAllSync } from "../lib/io/mod.ts";
import {
  EVENTS,
  logEvent,
  spanIdOf,
  startLogging,
  traceIdOf,
  withCorrelation,
} from "../lib/logging/mod.ts";
import { median } from "./bench_api.ts";
import { servePages } from "./_bench_pages.ts";
import { markdownTable } from "./markdown_table.ts";

const LINES = 60_000;
const PAGES = 1_000;
const ROUNDS = 7;

const FIELDS = { path: "inbox/a.csv" };
const PLACE = { run_id: "01RUN", source: "shop", stream: "orders" };

/** Returns the CPU seconds that this process has spent. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Logs lines into a file, its flush included. */
async function logLines(file: string): Promise<void> {
  await using _logging = startLogging({ runId: "01RUN", file, terminal: "none", metricsMs: 1e6 });
  withCorrelation(PLACE, () => {
    for (let at = 0; at < LINES; at++) logEvent("file-vanished", FIELDS);
  });
}

/** The least that such lines can cost: the same objects as JSON, written in blocks. */
function writeLines(file: string): void {
  using output = Deno.openSync(file, { create: true, append: true });
  const { level, area, message } = EVENTS["file-vanished"];
  const head = { level, severity: 9, category: `headwaters.${area}`, event: "file-vanished" };
  const ids = { trace_id: traceIdOf("01RUN"), span_id: spanIdOf("01RUN/shop/orders//") };
  for (let at = 0, block = ""; at < LINES; at++) {
    const time = new Date().toISOString();
    block += `${JSON.stringify({ time, ...head, message, ...PLACE, ...ids, ...FIELDS })}\n`;
    if (block.length < 1_000_000 && at + 1 < LINES) continue;
    writeAllSync(output, new TextEncoder().encode(block));
    block = "";
  }
}

/** Returns how many lines a second of CPU a way of writing them takes to a file. */
async function linesPerSecond(
  folder: string,
  write: (file: string) => void | Promise<void>,
): Promise<number> {
  const file = join(folder, "lines.jsonl");
  const start = cpuSeconds();
  await write(file);
  const rate = LINES / (cpuSeconds() - start);
  await Deno.remove(file);
  return rate;
}

/** Returns the CPU time that a listing takes to read, in ms, its server included, with a log at a level or without one. */
async function read(folder: string, level: "info" | "debug" | undefined): Promise<number> {
  await using server = servePages({ records: 100, pages: PAGES });
  await using resources = new AsyncDisposableStack();
  if (level !== undefined) {
    const file = join(folder, `${level}.jsonl`);
    resources.use(startLogging({ runId: "01RUN", file, terminal: "none", level, metricsMs: 1e6 }));
  }
  await using client = new ApiClient({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
  const start = cpuSeconds();
  const pages = client.pages({
    path: "/",
    records: "data",
    pagination: { type: "page", page_param: "page", total: "meta.total" },
  });
  let records = 0;
  for await (const page of pages) records += page.records.length;
  if (records !== 100 * PAGES) throw new Error(`${records} records, ${100 * PAGES} served`);
  await resources.disposeAsync();
  return (cpuSeconds() - start) * 1000;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    const rates = { ours: [] as number[], least: [] as number[] };
    const times = { none: [] as number[], info: [] as number[], debug: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await linesPerSecond(folder, logLines));
      rates.least.push(await linesPerSecond(folder, writeLines));
      // The first reading after another kind of work pays for the change, so it does not count, and the order turns.
      await read(folder, undefined);
      const levels = ["none", "info", "debug"] as const;
      for (let at = 0; at < levels.length; at++) {
        const level = levels[(round + at) % levels.length] ?? "none";
        times[level].push(await read(folder, level === "none" ? undefined : level));
      }
    }
    const [ours, least, base] = [median(rates.ours), median(rates.least), median(times.none)];
    const share = (ms: readonly number[]) => `${((median(ms) / base - 1) * 100).toFixed(1)} %`;
    console.log(markdownTable(["Logging", "Measured"], [
      ["lines a second of CPU to a file", Math.round(ours).toLocaleString("en")],
      ["JSON.stringify and writeSync in blocks", Math.round(least).toLocaleString("en")],
      ["ours against that", (ours / least).toFixed(2)],
      [`${PAGES.toLocaleString("en")} pages without a log`, `${Math.round(base)} ms`],
      ["more with a log at info", share(times.info)],
      ["more with a log at debug", share(times.debug)],
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
