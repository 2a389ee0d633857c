import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import type { FileEntry, PartitionValue } from "../../files/mod.ts";
import { partitionPath } from "../../files/partition_path.ts";
import { countOf, escapeLine, formatBytes, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, JSON_FLAG } from "../flags.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { checkResults, fillWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

/** `headwaters files layout FILE... --out FOLDER` */
export const filesLayout = defineCommand({
  spec: {
    name: "",
    meaning: "Copy files into Hive partitions as Spark names them, with a manifest and _SUCCESS",
    words: FILES,
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning: "The table: a new folder, which gets all of the files or is not made",
        required: true,
      },
      by: {
        type: "string",
        multiple: true,
        value: "NAME=VALUE",
        meaning: "A partition column, outermost first; NAME= is null",
      },
      from: {
        type: "string",
        value: "PATTERN",
        meaning: "Pattern on the path; its named groups are partition columns after those of --by",
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files layout 'in/*' --out sales --from '(?<dt>\\d{4}-\\d\\d-\\d\\d)'":
        "sales/dt=2026-11-26/shop_2026-11-26.csv.gz and so on",
    },
  },
  async access({ words, flags }, cwd) {
    const { files, read } = inputFiles(words, cwd);
    await placedIn(entriesOf(files), flags);
    return { read, folders: [pathFrom(cwd, flags.out)], youngMiB: YOUNG_MIB };
  },
  async run({ words, flags }, context) {
    const { layOutFiles } = await load("files/mod.ts");
    const { cwd, signal, write } = context;
    const entries = entriesOf(inputFiles(words, cwd).files);
    const placed = await placedIn(entries, flags);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    using progress = new ReadProgress(context, { verb: "copy", total });
    const out = pathFrom(cwd, flags.out);
    const onRead = (bytes: number) => progress.read(flags.out, bytes);
    const files = await fillWhole(
      out,
      (folder) => layOutFiles(placed, folder, { signal, onRead }),
      { inputs: entries.map(({ absolutePath }) => absolutePath) },
    );
    progress[Symbol.dispose]();
    const folders = new Set(files.map(({ path }) => path.replace(/[^/]*$/, "")));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    write(
      flags.json
        ? jsonDocument({ folder: out, files })
        : `${escapeLine(flags.out)}: ${countOf(files.length, "file")} in ${
          countOf(folders.size, "partition")
        }, ${formatBytes(bytes)}\n`,
    );
    return EXIT_CODES.complete;
  },
});

interface PartitionFlags {
  readonly by: readonly string[];
  readonly from?: string | undefined;
}

/** Returns each file in its partition, each with a place of its own. */
async function placedIn(entries: readonly FileEntry[], flags: PartitionFlags) {
  const { placeInTable } = await load("files/mod.ts");
  const placed = entries.map((entry) => ({ entry, partition: partitionOf(entry, flags) }));
  checkResults(placed.map((one) => ({ entry: one.entry, result: placeInTable(one) })));
  return placed;
}

/** Returns the values that the flags give a file. */
function partitionOf({ path }: FileEntry, { by, from }: PartitionFlags): PartitionValue[] {
  const fixed = by.map((text): PartitionValue => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new UsageError(
      "usage",
      `Cannot use flag "--by": found "${text}", expected NAME=VALUE, or NAME= for null`,
      { context: { flag: "--by" } },
    );
  });
  const found = from === undefined ? [] : Object.entries(patternOf(from).exec(path)?.groups ?? {});
  if (from !== undefined && found.length === 0) {
    throw new UsageError(
      "usage",
      `Cannot lay out "${path}": "${from}" finds no named group in its path`,
      { context: { path } },
    );
  }
  const all = [...fixed, ...found.map(([name, value]): PartitionValue => [name, value ?? null])];
  const names = all.map(([name]) => name.toLowerCase());
  if (new Set(names).size === names.length && all.length > 0) return checked(all);
  const state = all.length === 0
    ? "no partition column is named"
    : "a partition column is named twice";
  throw new UsageError("usage", `Cannot lay out "${path}": ${state}; use --by or --from`, {
    context: { path },
  });
}

/** A path that Spark would pass over is refused before anything is copied. */
function checked(partition: PartitionValue[]): PartitionValue[] {
  try {
    partitionPath(partition);
    return partition;
  } catch (cause) {
    throw new UsageError("usage", `${(cause as Error).message}; use another name or value`, {
      cause,
    });
  }
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch {
    throw new UsageError(
      "usage",
      `Cannot use flag "--from": found "${text}", expected a regular expression`,
      { context: { flag: "--from" } },
    );
  }
}
