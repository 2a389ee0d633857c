import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import { checkFiles, COLUMNS } from "./_check_files.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";

/** `headwaters files validate FILE...` */
export const filesValidate = defineCommand({
  spec: {
    name: "",
    meaning: "Check CSV and TSV files and name every line that is rejected; nothing is written",
    words: FILES,
    flags: { columns: COLUMNS, json: JSON_FLAG },
    examples: {
      "headwaters files validate big.csv --columns id,name": "header, rows, quotes, encoding",
    },
  },
  access: ({ words }, cwd) => ({ read: inputFiles(words, cwd).read }),
  async run({ words, flags }, context) {
    const { validateFile } = await load("files/mod.ts");
    const entries = await entriesOf(inputFiles(words, context.cwd).files);
    return await checkFiles(entries, context, { ...flags, verb: "validate", work: validateFile });
  },
});
