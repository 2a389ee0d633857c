import { join } from "node:path";
import { UsageError } from "../../errors/mod.ts";
import type { FileEntry, PrepareFileOptions, PrepareFileResult } from "../../files/mod.ts";
import { jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { checkResults, makeFolder, writeWhole } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import { DIALECT_FLAGS, readDialect } from "./_dialect_flags.ts";
import { checkFiles, COLUMNS, hasGoodRows } from "./_check_files.ts";
import { checkReadable, entriesOf, FILES, inputFiles } from "../inputs.ts";
import { columnsName, NAME_FLAGS, readMapping, resultNames } from "./_standard_names.ts";
import { load } from "../load.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

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
      ...NAME_FLAGS,
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
      "headwaters files standardize a.csv --name '{source}_{hash8}.{ext}' --out clean":
        "clean/a_5e884898.csv.gz; --dry-run lists the names",
    },
  },
  async access({ words, flags }, cwd) {
    readDialect(flags);
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const mapping = mappingOf(flags, cwd);
    const results = [...await resultNames(entriesOf(files), flags.name)]
      .filter(([{ packed }]) => packed?.fault === undefined);
    checkResults(results.map(([entry, result]) => ({ entry, result })));
    const named = isRenaming(flags) ? results.map(([entry, name]) => columnsName(entry, name)) : [];
    const written = [...results.map(([, name]) => name), ...named];
    return {
      read: [...read, ...mapping],
      files: written.map((name) => join(out, name)),
      makes: out,
      youngMiB: YOUNG_MIB,
    };
  },
  async run({ words, flags }, context) {
    const { prepareFile, refuseFault, snakeCase } = await load("files/mod.ts");
    const out = pathFrom(context.cwd, flags.out);
    const names = await resultNames(entriesOf(inputFiles(words, context.cwd).files), flags.name);
    const [mapping] = mappingOf(flags, context.cwd);
    const given = mapping === undefined ? undefined : readMapping(mapping);
    const rename = given ?? (flags["snake-case"] ? snakeCase : undefined);
    const nameOf = (entry: FileEntry) => names.get(entry) ?? "";
    const prepare = async (entry: FileEntry, target: string, options: PrepareFileOptions) => {
      const result = await prepareFile(entry, target, { ...options, rename });
      // Before the result has its name: it is never there without its names.
      if (rename !== undefined && hasGoodRows(result)) {
        const how = { force: flags.force, inputs: [entry.absolutePath] };
        const path = join(out, columnsName(entry, nameOf(entry)));
        await writeWhole(path, namesWriter(result), how);
      }
      return result;
    };
    using _folder = makeFolder(out);
    return await checkFiles([...names.keys()], context, {
      ...flags,
      ...readDialect(flags),
      verb: "standardize",
      async work(entry, options) {
        refuseFault(entry);
        return await writeWhole(
          join(out, nameOf(entry)),
          (temporary) => prepare(entry, temporary, options),
          {
            force: flags.force,
            inputs: [entry.absolutePath],
            keep: (result) => hasGoodRows(result) ? "new" : "old",
          },
        );
      },
      target: (entry) => join(flags.out, nameOf(entry)),
      describe: (entry, { bytesOut, sha256 }) => ({
        target: join(out, nameOf(entry)),
        bytes: bytesOut,
        sha256,
      }),
    });
  },
});

interface RenameFlags {
  readonly "snake-case": boolean;
  readonly mapping?: string | undefined;
}

function isRenaming(flags: RenameFlags): boolean {
  return flags["snake-case"] || flags.mapping !== undefined;
}

/** Path of the mapping, if there is one. */
function mappingOf(flags: RenameFlags, cwd: string): string[] {
  const { mapping } = flags;
  if (mapping === undefined) return [];
  if (flags["snake-case"]) {
    throw new UsageError(
      "usage",
      'Cannot use flag "--mapping" with "--snake-case": name one of them',
      { context: { flag: "--mapping" } },
    );
  }
  const path = pathFrom(cwd, mapping);
  checkReadable(mapping, path);
  readMapping(path);
  return [path];
}

function namesWriter({ columns, columnsFrom }: PrepareFileResult) {
  const names = columns.map((to, at) => ({ from: columnsFrom[at] ?? null, to }));
  return (path: string) => Deno.writeTextFile(path, jsonDocument(names));
}
