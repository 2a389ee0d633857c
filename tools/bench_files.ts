/**
 * Measures lib/files against the tools that people use: sha256sum, split and Python's csv; the `files` commands as
 * users run them, with the peak memory of each, against those and gzip or pigz; and the pipeline with thousands of small
 * files, in CPU seconds.
 *
 * Usage: `deno run --no-prompt --allow-read --allow-write --allow-run --allow-env=TMPDIR,TMP,TEMP tools/bench_files.ts
 * [--mb 100] [--files 10000]`
 *
 * @module
 */
import { basename, join } from "@std/path";
import process from "node:process";
import { parseArgs } from "node:util";
import { fileEntry, hashFile, splitFile, validateFile } from "../lib/files/mod.ts";
import { describeSources, loadConfig } from "../lib/pipeline/mod.ts";
import { runPipeline } from "../phases/06_pipeline.ts";
import { measureCommands } from "./_bench_files_commands.ts";
import { median } from "./bench_api.ts";
import { markdownTable } from "./markdown_table.ts";

const ROUNDS = 3;
const PYTHON_SPLIT = `
import csv, sys
def part(n):
    f = open(f"{sys.argv[2]}/p{n}.csv", "w", newline="")
    w = csv.writer(f, lineterminator="\\n"); w.writerow(header); return f, w
with open(sys.argv[1], newline="") as src:
    rows = csv.reader(src); header = next(rows); n = 0; f, w = part(n)
    for row in rows:
        w.writerow(row)
        if f.tell() > 16_000_000 if rows.line_num % 1000 == 0 else False:
            f.close(); n += 1; f, w = part(n)
    f.close()
`;

/** What one measurement is. */
type Work = () => unknown;

/** Measures two works in turns, so that what else the machine does meets both; returns the medians in seconds. */
async function secondsOf(...works: readonly Work[]): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, work] of works.entries()) {
      const start = performance.now();
      await work();
      times[at]?.push((performance.now() - start) / 1000);
    }
  }
  return times.map(median);
}

/** Returns what runs a command to its end. */
function command(name: string, ...args: string[]): Work {
  return async () => {
    const { success } = await new Deno.Command(name, { args, stdout: "null", stderr: "null" })
      .output();
    if (!success) throw new Error(`${name} failed`);
  };
}

async function has(name: string): Promise<boolean> {
  try {
    await command(name, "--version")();
    return true;
  } catch {
    return false; // Then another tool is the measure, and the table says which.
  }
}

/** Writes text made of numbered rows until it has so many bytes. */
function fill(path: string, bytes: number, row: (at: number) => string, head = ""): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  file.writeSync(encoder.encode(head));
  for (let written = 0, at = 0; written < bytes;) {
    let block = "";
    for (let i = 0; i < 10_000; i++) block += row(at++);
    written += file.writeSync(encoder.encode(block));
  }
}

function entryOf(path: string, name: string) {
  return fileEntry(name, path, Deno.statSync(path));
}

function emptied(folder: string): string {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name } of Deno.readDirSync(folder)) Deno.removeSync(join(folder, name));
  return folder;
}

/** Measures against other tools, on files of so many megabytes. */
async function compareTools(folder: string, megabytes: number): Promise<void> {
  const csv = join(folder, "a.csv");
  const lines = join(folder, "a.jsonl");
  const noise = (at: number) => (at * 2654435761 % 4294967296).toString(36);
  const cells = (at: number) => `${at},name ${noise(at)},${at / 7},"some, text ${noise(at + 1)}"\n`;
  fill(csv, megabytes * 1e6, cells, "id,name,amount,note\n");
  fill(lines, megabytes * 1e6, (at) => `{"id":${at},"name":"${noise(at)}","amount":${at / 7}}\n`);
  const parts = join(folder, "parts");
  const ours = (path: string, name: string) => () =>
    splitFile(entryOf(path, name), emptied(parts), { targetBytes: 16e6, gzip: false });
  const pairs: [string, string, Work, Work][] = [
    ["sha256", "sha256sum", () => hashFile(csv), command("sha256sum", csv)],
    [
      "split JSON lines, rows and sha256 of each part",
      "split -C",
      ours(lines, "a.jsonl"),
      () => command("split", "-C", "16000000", lines, join(emptied(parts), "p"))(),
    ],
    [
      "split CSV, quotes understood, header repeated",
      "Python csv",
      ours(csv, "a.csv"),
      () => command("python3", "-c", PYTHON_SPLIT, csv, emptied(parts))(),
    ],
    [
      "validate CSV",
      "sha256sum",
      () => validateFile(entryOf(csv, "a.csv"), { onReject: () => {} }),
      command("sha256sum", csv),
    ],
  ];
  const rows: string[][] = [];
  for (const [what, tool, mine, theirs] of pairs) {
    const [a = NaN, b = NaN] = await secondsOf(mine, theirs);
    rows.push([what, a.toFixed(2), tool, b.toFixed(2), (a / b).toFixed(2)]);
  }
  console.log(markdownTable(["what", "s", "against", "s", "ratio"], rows));
  console.log(`\n${megabytes} MB, medians of ${ROUNDS}; the commands, minima of as many:\n`);
  Deno.mkdirSync(join(folder, "in"));
  for (const path of [csv, lines]) Deno.linkSync(path, join(folder, "in", basename(path)));
  const tools = new Set<string>();
  for (const name of ["pigz", "zstd"]) if (await has(name)) tools.add(name);
  await measureCommands(folder, { csv, lines }, tools);
}

/** Measures the pipeline with many files of 10 kB, and once more with nothing new. */
async function manyFiles(folder: string, count: number): Promise<void> {
  Deno.mkdirSync(join(folder, "drop"));
  const body = "some text that fills the row,12345.678\n".repeat(250);
  for (let at = 0; at < count; at++) {
    const name = `f${String(at).padStart(7, "0")}.csv`;
    Deno.writeTextFileSync(join(folder, "drop", name), `note,amount\n${at},0\n${body}`);
  }
  const yaml = join(folder, "many.yaml");
  const source = "  - { name: many, type: files, path: drop, min_age: 0s }";
  Deno.writeTextFileSync(yaml, `name: many\nlake: lake\naudit: audit.db\nsources:\n${source}\n`);
  const rows: string[][] = [];
  for (const run of ["first run", "again, nothing new"]) {
    const config = await describeSources(await loadConfig(yaml), "here");
    const before = process.cpuUsage();
    const start = performance.now();
    const { streams: [stream] } = await runPipeline(config);
    const { user, system } = process.cpuUsage(before);
    const cpu = (user + system) / 1e6;
    const seen = stream?.files_published || stream?.files_unchanged || 0;
    const wall = (performance.now() - start) / 1000;
    rows.push([
      run,
      String(seen),
      cpu.toFixed(1),
      (cpu / count * 1000).toFixed(2),
      wall.toFixed(1),
    ]);
  }
  console.log(markdownTable(["run", "files", "CPU s", "CPU ms a file", "wall s"], rows));
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      mb: { type: "string", default: "100" },
      files: { type: "string", default: "10000" },
    },
  });
  const folder = Deno.makeTempDirSync({ prefix: "bench-files-" });
  try {
    if (Number(values.mb) > 0) await compareTools(folder, Number(values.mb));
    if (Number(values.files) > 0) await manyFiles(folder, Number(values.files));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
