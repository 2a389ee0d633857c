import { basename } from "node:path";
import { IngestError, SuspendedError, UsageError } from "../../errors/mod.ts";
import type { FileEntry } from "../../files/mod.ts";
import { parsePathPattern, wantedPattern } from "../../grammar/mod.ts";
import { countOf, escapeLine, formatBytes, jsonDocument, table } from "../../terminal/mod.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { exitCodeOf } from "../exit_code.ts";
import { JSON_FLAG } from "../flags.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { inputFiles } from "../inputs.ts";
import { load } from "../load.ts";

const EVERYTHING = "**/*";

/** `headwaters files inventory FOLDER` */
export const filesInventory = defineCommand({
  spec: {
    name: "",
    meaning: "List the files below a folder, with their sha256 and the tasks Spark would need",
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
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files inventory drop": "what a vendor left",
      "headwaters files inventory drop -i '**/*.csv' --json": "for a program",
    },
  },
  access({ words, flags }, cwd) {
    flags.include.forEach(patternOf);
    return { read: words.map((word) => pathFrom(cwd, word)) };
  },
  async run({ words, flags }, context) {
    const [word = ""] = words;
    const listing = await list(pathFrom(context.cwd, word), {
      name: word,
      include: flags.include.length > 0 ? flags.include : [EVERYTHING],
      context,
    });
    tellUnmatched(listing, { folder: word, include: flags.include }, context);
    await (flags.json ? writeJson(word, listing, context) : writeText(listing, context));
    return exitCodeOf({ usable: listing.files.length, faults: listing.problems.length });
  },
});

interface Listing {
  readonly files: readonly (FileEntry & { readonly sha256: string })[];
  readonly problems: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
  }[];
}

async function list(
  root: string,
  { name, include, context }: {
    readonly name: string;
    readonly include: readonly string[];
    readonly context: CommandContext;
  },
): Promise<Listing> {
  const { fileEntry, hashFile, inventory } = await load("files/mod.ts");
  const { signal } = context;
  const problems: { path: string; code: string; message: string }[] = [];
  const entries: FileEntry[] = [];
  const info = Deno.statSync(root);
  if (info.isDirectory) {
    const onProblem = (
      { code, message, place }: {
        readonly code: string;
        readonly message: string;
        readonly place: { readonly source: string };
      },
    ) => void problems.push({ path: place.source, code, message });
    for await (const entry of inventory(root, { include, onProblem, signal })) entries.push(entry);
  } else {
    inputFiles([root], "/");
    const entry = fileEntry(basename(name), root, info);
    if (include.some((pattern) => patternOf(pattern).test(entry.path))) entries.push(entry);
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  using progress = new ReadProgress(context, { verb: "hash", total });
  const files: (FileEntry & { sha256: string })[] = [];
  for (const entry of entries) {
    try {
      const onRead = (bytes: number) => progress.read(entry.path, bytes);
      const { sha256 } = await hashFile(entry.absolutePath, { signal, onRead });
      files.push({ ...entry, sha256 });
    } catch (error) {
      // One file that cannot be read, or changes meanwhile, does not end the listing.
      if (!(error instanceof IngestError) || error instanceof SuspendedError) throw error;
      problems.push({ path: entry.path, code: error.code, message: error.message });
    }
  }
  return { files, problems };
}

/** Reads one `--include`. */
function patternOf(pattern: string): RegExp {
  const wanted = wantedPattern(pattern);
  if (wanted === undefined) return parsePathPattern(pattern);
  throw new UsageError(
    "usage",
    `Cannot use flag "--include": found "${pattern}", expected ${wanted}`,
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

async function writeJson(
  folder: string,
  { files, problems }: Listing,
  { write }: CommandContext,
): Promise<void> {
  const { predictSparkTasks } = await load("files/mod.ts");
  const { tasks, oversized } = predictSparkTasks(files);
  write(jsonDocument({
    folder,
    files: files.map(({ path, size, mtimeMs, sha256 }) => (
      { path, size, modified: new Date(mtimeMs).toISOString(), sha256 }
    )),
    problems,
    spark: { tasks, oversized },
  }));
}

async function writeText(
  { files, problems }: Listing,
  { write, style, width }: CommandContext,
): Promise<void> {
  const { predictSparkTasks } = await load("files/mod.ts");
  const columns = [
    { title: "file" },
    { title: "size", align: "right" },
    { title: "modified", optional: 2 },
    { title: "sha256", optional: 1 },
  ] as const;
  const rows = files.map(({ path, size, mtimeMs, sha256 }) => [
    escapeLine(path),
    formatBytes(size),
    new Date(mtimeMs).toISOString().slice(0, 19),
    sha256.slice(0, 12),
  ]);
  write(table(columns, rows, { heading: style.dim, width }));
  const { tasks, oversized } = predictSparkTasks(files);
  const total = formatBytes(files.reduce((sum, { size }) => sum + size, 0));
  write(
    `${countOf(files.length, "file")}, ${total}; Spark on 8 cores reads them in ${
      countOf(tasks, "task")
    }\n`,
  );
  const mark = style.yellow("!");
  for (const path of oversized) {
    write(`${mark} ${escapeLine(path)} cannot be split: one core for its whole length\n`);
  }
  for (const { path, code, message } of problems) {
    write(`${mark} ${escapeLine(path)}  ${code}  ${escapeLine(message)}\n`);
  }
}
