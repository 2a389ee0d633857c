import { join } from "node:path";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { checkResults } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import { OUT, packFiles } from "./_pack_files.ts";
import { unpackedNames } from "./_unpacked_names.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

/** `headwaters files decompress FILE... --out FOLDER` */
export const filesDecompress = defineCommand({
  spec: {
    name: "",
    meaning:
      "Decompress gzip and zstd, and take files out of zip archives and sheets out of .xlsx as CSV, read back and bounded",
    words: FILES,
    flags: { out: OUT, force: FORCE, "dry-run": DRY_RUN, json: JSON_FLAG },
    examples: {
      "headwaters files decompress drop.zip --out files":
        "files/sub/a.csv of sub/a.csv in the archive, and nothing outside of files",
    },
  },
  access({ words, flags }, cwd) {
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const names = [...unpackedNames(entriesOf(files))];
    checkResults(names.map(([entry, result]) => ({ entry, result })));
    const results = names.map(([, result]) => join(out, result));
    return { read, files: results, makes: out, youngMiB: YOUNG_MIB };
  },
  async run({ words, flags }, context) {
    const { decompressFile, isArchive, listArchive } = await load("files/mod.ts");
    const entries = entriesOf(inputFiles(words, context.cwd).files);
    return await packFiles(entries, context, {
      ...flags,
      verb: "decompress",
      names: unpackedNames(entries),
      work: async (entry, target, options) => {
        // Says what is wrong with it: otherwise its files were listed in its place.
        if (entry.packed === undefined && isArchive(entry.path)) listArchive(entry);
        return await decompressFile(entry, target, options);
      },
    });
  },
});
