import { basename, join, resolve } from "@std/path";
import { parseSize } from "../../grammar/mod.ts";
import { DataError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import {
  type FileEntry,
  fileEntry,
  hashFile,
  inventory,
  type InventoryProblem,
  mergeFiles,
  predictSparkTasks,
  prepareFile,
  splitFile,
  standardName,
} from "../../files/mod.ts";
import { formatBytes, formatCount, table } from "../../terminal/mod.ts";
import { defineTool } from "../define_tool.ts";
import type { AnyPhaseTool, ToolOutput } from "../phase_tool.ts";

const FILES = { "FILE...": "Files; relative paths start at the project" } as const;
const COLUMNS = {
  type: "string",
  value: "A,B,C",
  meaning: "Header that must be there, in this order",
} as const;

const INVENTORY = defineTool({
  spec: {
    name: "deno task phase2 inventory",
    meaning: "List the files below a folder, with their sha256 and what Spark would make of them",
    words: { FOLDER: "The folder" },
    flags: {
      include: {
        type: "string",
        short: "i",
        multiple: true,
        value: "GLOB",
        meaning: "Only these",
        default: "**/*",
      },
      json: { type: "boolean", meaning: "Print one JSON object a file" },
    },
    examples: { "deno task phase2 inventory data/samples/drop": "what a vendor left" },
  },
  async run({ words, flags }, { write, style }) {
    const root = resolve(oneWord(words, "phase2 inventory", "FOLDER"));
    const include = flags.include.length > 0 ? flags.include : ["**/*"];
    const rows: string[][] = [];
    const sizes: { path: string; size: number }[] = [];
    const problems: InventoryProblem[] = [];
    const onProblem = (problem: InventoryProblem) => problems.push(problem);
    for await (const entry of inventory(root, { include, onProblem })) {
      const { sha256 } = await hashFile(entry.absolutePath);
      sizes.push({ path: entry.path, size: entry.size });
      const { path, size } = entry;
      const modified = new Date(entry.mtimeMs).toISOString();
      if (flags.json) write(`${JSON.stringify({ path, size, modified, sha256 })}\n`);
      else rows.push([path, formatBytes(size), modified.slice(0, 19), sha256.slice(0, 12)]);
    }
    const outcome = problems.length === 0 ? EXIT_CODES.complete : EXIT_CODES.partial;
    for (const { code, message, place } of flags.json ? problems : []) {
      write(`${JSON.stringify({ path: place.source, code, message })}\n`);
    }
    if (flags.json) return outcome;
    const columns = [{ title: "file" }, { title: "size", align: "right" }, { title: "modified" }, {
      title: "sha256",
    }] as const;
    write(table(columns, rows, { heading: style.dim, width: 120 }));
    const { tasks, oversized } = predictSparkTasks(sizes);
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    write(
      `${formatCount(rows.length)} files, ${formatBytes(total)}; Spark on 8 cores reads them in ${
        formatCount(tasks)
      } tasks\n`,
    );
    for (const path of oversized) {
      write(`${style.yellow("!")} ${path} cannot be split: one core for its whole length\n`);
    }
    for (const { code, message, place } of problems) {
      write(`${style.yellow("!")} ${place.source}  ${code}  ${message}\n`);
    }
    return outcome;
  },
});

const HASH = defineTool({
  spec: {
    name: "deno task phase2 hash",
    meaning: "Print the sha256 of files, as sha256sum does",
    words: FILES,
    flags: {},
  },
  async run({ words }, { write }) {
    for (const word of someWords(words, "phase2 hash")) {
      write(`${(await hashFile(resolve(word))).sha256}  ${word}\n`);
    }
    return EXIT_CODES.complete;
  },
});

const VALIDATE = defineTool({
  spec: {
    name: "deno task phase2 validate",
    meaning: "Check delimited files and name every line that is rejected; nothing is kept",
    words: FILES,
    flags: { columns: COLUMNS },
    examples: {
      "deno task phase2 validate big.csv --columns id,name": "header, rows, quotes, encoding",
    },
  },
  async run({ words, flags }, output) {
    const scratch = await Deno.makeTempDir({ prefix: "phase2-" });
    try {
      return await prepareAll(someWords(words, "phase2 validate"), {
        out: scratch,
        columns: flags.columns,
        output,
      });
    } finally {
      await Deno.remove(scratch, { recursive: true });
    }
  },
});

const PREPARE = defineTool({
  spec: {
    name: "deno task phase2 prepare",
    meaning: "Validate delimited files and write them in the one form that Spark reads as meant",
    words: FILES,
    flags: {
      columns: COLUMNS,
      out: { type: "string", short: "o", value: "FOLDER", meaning: "Where they go" },
    },
  },
  async run({ words, flags }, output) {
    const out = await folderFor(flags.out, "phase2 prepare");
    return await prepareAll(someWords(words, "phase2 prepare"), {
      out,
      columns: flags.columns,
      output,
    });
  },
});

const SPLIT = defineTool({
  spec: {
    name: "deno task phase2 split",
    meaning: "Split a CSV, TSV or JSON lines file at record boundaries, the header repeated",
    words: { FILE: "The file, plain or .gz" },
    flags: {
      target: {
        type: "string",
        short: "t",
        value: "SIZE",
        meaning: "Most content of a part",
        default: "128MiB",
      },
      out: { type: "string", short: "o", value: "FOLDER", meaning: "Where the parts go" },
      plain: { type: "boolean", meaning: "Do not compress the parts" },
    },
    examples: {
      "deno task phase2 split big.csv --target 128MB --out parts": "one part, one Spark task",
    },
  },
  async run({ words, flags }, { write, style }) {
    const entry = await entryOf(oneWord(words, "phase2 split", "FILE"));
    const targetBytes = sizeOf(flags.target ?? "128MiB");
    const out = await folderFor(flags.out, "phase2 split");
    const parts = await splitFile(entry, out, { targetBytes, gzip: !flags.plain });
    const columns = [{ title: "part" }, { title: "records", align: "right" }, {
      title: "content",
      align: "right",
    }, { title: "on disk", align: "right" }] as const;
    const rows = parts.map((
      part,
    ) => [
      part.path,
      formatCount(part.rows),
      formatBytes(part.contentBytes),
      formatBytes(part.bytes),
    ]);
    write(table(columns, rows, { heading: style.dim, width: 120 }));
    return EXIT_CODES.complete;
  },
});

const MERGE = defineTool({
  spec: {
    name: "deno task phase2 merge",
    meaning: "Put small files of one format and header after each other",
    words: FILES,
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The result; compressed if it ends with .gz",
      },
    },
  },
  async run({ words, flags }, { write }) {
    if (flags.out === undefined) {
      throw new UsageError("usage", 'Cannot run phase2 merge: "--out" is missing');
    }
    const entries = await Promise.all(someWords(words, "phase2 merge").map(entryOf));
    const { path, rows, bytes } = await mergeFiles(entries, resolve(flags.out));
    write(
      `${path}: ${formatCount(rows)} records of ${entries.length} files, ${formatBytes(bytes)}\n`,
    );
    return EXIT_CODES.complete;
  },
});

/** What phase 2 does with the user's own files. */
export const FILES_TOOLS: Readonly<Record<string, AnyPhaseTool>> = {
  inventory: INVENTORY,
  hash: HASH,
  validate: VALIDATE,
  prepare: PREPARE,
  split: SPLIT,
  merge: MERGE,
};

async function prepareAll(
  words: readonly string[],
  { out, columns, output }: { out: string; columns: string | undefined; output: ToolOutput },
): Promise<number> {
  const { write, style } = output;
  let complete = true;
  for (const word of words) {
    const entry = await entryOf(word);
    const lines: string[] = [];
    try {
      const { rowsWritten, rejected } = await prepareFile(
        entry,
        join(out, `${standardName(word)}.csv.gz`),
        {
          columns: columns?.split(","),
          onReject: ({ code, message, place }) =>
            lines.push(`  line ${place.line}: ${code}, ${message}\n`),
        },
      );
      const verdict = rejected === 0 ? style.green("good") : style.yellow(`${rejected} rejected`);
      write(`${word}: ${verdict}, ${formatCount(rowsWritten)} rows\n${lines.join("")}`);
      complete &&= rejected === 0;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      write(`${word}: ${style.red("rejected")}, ${error.code}\n  ${error.message}\n`);
      complete = false;
    }
  }
  return complete ? EXIT_CODES.complete : EXIT_CODES.partial;
}

function someWords(words: readonly string[], tool: string): readonly string[] {
  if (words.length > 0) return words;
  throw new UsageError(
    "usage",
    `Cannot run ${tool}: no file is named (see deno task ${tool} --help)`,
  );
}

function oneWord(words: readonly string[], tool: string, what: string): string {
  const [word] = words;
  if (word !== undefined) return word;
  throw new UsageError(
    "usage",
    `Cannot run ${tool}: ${what} is missing (see deno task ${tool} --help)`,
  );
}

function sizeOf(text: string): number {
  try {
    return parseSize(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError("usage", `Cannot use flag "--target": ${cause.message}`, { cause });
  }
}

async function folderFor(out: string | undefined, tool: string): Promise<string> {
  if (out === undefined) throw new UsageError("usage", `Cannot run ${tool}: "--out" is missing`);
  await Deno.mkdir(resolve(out), { recursive: true });
  return resolve(out);
}

async function entryOf(word: string): Promise<FileEntry> {
  const absolutePath = resolve(word);
  const info = await Deno.stat(absolutePath).catch((cause: unknown) => {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UsageError("usage", `Cannot open "${word}": there is no such file`, { cause });
  });
  return fileEntry(basename(word), absolutePath, info);
}
