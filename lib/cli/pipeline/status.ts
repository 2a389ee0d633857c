import { defineCommand } from "../command.ts";
import { CONFIG, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** `headwaters pipeline status` */
export const pipelineStatus = defineCommand({
  spec: {
    name: "",
    meaning: "Print the last runs, and the streams of the newest",
    flags: { config: CONFIG, json: JSON_FLAG },
    examples: { "headwaters pipeline status -c my.yaml": "how the last night went" },
  },
  async run({ flags }, { cwd, env, signal, start }) {
    const { launchStatus } = await load("pipeline/mod.ts");
    return await launchStatus(flags.config, { cwd, env, signal, start }, flags);
  },
});
