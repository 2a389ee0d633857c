import { join } from "node:path";
import { UsageError } from "../../errors/mod.ts";
import type { FileEntry, PrepareFileOptions, PrepareFileResult } from "../../files/mod.ts";
import { fileFormat, preparedExtension } from "../../files/record_format.ts";
import { standardName } from "../../files/standard_name.ts";
import { jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { makeFolder, refuseSameResult, writeWhole } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import { DIALECT_FLAGS, readDialect } from "./_dialect_flags.ts";
import { checkFiles, COLUMNS, hasGoodRows } from "./_check_files.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";

/** `headwaters files standardize FILE... --out FOLDER` */
export const filesStandardize = defineCommand({
  spec: {
    name: "",
    meaning:
      "Validate CSV, TSV and JSON files and write them in one form that Spark reads correctly",
    words: FILES,
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning:
          "Where the results go, as lower_snake_case.csv.gz or .jsonl.gz; made if it is missing; earlier ones stay without --force",
        required: true,
      },
      columns: COLUMNS,
      "snake-case": {
        type: "boolean",
        meaning:
          "Name columns in snake_case, before --columns looks at them; _NAME.columns.json next to a result says what each was",
      },
      ...DIALECT_FLAGS,
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files standardize 'Sales 2026.tsv' --out clean":
        "clean/sales_2026.csv.gz: UTF-8, LF, one header, gzip",
      "headwaters files standardize orders.csv --snake-case --out clean":
        '"Order ID" becomes order_id; clean/_orders.columns.json keeps both names',
    },
  },
  access({ words, flags }, cwd) {
    readDialect(flags);
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const results = entriesOf(files).map(({ path }) => ({ name: path, result: targetOf(path) }));
    refuseSameResult(results);
    const named = flags["snake-case"] ? results.map(({ name }) => namesOf(name)) : [];
    const written = [...results.map(({ result }) => result), ...named];
    return { read, files: written.map((name) => join(out, name)), makes: out };
  },
  async run({ words, flags }, context) {
    const { prepareFile, snakeCase } = await load("files/mod.ts");
    const out = pathFrom(context.cwd, flags.out);
    const entries = entriesOf(inputFiles(words, context.cwd).files);
    const rename = flags["snake-case"] ? snakeCase : undefined;
    const prepare = async (entry: FileEntry, target: string, options: PrepareFileOptions) => {
      const result = await prepareFile(entry, target, { ...options, rename });
      // Before the result has its name: it is never there without its names.
      if (rename !== undefined && hasGoodRows(result)) {
        const how = { force: flags.force, inputs: [entry.absolutePath] };
        await writeWhole(join(out, namesOf(entry.path)), namesWriter(result), how);
      }
      return result;
    };
    using _folder = makeFolder(out);
    return await checkFiles(entries, context, {
      ...flags,
      ...readDialect(flags),
      verb: "standardize",
      work: (entry, options) =>
        writeWhole(
          join(out, targetOf(entry.path)),
          (temporary) => prepare(entry, temporary, options),
          {
            force: flags.force,
            inputs: [entry.absolutePath],
            keep: (result) => hasGoodRows(result) ? "new" : "old",
          },
        ),
      target: ({ path }) => join(flags.out, targetOf(path)),
      describe: (entry, { bytesOut, sha256 }) => ({
        target: join(out, targetOf(entry.path)),
        bytes: bytesOut,
        sha256,
      }),
    });
  },
});

/** Name of the file that says what columns were called; engines pass over one with an underscore in front. */
function namesOf(name: string): string {
  if (fileFormat(name)?.json === undefined) return `_${standardName(name)}.columns.json`;
  throw new UsageError(
    "usage",
    `Cannot use flag "--snake-case": "${name}" is JSON, whose records stay as they are`,
  );
}

function namesWriter({ columns, columnsFrom }: PrepareFileResult) {
  const names = columns.map((to, at) => ({ from: columnsFrom[at] ?? null, to }));
  return (path: string) => Deno.writeTextFile(path, jsonDocument(names));
}

function targetOf(name: string): string {
  return standardName(name) + preparedExtension(name);
}
