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
import { Secret } from "../lib/secrets/mod.ts";
import { median } from "./bench_api.ts";
import { servePages } from "./_bench_pages.ts";
import { markdownTable } from "./markdown_table.ts";

const LINES = 60_000;
const PAGES = 1_000;
const ROUNDS = 7;

const FIELDS = { path: "inbox/a.csv" };
const PLACE = { run_id: "01RUN", source: "shop", stream: "orders" };

/** As of an API: 40 letters and a token of a kilobyte, which each line is searched for. */
const CREDENTIALS = [crypto.randomUUID() + "0123", crypto.randomUUID().repeat(28)];

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

/** What a way of writing lines takes of the CPU. */
interface Rate {
  /** Per second of CPU. */
  readonly lines: number;
  /** Per second of CPU. */
  readonly bytes: number;
}

/** Measures a way of writing lines to a file. */
async function rateOf(
  folder: string,
  write: (file: string) => void | Promise<void>,
): Promise<Rate> {
  const file = join(folder, "lines.jsonl");
  const start = cpuSeconds();
  await write(file);
  const seconds = cpuSeconds() - start;
  const { size } = await Deno.stat(file);
  await Deno.remove(file);
  return { lines: LINES / seconds, bytes: size / seconds };
}

/** What a run took, and what it logged. */
interface RunCost {
  readonly ms: number;
  readonly lines: number;
  readonly bytes: number;
}

/** Measures the CPU time of a whole run, its server included: from the configuration to parts in the lake. */
async function run(parent: string, level: "info" | "debug"): Promise<RunCost> {
  await using server = servePages({ records: 100, pages: PAGES });
  await using resources = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ dir: parent });
  const [path, file] = [join(folder, "pipeline.yaml"), join(folder, "run.jsonl")];
  await Deno.writeTextFile(path, yamlOf(server.addr.port));
  const start = cpuSeconds();
  const config = await describeSources(await loadConfig(path, { root: folder }), "here");
  const { totals } = await runPipeline(config, {
    onBegin({ run_id }) {
      resources.use(startLogging({ runId: run_id, file, terminal: "none", level, metricsMs: 1e6 }));
    },
  });
  await resources.disposeAsync();
  if (totals.written !== 100 * PAGES) {
    throw new Error(`${totals.written} records of ${100 * PAGES}`);
  }
  const ms = (cpuSeconds() - start) * 1000;
  const text = await Deno.readTextFile(file);
  return { ms, lines: text.split("\n").length - 1, bytes: text.length };
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

/**
 * Returns the rows that say what a run pays for its log at a level.
 *
 * By the bytes that it logs: the difference between a run with a log and one without is less than that between two runs.
 */
async function shareOf(
  folder: string,
  level: "info" | "debug",
  rate: Rate,
): Promise<string[][]> {
  const costs: RunCost[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await run(folder, level));
  const [{ lines, bytes } = { lines: NaN, bytes: NaN }] = costs;
  const ms = median(costs.map((cost) => cost.ms));
  const share = bytes / rate.bytes * 1000 / ms * 100;
  return [
    [
      `a run over ${PAGES.toLocaleString("en")} pages with a log at ${level}`,
      `${Math.round(ms)} ms`,
    ],
    [`its ${lines.toLocaleString("en")} lines of log`, `${share.toFixed(2)} % of it`],
  ];
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  for (const [at, value] of CREDENTIALS.entries()) new Secret(value, `BENCH_${at}`);
  try {
    const rates: Record<"ours" | "least", Rate[]> = { ours: [], least: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await rateOf(folder, logLines));
      rates.least.push(await rateOf(folder, writeLines));
    }
    const [ours, least] = [rates.ours, rates.least].map((all) =>
      median(all.map((one) => one.lines))
    );
    const bytes = median(rates.ours.map((one) => one.bytes));
    const rate = { lines: ours ?? NaN, bytes };
    console.log(markdownTable(["Logging", "Measured"], [
      ["lines a second of CPU to a file", Math.round(rate.lines).toLocaleString("en")],
      [
        "ours against JSON.stringify and writeSync in blocks",
        (rate.lines / (least ?? NaN)).toFixed(2),
      ],
      ...await shareOf(folder, "info", rate),
      ...await shareOf(folder, "debug", rate),
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
