/**
 * Measures how long `headwaters logs parse` takes to count an access log of 160 MB, against Python's `re` doing less: no
 * volume, no heavy hitters, no check of the times. Both must find the same.
 *
 * Usage: `deno task bench` runs it last.
 *
 * @module
 */
import { join } from "@std/path";
import { median } from "./bench_api.ts";
import { markdownTable } from "./markdown_table.ts";

const RUNS = 5;
const LOG_BYTES = 160e6;
const FOLDER = import.meta.dirname ?? ".";
const AGENTS = [
  "curl/8.5.0",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];

/** What both contenders count. */
interface Found {
  readonly lines: number;
  readonly bytes: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Writes lines that look like those of a busy site, the same ones each time. */
async function writeLog(path: string): Promise<void> {
  const encoder = new TextEncoder();
  using file = await Deno.create(path);
  let state = 1;
  const below = (limit: number) => (state = (state * 48271) % 2147483647) % limit;
  const start = Date.UTC(2026, 0, 1);
  for (let size = 0, i = 0; size < LOG_BYTES;) {
    const lines: string[] = [];
    for (let n = 0; n < 5000; n++, i++) {
      const [, day, month, year, time] =
        /, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(new Date(start + i * 200).toUTCString()) ?? [];
      const path = `/shop/${below(below(40) + 1)}/item-${below(below(below(3000) + 1) + 1)}${
        below(4) === 0 ? `?page=${below(9)}` : ""
      }`;
      const status = below(50) === 0 ? 500 : below(20) === 0 ? 404 : 200;
      lines.push(
        `203.0.113.${
          below(250)
        } - - [${day}/${month}/${year}:${time} +0000] "GET ${path} HTTP/1.1" ${status} ` +
          `${below(90_000)} "https://www.example.org/start" "${AGENTS[below(3)]}"\n`,
      );
    }
    const bytes = encoder.encode(lines.join(""));
    await file.write(bytes);
    size += bytes.length;
  }
}

async function run(
  command: string,
  args: readonly string[],
): Promise<{ ms: number; text: string }> {
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  const ms = performance.now() - start;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return { ms, text: new TextDecoder().decode(stdout) };
}

function countedByUs(text: string): Found {
  const [{ records, metrics }] = JSON.parse(text).files;
  return { lines: records, bytes: metrics.response_bytes, statuses: metrics.statuses };
}

async function measure(folder: string): Promise<string> {
  const log = join(folder, "access.log");
  await writeLog(log);
  const headwaters = ["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-run=deno"];
  const ours = [
    ...headwaters,
    join(FOLDER, "../lib/cli/headwaters.ts"),
    "logs",
    "parse",
    log,
    "--json",
  ];
  const times = { ours: [] as number[], python: [] as number[] };
  // They take turns, so that what else the machine does meets both.
  for (let i = 0; i < RUNS; i++) {
    const python = await run("python3", [join(FOLDER, "_bench_logs.py"), log]);
    const counted = await run("deno", ours);
    const [wanted, found] = [JSON.parse(python.text) as Found, countedByUs(counted.text)];
    for (const key of ["lines", "bytes"] as const) {
      if (found[key] !== wanted[key]) {
        throw new Error(`${key}: ${found[key]} against ${wanted[key]}`);
      }
    }
    times.python.push(python.ms);
    times.ours.push(counted.ms);
  }
  const [base, mine] = [median(times.python), median(times.ours)];
  const row = (
    name: string,
    ms: number,
  ) => [name, `${(ms / 1000).toFixed(2)} s`, (base / ms).toFixed(2)];
  return markdownTable([`160 MB combined, median of ${RUNS} runs`, "time", "times as fast"], [
    row("Python re", base),
    row("headwaters logs parse", mine),
  ]);
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    console.log(await measure(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
