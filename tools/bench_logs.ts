/**
 * Measures `headwaters logs parse` over logs of 160 MB: counting an access log, counting JSON lines, and writing records.
 * Python does less of the same: no volume, no heavy hitters, no check of the times. GoAccess and lnav take part if they
 * are installed. All must find the same.
 *
 * Usage: `deno task bench` runs it last.
 *
 * @module
 */
import { join } from "@std/path";
import { median } from "./bench_api.ts";
import { markdownTable } from "./markdown_table.ts";

const RUNS = 3;
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

/** A request of a busy site. */
interface Request {
  readonly at: Date;
  readonly client: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly size: number;
  readonly agent: string;
  readonly ms: number;
}

function combinedLine({ at, client, path, query, status, size, agent }: Request): string {
  const [, day, month, year, time] = /, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(at.toUTCString()) ?? [];
  return `${client} - - [${day}/${month}/${year}:${time} +0000] "GET ${path}${query} HTTP/1.1" ` +
    `${status} ${size} "https://www.example.org/start" "${agent}"\n`;
}

function jsonLine({ at, client, path, query, status, size, ms }: Request): string {
  const level = status === 500 ? "error" : status === 404 ? "warn" : "info";
  return JSON.stringify({
    ...{ ts: at.toISOString(), level, logger: "shop.api", msg: "request served", method: "GET" },
    ...{ path: path + query, status, bytes_sent: size, duration_ms: ms / 10, remote_addr: client },
    request_id: `${size.toString(16)}-${ms.toString(16)}`,
  }) + "\n";
}

/** Writes lines that look like those of a busy site, the same ones each time. */
async function writeLog(path: string, line: (request: Request) => string): Promise<void> {
  const encoder = new TextEncoder();
  using file = await Deno.create(path);
  let state = 1;
  const below = (limit: number) => (state = (state * 48271) % 2147483647) % limit;
  const start = Date.UTC(2026, 0, 1);
  for (let size = 0, i = 0; size < LOG_BYTES;) {
    const lines: string[] = [];
    for (let n = 0; n < 5000; n++, i++) {
      lines.push(line({
        at: new Date(start + i * 200),
        path: `/shop/${below(below(40) + 1)}/item-${below(below(below(3000) + 1) + 1)}`,
        query: below(4) === 0 ? `?page=${below(9)}` : "",
        status: below(50) === 0 ? 500 : below(20) === 0 ? 404 : 200,
        client: `203.0.113.${below(250)}`,
        size: below(90_000),
        agent: AGENTS[below(3)] ?? "",
        ms: below(9000),
      }));
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

function ours(text: string): Found {
  const [{ records, metrics }] = JSON.parse(text).files;
  return { lines: records, bytes: metrics.response_bytes, statuses: metrics.statuses };
}

function byLnav(text: string): Found {
  const rows = text.trim().split("\n").slice(1).map((row) => row.split(",").map(Number));
  const sum = (column: number) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  const statuses = rows.map(([status = 0, count = 0]) => [status, count]);
  return { lines: sum(1), bytes: sum(2), statuses: Object.fromEntries(statuses) };
}

/** Who does a job, and how what it found is read from what it printed. */
interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly read: (text: string) => Found;
}

function headwaters(...words: string[]): Contender {
  const start = ["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-run=deno"];
  const args = [...start, join(FOLDER, "../lib/cli/headwaters.ts"), "logs", "parse", ...words];
  return { name: "headwaters logs parse", command: "deno", args: [...args, "--json"], read: ours };
}

function python(name: string, ...words: string[]): Contender {
  const args = [join(FOLDER, "_bench_logs.py"), ...words];
  return { name, command: "python3", args, read: (text) => JSON.parse(text) };
}

const SQL = "SELECT sc_status, count(*), sum(sc_bytes) FROM access_log GROUP BY sc_status";

/** Other tools for the same job, if they are there. */
async function othersFor(log: string, report: string): Promise<Contender[]> {
  const args = [log, "--log-format=COMBINED", "--no-progress", "-o", report];
  const goaccess: Contender = {
    ...{ name: "GoAccess", command: "goaccess", args },
    read() {
      const { general } = JSON.parse(Deno.readTextFileSync(report));
      return { lines: general.valid_requests, bytes: general.bandwidth, statuses: {} };
    },
  };
  const lnav = ["-n", "-c", `;${SQL}`, "-c", ":write-csv-to -", log];
  const found: Contender[] = [];
  for (const one of [goaccess, { name: "lnav", command: "lnav", args: lnav, read: byLnav }]) {
    try {
      await run(one.command, [one.command === "lnav" ? "-V" : "--version"]);
      found.push(one);
    } catch {
      console.log(`${one.name} is not installed: it is left out`);
    }
  }
  return found;
}

/** The first contender is the measure of the others. */
async function measure(title: string, contenders: readonly Contender[]): Promise<string> {
  const times = contenders.map((): number[] => []);
  // They take turns, so that what else the machine does meets all.
  for (let i = 0; i < RUNS; i++) {
    let wanted: Found | undefined;
    for (const [at, { name, command, args, read }] of contenders.entries()) {
      const { ms, text } = await run(command, args);
      const found = read(text);
      wanted ??= found;
      for (const key of ["lines", "bytes"] as const) {
        if (found[key] === wanted[key]) continue;
        throw new Error(`${name}, ${key}: ${found[key]} against ${wanted[key]}`);
      }
      times[at]?.push(ms);
    }
  }
  const medians = times.map(median);
  const rows = contenders.map(({ name }, at) => {
    const ms = medians[at] ?? NaN;
    return [name, `${(ms / 1000).toFixed(2)} s`, ((medians[0] ?? NaN) / ms).toFixed(2)];
  });
  return markdownTable([`${title}, median of ${RUNS} runs`, "time", "times as fast"], rows);
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    const [access, json] = [join(folder, "access.log"), join(folder, "app.jsonl")];
    await writeLog(access, combinedLine);
    await writeLog(json, jsonLine);
    const others = await othersFor(access, join(folder, "report.json"));
    console.log(
      await measure("160 MB combined, counted", [
        python("Python re, statuses and bytes", "access", access),
        python("Python re, all that is counted", "metrics", access),
        headwaters(access),
        ...others,
      ]),
    );
    console.log(
      await measure("160 MB JSON lines, counted", [
        python("Python json", "json", json),
        headwaters(json),
      ]),
    );
    console.log(
      await measure("160 MB combined to JSON lines, gzip", [
        python("Python re, json, gzip", "records", access, join(folder, "python.gz")),
        headwaters(access, "--out", join(folder, "out"), "--force"),
      ]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
