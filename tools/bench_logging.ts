/**
 * Measures logging: lines a second to a file, and what a run pays for its log.
 *
 * Usage: `deno task bench` runs it; alone:
 * `deno run --no-prompt --allow-read --allow-write --allow-net=127.0.0.1 tools/bench_logging.ts`
 *
 * @module
 */
import { join } from "@std/path";
import { ApiClient } from "../lib/api/mod.ts";
import { logEvent, startLogging, withCorrelation } from "../lib/logging/mod.ts";
import { median } from "./bench_api.ts";
import { servePages } from "./_bench_pages.ts";
import { markdownTable } from "./markdown_table.ts";

const LINES = 100_000;
const PAGES = 200;
const ROUNDS = 3;

/** Returns how many lines a second reach a file, its flush included. */
async function linesPerSecond(folder: string): Promise<number> {
  const file = join(folder, "lines.jsonl");
  const start = performance.now();
  {
    await using _logging = startLogging({ runId: "01RUN", file, terminal: "none", metricsMs: 1e6 });
    withCorrelation({ run_id: "01RUN", source: "shop", stream: "orders" }, () => {
      for (let at = 0; at < LINES; at++) logEvent("file-vanished", { path: "inbox/a.csv" });
    });
  }
  return LINES / (performance.now() - start) * 1000;
}

/** Returns how long a listing takes to read, in ms, with a log at a level or without one. */
async function read(folder: string, level: "info" | "debug" | undefined): Promise<number> {
  await using server = servePages({ records: 100, pages: PAGES });
  await using resources = new AsyncDisposableStack();
  if (level !== undefined) {
    const file = join(folder, `${level}.jsonl`);
    resources.use(startLogging({ runId: "01RUN", file, terminal: "none", level, metricsMs: 1e6 }));
  }
  await using client = new ApiClient({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
  const start = performance.now();
  const pages = client.pages({
    path: "/",
    records: "data",
    pagination: { type: "page", page_param: "page", total: "meta.total" },
  });
  let records = 0;
  for await (const page of pages) records += page.records.length;
  if (records !== 100 * PAGES) throw new Error(`${records} records, ${100 * PAGES} served`);
  return performance.now() - start;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    const rates: number[] = [];
    const times = { none: [] as number[], info: [] as number[], debug: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.push(await linesPerSecond(folder));
      await Deno.remove(join(folder, "lines.jsonl"));
      times.none.push(await read(folder, undefined));
      times.info.push(await read(folder, "info"));
      times.debug.push(await read(folder, "debug"));
    }
    const base = median(times.none);
    const share = (ms: number) => `${((ms / base - 1) * 100).toFixed(1)} %`;
    console.log(markdownTable(["Logging", "Measured"], [
      ["lines a second to a file", Math.round(median(rates)).toLocaleString("en")],
      [`${PAGES} pages without a log`, `${Math.round(base)} ms`],
      ["more with a log at info", share(median(times.info))],
      ["more with a log at debug", share(median(times.debug))],
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
