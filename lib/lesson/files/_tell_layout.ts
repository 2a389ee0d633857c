import { join } from "node:path";
import {
  type FileEntry,
  fileEntry,
  type FilePart,
  hashFile,
  inventory,
  mergeFiles,
  partitionPath,
  predictSparkTasks,
  splitFile,
} from "../../files/mod.ts";
import { formatBytes, formatCount } from "../../terminal/mod.ts";
import type { FetchReport } from "../apis/fetch_report.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import type { JudgedFile } from "./files_result.ts";

/** Small enough that the sample gives several parts. */
const TARGET_BYTES = 400_000;
const GB = 1e9;

/** Step 3: phase 1's one file, cut so that Spark can read it side by side. */
export async function tellSplit(
  teller: Teller,
  work: WorkFolders,
  { lake, date }: { readonly lake: string; readonly date: string },
): Promise<JudgedFile> {
  const report = await work.result<FetchReport>(1);
  const entry = await entryOf(work.path(1), report.file);
  teller.step(
    "Split: gzip cannot be read from its middle, so the number of files is the number of tasks",
    `Phase 1 left ${
      work.show(entry.absolutePath)
    }. Cuts fall between records; at 400 kB a part for the sample, at 128 MB in earnest:`,
  );
  const folder = `raw/events/${partitionPath([["dt", date]])}`;
  await Deno.mkdir(join(lake, folder), { recursive: true });
  const parts = await splitFile(entry, join(lake, folder), { targetBytes: TARGET_BYTES });
  tellParts(teller, folder, parts);
  tellTasks(teller);
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  teller.prove(
    "the parts hold every record of phase 1's fetch",
    rows === report.records && parts.length > 1,
    `${parts.map((part) => part.rows).join(" + ")} = ${rows}`,
  );
  const { sha256, size } = await hashFile(entry.absolutePath);
  return {
    stream: "events",
    path: entry.path,
    sha256,
    bytes: size,
    mtimeMs: entry.mtimeMs,
    inode: entry.inode,
    acceptance: "",
    verdict: "published",
    duplicateOf: null,
    read: rows,
    written: rows,
    rejects: [],
    targets: parts.map((part) => `${folder}/${part.name}`),
    errorCode: null,
    errorMessage: null,
  };
}

function tellParts(teller: Teller, folder: string, parts: readonly FilePart[]): void {
  teller.table(
    [
      { title: "part" },
      { title: "records", align: "right" },
      { title: "content", align: "right" },
      { title: "on disk", align: "right" },
    ],
    parts.map((part) => [
      `${folder}/${part.name}`,
      formatCount(part.rows),
      formatBytes(part.contentBytes),
      formatBytes(part.bytes),
    ]),
  );
}

/** The same arithmetic as Spark's, for sizes that hurt. */
function tellTasks(teller: Teller): void {
  const many = (name: string, count: number, size: number) =>
    Array.from({ length: count }, (_, at) => ({ path: `${at}${name}`, size }));
  const layouts = [
    ["one file of 10 GB, .jsonl", many(".jsonl", 1, 10 * GB)],
    ["one file of 10 GB, .jsonl.gz", many(".jsonl.gz", 1, 10 * GB)],
    ["80 parts of 125 MB, .jsonl.gz", many(".jsonl.gz", 80, 0.125 * GB)],
    ["100,000 files of 100 kB, .jsonl.gz", many(".jsonl.gz", 100_000, 1e5)],
  ] as const;
  const plans = layouts.map(([name, files]) => ({
    name,
    plan: predictSparkTasks(files, { parallelism: 16 }),
  }));
  teller.say("What Spark's own rules make of 10 GB on 16 cores:");
  teller.table(
    [{ title: "layout" }, { title: "tasks", align: "right" }, {
      title: "largest task",
      align: "right",
    }],
    plans.map((
      { name, plan },
    ) => [name, formatCount(plan.tasks), formatBytes(plan.largestTaskBytes)]),
  );
  teller.judge(
    "One gzip file keeps one core busy and fifteen idle; a swarm of small files costs 4 MB of planning each. Parts near 128 MB are neither.",
  );
  teller.prove("one gzip file is one task, whatever its size", plans[1]?.plan.tasks === 1, "10 GB");
}

/** Step 4: small files into one, and how little that is for. */
export async function tellMerge(
  teller: Teller,
  work: WorkFolders,
  files: readonly JudgedFile[],
): Promise<void> {
  const lake = work.path(2, "lake");
  const weather = files.filter((file) => file.stream === "weather" && file.verdict === "published");
  const entries = await Promise.all(weather.map((file) => entryOf(lake, file.targets[0] ?? "")));
  const merged = await mergeFiles(entries, work.path(2, "weather_all.csv.gz"));
  const rows = weather.reduce((sum, file) => sum + file.written, 0);
  const apart = predictSparkTasks(entries.map(({ path, size }) => ({ path, size }))).tasks;
  teller.step(
    "Merge: rarely worth it",
    `${entries.length} files of some kilobytes become ${merged.name}: ${
      formatCount(merged.rows)
    } rows under one header. ` +
      `Spark on 8 cores reads the ${entries.length} in ${apart} tasks and the one in 1.`,
  );
  teller.judge(
    "What merging saves is the opening of files, 4 MB of planning cost each: worth it for thousands of them, not for eight.",
  );
  teller.prove(
    "merging keeps every row and one header",
    merged.rows === rows,
    `${formatCount(rows)} rows`,
  );
}

/** Step 5: what Spark will see. */
export async function tellTree(teller: Teller, lake: string): Promise<void> {
  teller.step("Layout: a lake that Spark reads by its folders' names");
  const entries = await Array.fromAsync(inventory(lake));
  let last = "";
  const lines = entries.flatMap((entry) => {
    const cut = entry.path.lastIndexOf("/");
    const folder = entry.path.slice(0, cut);
    const head = folder === last ? [] : [`${folder}/`];
    last = folder;
    return [
      ...head,
      `   ${entry.path.slice(cut + 1).padEnd(60)} ${formatBytes(entry.size).padStart(9)}`,
    ];
  });
  teller.output(lines.join("\n"));
}

async function entryOf(folder: string, path: string): Promise<FileEntry> {
  const absolutePath = join(folder, path);
  return fileEntry(path, absolutePath, await Deno.stat(absolutePath));
}
