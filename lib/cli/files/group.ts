import type { CommandGroup } from "../command.ts";
import { filesCompress } from "./compress.ts";
import { filesDecompress } from "./decompress.ts";
import { filesInspect } from "./inspect.ts";
import { filesInventory } from "./inventory.ts";
import { filesLayout } from "./layout.ts";
import { filesMerge } from "./merge.ts";
import { filesSplit } from "./split.ts";
import { filesStandardize } from "./standardize.ts";
import { filesValidate } from "./validate.ts";

/** Commands of `headwaters files`: a new one is a file and a line. */
export const FILES: CommandGroup = {
  meaning: "List, check, standardize, compress, split and merge files, all or nothing",
  commands: {
    inventory: filesInventory,
    inspect: filesInspect,
    validate: filesValidate,
    standardize: filesStandardize,
    compress: filesCompress,
    decompress: filesDecompress,
    split: filesSplit,
    merge: filesMerge,
    layout: filesLayout,
  },
};
