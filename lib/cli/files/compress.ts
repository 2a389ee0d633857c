import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileEntry } from "../../files/file_entry.ts";
import { UsageError } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { checkResults } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import { OUT, packFiles } from "./_pack_files.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

const ENDINGS = { gzip: ".gz", zstd: ".zst" } as const;
const MOST = { gzip: 9, zstd: 19 } as const;
const WORKER = fileURLToPath(new URL("../../files/_gzip_worker.ts", import.meta.url));

/** `headwaters files compress FILE... --out FOLDER` */
export const filesCompress = defineCommand({
  spec: {
    name: "",
    meaning: "Compress files on all cores, read each back, and report ratio and speed",
    words: FILES,
    flags: {
      out: OUT,
      format: {
        type: "string",
        value: "gzip|zstd",
        meaning: "zstd where the reader is not Spark",
        default: "gzip",
      },
      level: {
        type: "string",
        value: "N",
        meaning: "1 to 9 of gzip (without it 4), 1 to 19 of zstd (without it 3)",
      },
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files compress big.csv --out packed": "packed/big.csv.gz, which Spark reads",
    },
  },
  access({ words, flags }, cwd) {
    const { format } = howOf(flags);
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const results = [...packedNames(entriesOf(files), format)];
    checkResults(results.map(([entry, result]) => ({ entry, result })));
    // The code of a worker is read with the permissions of the process that starts it.
    return {
      read: [...read, WORKER],
      files: results.map(([, result]) => join(out, result)),
      makes: out,
      youngMiB: YOUNG_MIB,
    };
  },
  async run({ words, flags }, context) {
    const { compressFile } = await load("files/mod.ts");
    const how = howOf(flags);
    const entries = entriesOf(inputFiles(words, context.cwd).files);
    return await packFiles(entries, context, {
      ...flags,
      verb: "compress",
      names: packedNames(entries, how.format),
      work: (entry, target, options) => compressFile(entry, target, { ...options, ...how }),
    });
  },
});

/** Returns the name of the result of each file that can be read. */
function packedNames(entries: readonly FileEntry[], format: keyof typeof ENDINGS) {
  const readable = entries.filter(({ packed }) => packed?.fault === undefined);
  return new Map(readable.map((one) => [one, basename(one.path) + ENDINGS[format]]));
}

function howOf({ format, level }: {
  readonly format?: string | undefined;
  readonly level?: string | undefined;
}): { readonly format: keyof typeof ENDINGS; readonly level: number | undefined } {
  const name = format ?? "gzip";
  if (name !== "gzip" && name !== "zstd") {
    throw new UsageError(
      "usage",
      `Cannot use flag "--format": found "${name}", expected gzip or zstd`,
      { context: { flag: "--format" } },
    );
  }
  const most = MOST[name];
  if (level !== undefined && !(/^[1-9]\d?$/.test(level) && Number(level) <= most)) {
    throw new UsageError(
      "usage",
      `Cannot use flag "--level": found "${level}", expected 1 to ${most}`,
      { context: { flag: "--level" } },
    );
  }
  return { format: name, level: level === undefined ? undefined : Number(level) };
}
