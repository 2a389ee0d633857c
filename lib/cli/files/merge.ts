import { DataError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import type { MergedPart } from "../../files/mod.ts";
import { recordFormat } from "../../files/record_format.ts";
import { countOf, escapeLine, formatBytes, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { fillWhole, writeWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { entriesOf, FILES, type InputFile, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { targetSize } from "./_target_size.ts";

/** `headwaters files merge FILE... --out FILE` */
export const filesMerge = defineCommand({
  spec: {
    name: "",
    meaning: "Concatenate small files with the same format and header",
    words: {
      "FILE...": `${
        FILES["FILE..."]
      }; rows are copied byte for byte, each with as many columns as its header; files validate checks the encoding`,
    },
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning:
          "The result; compressed if it ends with .gz. With --target a new folder, which gets all parts and _manifest.json",
        required: true,
      },
      target: {
        type: "string",
        short: "t",
        value: "SIZE",
        meaning:
          "Write several compressed parts, each of files of about this size in all as they are on disk, with its unit: 128MB",
      },
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files merge 'parts/part-*.csv.gz' --out all.csv.gz":
        "fewer files to open for Spark",
      "headwaters files merge 'in/*.csv' --target 128MB --out merged":
        "merged/part-00000.csv.gz and so on; merged/_manifest.json says which file is in which part",
    },
  },
  access({ words, flags }, cwd) {
    const { out } = flags;
    const { files, read } = inputFiles(words, cwd);
    checkTwice(files);
    if (flags.target !== undefined) {
      targetSize(flags.target);
      return { read, folders: [pathFrom(cwd, out)] };
    }
    checkFormat(out, files);
    return { read, files: [pathFrom(cwd, out)] };
  },
  async run({ words, flags }, context) {
    const { mergeFiles, mergeToSize } = await load("files/mod.ts");
    const { cwd, signal, write } = context;
    const { out, target } = flags;
    const path = pathFrom(cwd, out);
    const entries = entriesOf(inputFiles(words, cwd).files);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    using progress = new ReadProgress(context, { verb: "merge", total });
    const onRead = (bytes: number) => progress.read(out, bytes);
    const inputs = entries.map((entry) => entry.absolutePath);
    if (target !== undefined) {
      const targetBytes = targetSize(target);
      const parts = await fillWhole(
        path,
        (folder) => mergeToSize(entries, folder, { targetBytes, signal, onRead }),
        { inputs },
      );
      progress[Symbol.dispose]();
      write(
        flags.json ? jsonDocument({ folder: path, parts: parts.map(partOf) }) : textOf(out, parts),
      );
      return EXIT_CODES.complete;
    }
    const { rows, contentBytes, bytes, sha256 } = await writeWhole(
      path,
      (temporary) =>
        mergeFiles(entries, temporary, {
          gzip: recordFormat(out, "merge").compression === "gzip",
          signal,
          onRead,
        }),
      { force: flags.force, inputs },
    );
    progress[Symbol.dispose]();
    const files = entries.length;
    write(
      flags.json
        ? jsonDocument({ path, files, rows, content_bytes: contentBytes, bytes, sha256 })
        : `${escapeLine(out)}: ${countOf(rows, "record")} from ${countOf(files, "file")}, ` +
          `${formatBytes(bytes)}\n`,
    );
    return EXIT_CODES.complete;
  },
});

function partOf({ name, rows, contentBytes, bytes, sha256, inputs }: MergedPart) {
  return { name, rows, content_bytes: contentBytes, bytes, sha256, inputs };
}

function textOf(out: string, parts: readonly MergedPart[]): string {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const files = parts.reduce((sum, part) => sum + part.inputs.length, 0);
  return `${escapeLine(out)}: ${countOf(parts.length, "part")} with ${
    countOf(rows, "record")
  } from ${countOf(files, "file")}, ${formatBytes(bytes)}\n`;
}

/** The same file under two names would double its records. */
function checkTwice(files: readonly InputFile[]): void {
  const seen = new Map<string, string>();
  for (const { name, path } of files) {
    const { dev, ino } = Deno.statSync(path);
    const id = ino === null ? Deno.realPathSync(path) : `${dev}:${ino}`;
    const other = seen.get(id);
    if (other !== undefined) {
      throw new UsageError(
        "usage",
        `Cannot merge "${name}": it is the same file as "${other}"; name it once`,
        { context: { path: name } },
      );
    }
    seen.set(id, name);
  }
}

/** A name that says another format would mislead readers of the result. */
function checkFormat(out: string, [first]: readonly InputFile[]): void {
  if (first === undefined) return;
  try {
    const { extension, json } = recordFormat(first.name, "merge");
    const wanted = recordFormat(out, "write");
    if (wanted.extension === extension && wanted.compression !== "zstd") return;
    const other = wanted.extension === ".csv" && json === undefined
      ? ", or make CSV of them first with headwaters files standardize"
      : "";
    throw new UsageError(
      "usage",
      `Cannot write "${out}": the files are ${extension}; name it with ${extension} or ${extension}.gz at its end${other}`,
      { context: { path: out } },
    );
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new UsageError("usage", cause.message, { cause, context: cause.context });
  }
}
