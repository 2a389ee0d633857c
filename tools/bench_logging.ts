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
import { describeSources, loadConfig } from "../lib/pipeline/mod.ts";
import { runPipeline } from "../phases/06_pipeline.ts";
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

type Level = "info" | "debug" | undefined;

/** Logs into a file, if a level is given. */
function logged(folder: string, runId: string, level: Level): AsyncDisposable[] {
  if (level === undefined) return [];
  const file = join(folder, `${runId}.jsonl`);
  return [startLogging({ runId, file, terminal: "none", level, metricsMs: 1e6 })];
}

/** Returns the CPU time of a whole run over the same listing, in ms, its server included: from the configuration to parts in the lake. */
async function run(parent: string, level: Level): Promise<number> {
  await using server = servePages({ records: 100, pages: PAGES });
  await using resources = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ dir: parent });
  const path = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(path, yamlOf(server.addr.port));
  const start = cpuSeconds();
  const config = await describeSources(await loadConfig(path, { root: folder }), "here");
  const { totals } = await runPipeline(config, {
    onBegin({ run_id }) {
      for (const one of logged(folder, run_id, level)) resources.use(one);
    },
  });
  await resources.disposeAsync();
  if (totals.written !== 100 * PAGES) {
    throw new Error(`${totals.written} records of ${100 * PAGES}`);
  }
  return (cpuSeconds() - start) * 1000;
}

function yamlOf(port: number): string {
  return `
name: bench
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${port}
    streams:
      - name: items
        path: /
        records: data
        pagination: { type: page, page_param: page, total: meta.total }
        primary_key: [id]
`;
}

/** Returns the CPU time that a listing takes to read, in ms, its server included, with a log at a level or without one. */
async function read(folder: string, level: Level): Promise<number> {
  await using server = servePages({ records: 100, pages: PAGES });
  await using resources = new AsyncDisposableStack();
  for (const one of logged(folder, "01RUN", level)) resources.use(one);
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

/** Measures some work without a log and with one, in turns; returns the rows of the table. */
async function compare(
  what: string,
  work: (folder: string, level: Level) => Promise<number>,
  folder: string,
): Promise<string[][]> {
  const levels = [undefined, "info", "debug"] as const;
  const times = levels.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    // The first after another kind of work pays for the change, so it does not count, and the order turns.
    if (round === 0) await work(folder, undefined);
    for (let turn = 0; turn < levels.length; turn++) {
      const at = (round + turn) % levels.length;
      times[at]?.push(await work(folder, levels[at]));
    }
  }
  const [base = NaN, info = NaN, debug = NaN] = times.map(median);
  const share = (ms: number) => `${((ms / base - 1) * 100).toFixed(1)} %`;
  return [
    [`${what} without a log`, `${Math.round(base)} ms`],
    ["more with a log at info", share(info)],
    ["more with a log at debug", share(debug)],
  ];
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    const rates = { ours: [] as number[], least: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await linesPerSecond(folder, logLines));
      rates.least.push(await linesPerSecond(folder, writeLines));
    }
    const [ours, least] = [median(rates.ours), median(rates.least)];
    const pages = PAGES.toLocaleString("en");
    console.log(markdownTable(["Logging", "Measured"], [
      ["lines a second of CPU to a file", Math.round(ours).toLocaleString("en")],
      ["JSON.stringify and writeSync in blocks", Math.round(least).toLocaleString("en")],
      ["ours against that", (ours / least).toFixed(2)],
      ...await compare(`${pages} pages read`, read, folder),
      ...await compare(`a run over ${pages} pages`, run, folder),
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
