import { basename, join } from "node:path";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { refuseSameResult } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import { OUT, packFiles } from "./_pack_files.ts";

/** `headwaters files decompress FILE... --out FOLDER` */
export const filesDecompress = defineCommand({
  spec: {
    name: "",
    meaning: "Decompress gzip and zstd, and take files out of zip archives, read back and bounded",
    words: FILES,
    flags: { out: OUT, force: FORCE, "dry-run": DRY_RUN, json: JSON_FLAG },
    examples: {
      "headwaters files decompress drop.zip --out files":
        "each file of the archive by its own name, in no other folder",
    },
  },
  access({ words, flags }, cwd) {
    const out = pathFrom(cwd, flags.out);
    const { files, read } = inputFiles(words, cwd);
    const results = entriesOf(files).map(({ path }) => ({ name: path, result: nameOf(path) }));
    refuseSameResult(results);
    return { read, files: results.map(({ result }) => join(out, result)), makes: out };
  },
  async run({ words, flags }, context) {
    const { decompressFile } = await load("files/mod.ts");
    return await packFiles(entriesOf(inputFiles(words, context.cwd).files), context, {
      ...flags,
      verb: "decompress",
      nameOf,
      work: decompressFile,
    });
  },
});

/** A name is one name, wherever it pretends to be. */
function nameOf(path: string): string {
  return basename(path.replaceAll("\\", "/")).replace(/\.(?:gz|gzip|zst|zstd)$/i, "");
}
