import { defineCommand } from "../command.ts";
import { load } from "../load.ts";
import { CONFIG, DRY_RUN, JSON_FLAG, LOG_JSON } from "./_flags.ts";
import { printPlan } from "./plan.ts";

/** `headwaters pipeline replay STREAM` */
export const pipelineReplay = defineCommand({
  spec: {
    name: "",
    meaning:
      "Send what an incremental stream has rejected through again, once a fix would let it pass",
    note:
      "Each reject is published once: one that it brings into the lake is settled, one that is rejected again stays where it is, and what readers have meanwhile, or a later version of it, is a duplicate. The watermark stays.",
    words: { STREAM: "The stream, such as shop.orders" },
    flags: { config: CONFIG, "dry-run": DRY_RUN, json: JSON_FLAG, "log-json": LOG_JSON },
    examples: {
      "headwaters pipeline replay shop.orders --dry-run":
        "how many are open, and what it may touch",
    },
  },
  async run({ words, flags }, context) {
    const { cwd, env, signal, start, write, tell } = context;
    const { launchRun, openPipeline, parseReplay } = await load("pipeline/mod.ts");
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    const replay = parseReplay(words, opened.config);
    if (flags["dry-run"]) return await printPlan({ ...flags, replay }, context);
    return await launchRun(opened, { ...flags, replay, write, tell });
  },
});
