import { defineCommand } from "../command.ts";
import { load } from "../load.ts";
import { limitOf } from "../words.ts";
import { CONFIG, JSON_FLAG } from "./_flags.ts";

const DEFAULT_LIMIT = 20;

/** `headwaters pipeline preview STREAM` */
export const pipelinePreview = defineCommand({
  spec: {
    name: "",
    meaning: "Print the first records of a stream as a first run would write them; publish nothing",
    words: { STREAM: "The stream, such as usgs.events" },
    flags: {
      config: CONFIG,
      limit: {
        type: "number",
        short: "n",
        meaning: "Number of records; what comes in one page or file is read as a whole",
        default: String(DEFAULT_LIMIT),
      },
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline preview shop.orders -c my.yaml --limit 5":
        "whether records, keys and fields are as they should be",
    },
  },
  async run({ words, flags }, { cwd, env, signal, start }) {
    const limit = limitOf(flags.limit ?? DEFAULT_LIMIT);
    const { launchPreview, openPipeline } = await load("pipeline/mod.ts");
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    return await launchPreview(opened, words, { limit, json: flags.json });
  },
});
