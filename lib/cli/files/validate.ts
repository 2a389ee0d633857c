import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import { DIALECT_FLAGS, readDialect } from "./_dialect_flags.ts";
import { checkFiles, COLUMNS } from "./_check_files.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

/** `headwaters files validate FILE...` */
export const filesValidate = defineCommand({
  spec: {
    name: "",
    meaning:
      "Check CSV, TSV and JSON files and name every line that is rejected; nothing is written",
    words: FILES,
    flags: { columns: COLUMNS, ...DIALECT_FLAGS, json: JSON_FLAG },
    examples: {
      "headwaters files validate big.csv --columns id,name": "header, rows, quotes, encoding",
    },
  },
  access({ words, flags }, cwd) {
    readDialect(flags);
    const { read } = inputFiles(words, cwd, { unreadable: true });
    return { read, youngMiB: YOUNG_MIB };
  },
  async run({ words, flags }, context) {
    const { validateFile } = await load("files/mod.ts");
    const entries = entriesOf(inputFiles(words, context.cwd, { unreadable: true }).files);
    const how = { ...flags, ...readDialect(flags) };
    return await checkFiles(entries, context, { ...how, verb: "validate", work: validateFile });
  },
});
