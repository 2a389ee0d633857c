/**
 * Phase 2, files: inventory, validation, one form, splitting for Spark, layout.
 *
 * @module
 */
import { join } from "node:path";
import {
  type FileEntry,
  fileEntry,
  inspectFile,
  inventory,
  mergeFiles,
  partitionPath,
  predictSparkTasks,
  prepareFile,
  splitFile,
} from "../lib/files/mod.ts";
import { formatBytes, formatCount } from "../lib/terminal/mod.ts";
import { type Narrator, runPhase, spelled, type Story, type WorkFolders } from "./_narrator/mod.ts";
import type { FetchReport } from "./01_apis/fetch_report.ts";
import { CORES, LAYOUT_BYTES, showParts, showTasks, showTree } from "./02_files/layout.ts";
import { proveVerdicts, showVerdicts } from "./02_files/show_verdicts.ts";
import { filesSource, readVerdicts, takeFilesIn, type Verdicts } from "./02_files/take_in.ts";

/** The result of phase 2, next to a lake with its audit database. */
export interface FilesResult {
  /** The parts of phase 1's records, within the folder of phase 2. */
  readonly parts: readonly string[];
}

/** The sample whose columns are in another order. */
const MOVED = "weather_2013_q3.csv";

/** Small enough that the sample gives several parts. */
const TARGET_BYTES = 400_000;

/** The story of phase 2. */
export const FILES: Story = {
  phase: 2,
  name: "02_files",
  area: "FILES",
  title: "A file is atomic: whole and valid, or not ingested",
  pain:
    "The vendor's export had its columns in a different order one night. Spark reads CSV by position, so nothing failed: three weeks of " +
    "temperatures landed in the wind column. The same month one 40 GB gzip file ran for nine hours on one core of two hundred. " +
    "Both were decided before Spark saw a byte.",
  before: () => import("./01_apis.ts").then(({ APIS }) => APIS),
  tryNext: [
    [
      "deno task headwaters files validate 'data/samples/drop/weather/*_2013_q4.csv'",
      "ragged rows, by line",
    ],
    [
      "deno task headwaters files split data/samples/zipcodes.csv -t 1MB -o /tmp/z",
      "a CSV in parts, each with its header",
    ],
    [
      "deno task headwaters files merge 'data/samples/drop/weather/*' -o /tmp/all.csv",
      "rejected: their formats differ",
    ],
  ],
  ownData: [
    ["deno task headwaters files inspect my.csv", "delimiter, header and encoding, with evidence"],
    ["deno task headwaters files validate my.csv --columns id,name", "every line that is wrong"],
    [
      "deno task headwaters files standardize my.csv --out clean",
      "the one form Spark reads correctly",
    ],
  ],
  async narrate(narrator, work) {
    await takeInventory(narrator, work);
    const verdicts = await takeIn(narrator, work);
    const parts = await split(narrator, work);
    await merge(narrator, work, verdicts);
    await layout(narrator, work);
    return { parts } satisfies FilesResult;
  },
};

/** Step 1: the vendor's folder, before any file is opened. */
async function takeInventory(narrator: Narrator, work: WorkFolders): Promise<void> {
  const source = await filesSource(work);
  narrator.step(
    "Inventory: take stock before you trust anything",
    `${
      work.show(source.path)
    }, by the globs of the source "${source.name}", sorted by path. A name is a claim; ` +
      "the first bytes settle it:",
    { lib: "lib/files/inspect_file.ts" },
  );
  const entries = await Array.fromAsync(inventory(source.path, source));
  const found = await Promise.all(entries.map((entry) => inspectFile(entry)));
  narrator.table(
    [
      { title: "file" },
      { title: "size", align: "right", optional: 1 },
      { title: "type" },
      { title: "encoding" },
      { title: "line ends" },
      { title: "rows", align: "right" },
    ],
    found.map(({ kind, content, encoding, mark, lineEnd, rows, rowsEstimated }, at) => [
      entries[at]?.path ?? "",
      formatBytes(entries[at]?.size ?? 0),
      kind === content ? kind : `${content} in ${kind}`,
      `${encoding ?? ""}${mark ? " with BOM" : ""}`,
      lineEnd ?? "",
      rows === null ? "" : `${rowsEstimated ? "~" : ""}${formatCount(rows)}`,
    ]),
  );
}

/** Step 2: the pipeline's own intake, for this folder alone. */
async function takeIn(narrator: Narrator, work: WorkFolders): Promise<Verdicts> {
  narrator.step(
    "Validate, standardize, compress: in one pass, as bytes",
    "A run of the pipeline with this source alone. It checks header and order of columns, columns of each row, UTF-8, NUL bytes " +
      "and quotes. What passes comes out in one form: UTF-8 without a BOM, LF, a standard name, gzip, partitioned by date.",
    { lib: "lib/pipeline/file_stream.ts", exercises: ["02.1", "02.4", "02.5"] },
  );
  const source = await filesSource(work);
  await takeFilesIn(work, 2);
  const verdicts = readVerdicts(work, 2);
  showVerdicts(narrator, verdicts);
  narrator.judge(
    "Spark would have read all of this without an error: CSV columns bind by position, so the file with swapped columns would have " +
      "put temperatures into the precipitation column, and a short row is padded with nulls.",
  );
  const entries = await Array.fromAsync(inventory(source.path, source));
  proveVerdicts(narrator, verdicts, entries.length);
  const published = verdicts.files.find((file) => file.verdict === "published");
  await repairByName(narrator, work, entries);
  const entry = entries.find(({ path }) => path === published?.path);
  if (entry !== undefined) await proveRepeatable(narrator, work, { entry, published });
  return verdicts;
}

/** The file whose columns moved: it is bound by name. */
async function repairByName(
  narrator: Narrator,
  work: WorkFolders,
  entries: readonly FileEntry[],
): Promise<void> {
  const { expect } = await filesSource(work);
  const moved = entries.find(({ path }) => path === MOVED);
  if (moved === undefined) throw new RangeError(`Cannot repair: there is no "${MOVED}"`);
  narrator.step(
    "Repair: columns are bound by name, or not at all",
    `${MOVED} came with its columns in another order. In the lake its columns are back in the stream's order, and the run says so. ` +
      "`on_finding: { file-header-order: reject-file }`, as in data/pipeline.yaml, rejects such a file instead. A column that is missing, new or repeated is never guessed at:",
    { lib: "lib/files/_plan_header.ts", exercises: ["02.2"] },
  );
  const target = work.path(2, "repaired.csv.gz");
  const result = await prepareFile(moved, target, { columns: expect.columns, onReject: () => {} });
  await Deno.remove(target);
  const [finding] = result.findings;
  narrator.output(`${finding?.code}  ${finding?.severity}  ${finding?.message}`);
  narrator.prove(
    "a header in another order loses no row and no column",
    finding?.severity === "repair" && result.columns.join() === expect.columns?.join() &&
      result.rowsWritten === result.rowsRead,
    `${formatCount(result.rowsWritten)} rows`,
  );
}

/** The same file once more gives the bytes that are in the lake. */
async function proveRepeatable(
  narrator: Narrator,
  work: WorkFolders,
  { entry, published }: {
    readonly entry: FileEntry;
    readonly published: Verdicts["files"][number] | undefined;
  },
): Promise<void> {
  const again = work.path(2, "again.csv.gz");
  const { sha256 } = await prepareFile(entry, again, { onReject: () => {} });
  const first = await Deno.readFile(work.path(2, "lake", published?.target ?? ""));
  const same = first.toHex() === (await Deno.readFile(again)).toHex();
  await Deno.remove(again);
  narrator.prove(
    "preparing a file twice gives the same bytes",
    same,
    `sha256 ${sha256.slice(0, 12)}…`,
  );
}

/** Step 3: phase 1's one file, cut so that Spark can read its parts in parallel. */
async function split(narrator: Narrator, work: WorkFolders): Promise<string[]> {
  const report = await work.result<FetchReport>(1);
  const entry = await entryOf(work.path(1), report.file);
  narrator.step(
    "Split: gzip is not splittable, so one file is one task",
    `Phase 1 left ${work.show(entry.absolutePath)}. Cuts fall between records, every ${
      formatBytes(TARGET_BYTES)
    } for this sample, every 128 MB in production:`,
    { lib: "lib/files/split_file.ts", exercises: ["02.3"] },
  );
  const folder = `events/${partitionPath([["dt", new Date().toISOString().slice(0, 10)]])}`;
  await Deno.mkdir(work.path(2, folder), { recursive: true });
  const parts = await splitFile(entry, work.path(2, folder), { targetBytes: TARGET_BYTES });
  showParts(narrator, folder, parts);
  narrator.say(
    `By Spark's own rules, this is how ${formatBytes(LAYOUT_BYTES)} is read on ${CORES} cores:`,
  );
  const tasks = showTasks(narrator);
  narrator.judge(
    `One gzip file keeps one core busy and ${
      CORES - 1
    } idle; each small file counts as 4 MB more when Spark plans. Parts near 128 MB avoid both.`,
  );
  narrator.prove(
    "one gzip file is one task, whatever its size",
    tasks === 1,
    formatBytes(LAYOUT_BYTES),
  );
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  narrator.prove(
    "the parts hold every record of phase 1's fetch",
    rows === report.records && parts.length > 1,
    `${parts.map((part) => part.rows).join(" + ")} = ${rows}`,
  );
  return parts.map(({ name }) => `${folder}/${name}`);
}

/** Step 4: small files into one, and how little that saves. */
async function merge(
  narrator: Narrator,
  work: WorkFolders,
  { files }: Verdicts,
): Promise<void> {
  const published = files.filter((file) => file.verdict === "published");
  narrator.step(
    "Merge: rarely worth it",
    `The ${published.length} files now in the lake, a few kilobytes each, merged under one header:`,
    { lib: "lib/files/merge_files.ts" },
  );
  const lake = work.path(2, "lake");
  const entries = await Promise.all(published.map((file) => entryOf(lake, file.target ?? "")));
  const merged = await mergeFiles(entries, work.path(2, "weather_all.csv.gz"));
  const apart = predictSparkTasks(entries.map(({ path, size }) => ({ path, size }))).tasks;
  narrator.say(
    `${merged.name} has ${formatCount(merged.rows)} rows. ` +
      `Spark on 8 cores reads the ${entries.length} in ${apart} tasks and the one in 1.`,
  );
  narrator.judge(
    "Merging saves file opens, 4 MB of planning cost each: worth it for thousands of them, not for " +
      `${spelled(published.length)}.`,
  );
  const rows = published.reduce((sum, file) => sum + file.written, 0);
  narrator.prove(
    "merging keeps every row and one header",
    merged.rows === rows,
    `${formatCount(rows)} rows`,
  );
}

/** Step 5: the lake as Spark sees it. */
async function layout(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Layout: a lake whose folder names Spark understands",
    `Spark skips names that begin with "_", so ${
      work.show(work.path(2, "lake", "raw"))
    } holds nothing but data and partitions:`,
    { lib: "lib/lake/layout.ts" },
  );
  await showTree(narrator, work.path(2, "lake"));
}

async function entryOf(folder: string, path: string): Promise<FileEntry> {
  const absolutePath = join(folder, path);
  return fileEntry(path, absolutePath, await Deno.stat(absolutePath));
}

if (import.meta.main) {
  const moved = {
    inventory: "files inventory",
    hash: "files inventory",
    validate: "files validate",
    prepare: "files standardize",
    split: "files split",
    merge: "files merge",
  };
  Deno.exit(await runPhase(Deno.args, FILES, { moved }));
}
