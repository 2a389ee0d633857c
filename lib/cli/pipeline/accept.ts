import { defineCommand } from "../command.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** `headwaters pipeline accept STREAM` */
export const pipelineAccept = defineCommand({
  spec: {
    name: "",
    meaning: "Accept the shrunken snapshot of a stream, this once",
    note:
      "A snapshot that has lost more rows than max_shrink allows is published, but readers stay on the one before: it may be half a listing. If the source really has fewer, accept it; the next complete one is followed, and compared with it.",
    words: { STREAM: "The stream, such as openalex.strikes" },
    flags: { config: CONFIG, "dry-run": DRY_RUN, json: JSON_FLAG },
    examples: { "headwaters pipeline accept shop.items -c my.yaml": "the shop really has fewer" },
  },
  async run({ words, flags }, { cwd, env, signal, start }) {
    const { launchAccept, openPipeline } = await load("pipeline/mod.ts");
    return await launchAccept(
      await openPipeline(flags.config, { cwd, env, signal, start }),
      words,
      flags,
    );
  },
});
