import { join } from "node:path";
import { preparedExtension } from "../../files/record_format.ts";
import { standardName } from "../../files/standard_name.ts";
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
      ...DIALECT_FLAGS,
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files standardize 'Sales 2026.tsv' --out clean":
        "clean/sales_2026.csv.gz: UTF-8, LF, one header, gzip",
    },
  },
  access({ words, flags }, cwd) {
    readDialect(flags);
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const results = entriesOf(files).map(({ path }) => ({ name: path, result: targetOf(path) }));
    refuseSameResult(results);
    return { read, files: results.map(({ result }) => join(out, result)), makes: out };
  },
  async run({ words, flags }, context) {
    const { prepareFile } = await load("files/mod.ts");
    const out = pathFrom(context.cwd, flags.out);
    const entries = entriesOf(inputFiles(words, context.cwd).files);
    using _folder = makeFolder(out);
    return await checkFiles(entries, context, {
      ...flags,
      ...readDialect(flags),
      verb: "standardize",
      work: (entry, options) =>
        writeWhole(
          join(out, targetOf(entry.path)),
          (temporary) => prepareFile(entry, temporary, options),
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

function targetOf(name: string): string {
  return standardName(name) + preparedExtension(name);
}
