import { UsageError } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** `headwaters pipeline retract RUN` */
export const pipelineRetract = defineCommand({
  spec: {
    name: "",
    meaning: "Take back what a run published: readers stop seeing it, its files stay for now",
    note:
      "For a run that read what it should not have, such as a wrong file or a broken answer. No watermark moves: what it prints at the end says which pipeline reset makes the next run read again. Begin with --dry-run.",
    words: { RUN: "Id of the run, as `audit runs` lists it" },
    flags: { config: CONFIG, "dry-run": DRY_RUN, json: JSON_FLAG },
    examples: {
      "headwaters pipeline retract 01M8BMFR9QQGGDTCW8NMYAT2P8 --dry-run": "what it would take back",
    },
  },
  async run({ words, flags }, { cwd, env, signal, start }) {
    const [run = ""] = words;
    if (run === "") {
      throw new UsageError("usage", 'Cannot retract run "": name one that audit runs lists');
    }
    const { launchRetract } = await load("pipeline/mod.ts");
    return await launchRetract(flags.config, { cwd, env, signal, start }, run, flags);
  },
});
