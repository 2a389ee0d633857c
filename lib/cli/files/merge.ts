import { DataError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { recordFormat } from "../../files/record_format.ts";
import { countOf, escapeLine, formatBytes, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { writeWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { COPIED, entriesOf, FILES, type InputFile, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";

/** `headwaters files merge FILE... --out FILE` */
export const filesMerge = defineCommand({
  spec: {
    name: "",
    meaning: "Concatenate small files with the same format and header",
    words: { "FILE...": `${FILES["FILE..."]}; ${COPIED}` },
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The result; compressed if it ends with .gz",
        required: true,
      },
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files merge 'parts/part-*.csv.gz' --out all.csv.gz":
        "fewer files to open for Spark",
    },
  },
  access({ words, flags }, cwd) {
    const { out } = flags;
    const { files, read } = inputFiles(words, cwd);
    checkTwice(files);
    checkFormat(out, files);
    return { read, files: [pathFrom(cwd, out)] };
  },
  async run({ words, flags }, context) {
    const { mergeFiles } = await load("files/mod.ts");
    const { cwd, signal, write } = context;
    const { out } = flags;
    const path = pathFrom(cwd, out);
    const entries = entriesOf(inputFiles(words, cwd).files);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    using progress = new ReadProgress(context, { verb: "merge", total });
    const { rows, contentBytes, bytes, sha256 } = await writeWhole(
      path,
      (temporary) =>
        mergeFiles(entries, temporary, {
          gzip: recordFormat(out, "merge").gzip,
          signal,
          onRead: (bytes) => progress.read(out, bytes),
        }),
      { force: flags.force, inputs: entries.map((entry) => entry.absolutePath) },
    );
    progress[Symbol.dispose]();
    const files = entries.length;
    write(
      flags.json
        ? jsonDocument({ path, files, rows, content_bytes: contentBytes, bytes, sha256 })
        : `${escapeLine(out)}: ${countOf(rows, "record")} of ${countOf(files, "file")}, ` +
          `${formatBytes(bytes)}\n`,
    );
    return EXIT_CODES.complete;
  },
});

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
      );
    }
    seen.set(id, name);
  }
}

/** A name that says another format would mislead readers of the result. */
function checkFormat(out: string, [first]: readonly InputFile[]): void {
  if (first === undefined) return;
  try {
    const { extension } = recordFormat(first.name, "merge");
    if (recordFormat(out, "write").extension === extension) return;
    throw new UsageError(
      "usage",
      `Cannot write "${out}": the files are ${extension}; name it with ${extension} or ${extension}.gz at its end`,
    );
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new UsageError("usage", cause.message, { cause });
  }
}
