import { basename } from "node:path";
import { exitCodeOfMany, IngestError, SuspendedError, UsageError } from "../../errors/mod.ts";
import type { FileEntry, Inspection, InventoryProblem } from "../../files/mod.ts";
import { parsePathPattern, wantedPattern } from "../../grammar/mod.ts";
import {
  countOf,
  escapeLine,
  formatBytes,
  formatCount,
  jsonDocument,
  paragraph,
  table,
} from "../../terminal/mod.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import { ReadProgress } from "../progress.ts";
import { realPath } from "../../process/mod.ts";
import { newName } from "../replace_text.ts";
import { pathFrom } from "../words.ts";
import { entriesOf, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import type { FindingsMemory, FoundFile } from "./inventory_memory.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

const EVERYTHING = "**/*";

/** `headwaters files inventory FOLDER` */
export const filesInventory = defineCommand({
  spec: {
    name: "",
    meaning:
      "List the files below a folder: what each is, its sha256, and the tasks Spark would need",
    note:
      "Rows are counted in the first 64 KiB: of a larger file they are an estimate, shown as ~12,000",
    words: { FOLDER: "The folder, or one file" },
    flags: {
      include: {
        type: "string",
        short: "i",
        multiple: true,
        value: "GLOB",
        meaning: "Only files whose path below the folder matches",
        default: EVERYTHING,
      },
      spark: { type: "boolean", meaning: "Say how Spark would read them, and what to do about it" },
      cores: {
        type: "string",
        value: "N",
        meaning: "Cores that Spark has: as many tasks (pieces of the input) run at once",
        default: "8",
      },
      multiline: { type: "boolean", meaning: "As with Spark's multiLine: no file is split" },
      remember: {
        type: "string",
        value: "FILE",
        meaning:
          "Keep what was found in this file, so that the next listing reads only what changed",
      },
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files inventory drop": "what a vendor left",
      "headwaters files inventory drop --spark":
        "tasks, skew (one far larger than the rest), small files",
      "headwaters files inventory drop -i '**/*.csv' --json": "for a program",
    },
  },
  access({ words, flags }, cwd) {
    flags.include.forEach(patternOf);
    coresOf(flags.cores);
    const read = words.map((word) => pathFrom(cwd, word));
    if (flags.remember === undefined) return { read, youngMiB: YOUNG_MIB };
    const memory = memoryFile(flags.remember, cwd);
    return { read, inPlace: [memory, newName(memory)], youngMiB: YOUNG_MIB };
  },
  async run({ words, flags }, context) {
    const [word = ""] = words;
    const { FindingsMemory } = await load("cli/files/inventory_memory.ts");
    const memory = new FindingsMemory(
      flags.remember === undefined ? undefined : memoryFile(flags.remember, context.cwd),
    );
    const listing = await list(pathFrom(context.cwd, word), {
      name: word,
      include: flags.include.length > 0 ? flags.include : [EVERYTHING],
      context,
      memory,
    });
    memory.save();
    tellUnmatched(listing, { folder: word, include: flags.include }, context);
    const how = { cores: coresOf(flags.cores), multiLine: flags.multiline, advise: flags.spark };
    await (flags.json
      ? writeJson(word, listing, { context, how })
      : writeText(listing, { context, how }));
    return exitCodeOfMany({ usable: listing.files.length, faults: listing.problems.length });
  },
});

/** It is replaced where it is, and not the link that leads to it. */
function memoryFile(name: string, cwd: string): string {
  return realPath(pathFrom(cwd, name));
}

interface Listing {
  readonly files: readonly (FileEntry & FoundFile)[];
  readonly problems: readonly Problem[];
  /** Links that lead back; nothing is missing for them, so they are no fault. */
  readonly loops: readonly Problem[];
  /** Files and folders that Spark passes over by their names. */
  readonly hidden: readonly string[];
}

interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

async function list(
  root: string,
  { name, include, context, memory }: {
    readonly name: string;
    readonly include: readonly string[];
    readonly context: CommandContext;
    readonly memory: FindingsMemory;
  },
): Promise<Listing> {
  const { hashEntry, inspectFile, inventory } = await load("files/mod.ts");
  const { signal } = context;
  const problems: Problem[] = [];
  const loops: Problem[] = [];
  const hidden: string[] = [];
  const entries: FileEntry[] = [];
  const info = Deno.statSync(root);
  if (info.isDirectory) {
    const onProblem = ({ code, message, place }: InventoryProblem) =>
      void problems.push({ path: place.source, code, message });
    const onLoop = (path: string) =>
      void loops.push({ path, code: "file-link", message: "the link leads to a folder it is in" });
    const onHidden = (path: string) => void hidden.push(path);
    const how = { include, onProblem, onLoop, onHidden, signal, archives: true };
    for await (const entry of inventory(root, how)) entries.push(entry);
  } else {
    inputFiles([root], "/", { unreadable: true });
    const found = entriesOf([{ name: basename(name), path: root }]);
    const isIn = ({ path }: FileEntry) => include.some((one) => patternOf(one).test(path));
    for (const entry of found) if (isIn(entry)) entries.push(entry);
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  using progress = new ReadProgress(context, { verb: "hash", total });
  const files: (FileEntry & FoundFile)[] = [];
  for (const entry of entries) {
    try {
      const onRead = (bytes: number) => progress.read(entry.path, bytes);
      const found = await memory.of(entry, async () => {
        const { sha256 } = await hashEntry(entry, { signal, onRead });
        return { sha256, ...factsOf(await inspectFile(entry, { sampleBytes: 1 << 16 })) };
      });
      files.push({ ...entry, ...found });
    } catch (error) {
      // One file that cannot be read, or changes meanwhile, does not end the listing.
      if (!(error instanceof IngestError) || error instanceof SuspendedError) throw error;
      problems.push({ path: entry.path, code: error.code, message: error.message });
    }
  }
  return { files, problems, loops, hidden };
}

/** Returns what a listing says of a file. */
function factsOf({ lineEnd, rowsEstimated, proposed, ...found }: Inspection) {
  const { kind, content, encoding, columns, rows } = found;
  const { delimiter = null } = proposed?.dialect ?? {};
  const shape = { line_end: lineEnd, delimiter, columns, rows, rows_estimated: rowsEstimated };
  return { kind, content, encoding, ...shape };
}

/** Reads `--cores`. */
function coresOf(text = "8"): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(
    "usage",
    `Cannot use flag "--cores": found "${text}", expected a whole number from 1`,
    { context: { flag: "--cores" } },
  );
}

/** Reads one `--include`. */
function patternOf(pattern: string): RegExp {
  const wanted = wantedPattern(pattern);
  if (wanted === undefined) return parsePathPattern(pattern);
  throw new UsageError(
    "usage",
    `Cannot use flag "--include": found "${pattern}", expected ${wanted}`,
    { context: { flag: "--include" } },
  );
}

/** A listing of nothing is an answer; that a pattern was mistyped is for the user to see. */
function tellUnmatched(
  { files, problems }: Listing,
  { folder, include }: { readonly folder: string; readonly include: readonly string[] },
  { tell }: CommandContext,
): void {
  const paths = [...files, ...problems].map(({ path }) => path);
  if (include.length === 0 && paths.length === 0) tell(`No files in "${escapeLine(folder)}"\n`);
  for (const pattern of include) {
    const match = patternOf(pattern);
    if (paths.some((path) => match.test(path))) continue;
    tell(`No file in "${escapeLine(folder)}" matches "${escapeLine(pattern)}"\n`);
  }
}

/** How the listing is shown. */
interface Shown {
  readonly context: CommandContext;
  readonly how: { readonly cores: number; readonly multiLine: boolean; readonly advise: boolean };
}

async function planOf(files: Listing["files"], { cores, multiLine }: Shown["how"]) {
  const { predictSparkTasks } = await load("files/mod.ts");
  // Spark does not look into archives: each is one file for it.
  const own = new Map(
    files.map(({ packed, ...file }) => packed?.archive ?? file)
      .map((file) => [file.path, file]),
  );
  return predictSparkTasks([...own.values()], { parallelism: cores, multiLine });
}

async function writeJson(
  folder: string,
  { files, problems, loops, hidden }: Listing,
  { context, how }: Shown,
): Promise<void> {
  const { planDocument } = await load("cli/files/spark_advice.ts");
  context.write(jsonDocument({
    folder,
    files: files.map(({ absolutePath: _, ctimeMs: __, inode: ___, mtimeMs, packed, ...file }) => (
      {
        ...file,
        ...(packed && { archive: packed.archive.path }),
        modified: new Date(mtimeMs).toISOString(),
      }
    )),
    problems: [...problems, ...loops],
    hidden,
    spark: planDocument(await planOf(files, how)),
  }));
}

async function writeText(
  { files, problems, loops, hidden }: Listing,
  { context, how }: Shown,
): Promise<void> {
  const { write, style, width } = context;
  const columns = [
    { title: "file", cutMiddle: true },
    { title: "size", align: "right" },
    { title: "kind" },
    { title: "rows", align: "right", optional: 3 },
    { title: "encoding", optional: 4 },
    { title: "ends", optional: 5 },
    { title: "modified", optional: 2 },
    { title: "sha256", optional: 1 },
  ] as const;
  const rows = files.map((file) => [
    escapeLine(file.path),
    formatBytes(file.size),
    file.kind === file.content ? file.kind : `${file.content} in ${file.kind}`,
    file.rows === null ? "" : `${file.rows_estimated ? "~" : ""}${formatCount(file.rows)}`,
    file.encoding ?? "",
    file.line_end ?? "",
    new Date(file.mtimeMs).toISOString().slice(0, 19),
    file.sha256.slice(0, 12),
  ]);
  if (rows.length > 0) write(table(columns, rows, { heading: style.dim, width }));
  const plan = await planOf(files, how);
  const total = formatBytes(files.reduce((sum, { size }) => sum + size, 0));
  const { adviceOn, hiddenText, warningsOf } = await load("cli/files/spark_advice.ts");
  const isWhole = plan.passedOver.length === 0;
  // That there is none has been said.
  if (rows.length > 0) {
    const does = plan.refusal === undefined
      ? `reads ${isWhole ? "" : "some of "}them in ${countOf(plan.tasks, "task")}`
      : "refuses this folder";
    write(
      `${countOf(files.length, "file")}, ${total}; Spark on ${how.cores} cores ${does}\n`,
    );
  }
  const mark = style.yellow("!");
  if (how.advise) { for (const line of adviceOn(plan, files)) write(paragraph(line, width, "  ")); }
  for (const line of warningsOf(plan)) write(paragraph(`${mark} ${line}`, width));
  for (const path of plan.oversized) {
    write(`${mark} ${escapeLine(path)} cannot be split: one core for its whole length\n`);
  }
  for (const { path, code, message } of [...problems, ...loops]) {
    write(`${mark} ${escapeLine(path)}  ${code}  ${escapeLine(message)}\n`);
  }
  if (hidden.length > 0) write(paragraph(`${mark} ${hiddenText(hidden)}`, width));
}
