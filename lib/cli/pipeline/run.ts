import { defineCommand } from "../command.ts";
import { CONFIG, DRY_RUN, GONE, JSON_FLAG, LOG_JSON, SELECTION } from "./_flags.ts";
import { printPlan } from "./plan.ts";
import { load } from "../load.ts";

/** `headwaters pipeline run` */
export const pipelineRun = defineCommand({
  spec: {
    name: "",
    meaning: "Run a pipeline, or resume the run that was interrupted",
    note:
      "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY are not used: requests go straight to the hosts that the plan names.",
    flags: {
      config: CONFIG,
      ...SELECTION,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
      "log-json": LOG_JSON,
    },
    removed: GONE,
    examples: {
      "headwaters pipeline run -c my.yaml": "publish what is new",
      "headwaters pipeline run --dry-run -c my.yaml":
        "what it may touch, as `pipeline plan` says it",
      "headwaters pipeline run --exclude github -c my.yaml": "all but one source",
      "headwaters pipeline run --json -c my.yaml": "for a scheduler",
    },
  },
  async run({ flags }, context) {
    if (flags["dry-run"]) return await printPlan(flags, context);
    const { cwd, env, signal, start, write, tell } = context;
    const { launchRun, openPipeline } = await load("pipeline/mod.ts");
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    return await launchRun(opened, { ...flags, write, tell });
  },
});
