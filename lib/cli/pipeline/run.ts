import { defineCommand } from "../command.ts";
import { BACKFILL, CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { printPlan } from "./plan.ts";
import { load } from "../load.ts";

/** `headwaters pipeline run` */
export const pipelineRun = defineCommand({
  spec: {
    name: "",
    meaning: "Run a pipeline, or resume the run that was interrupted",
    flags: {
      config: CONFIG,
      backfill: BACKFILL,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
      "log-json": {
        type: "boolean",
        meaning: "Write the log to standard error as JSON lines",
        default: "warnings, in short",
      },
    },
    examples: {
      "headwaters pipeline run -c my.yaml": "publish what is new",
      "headwaters pipeline run --dry-run -c my.yaml":
        "what it may touch, as `pipeline plan` says it",
      "headwaters pipeline run --json -c my.yaml": "for a scheduler",
      "headwaters pipeline run --backfill usgs.events=2018-02-01..2018-02-03":
        "two days once more, in UTC",
    },
  },
  async run({ flags }, context) {
    if (flags["dry-run"]) return await printPlan(flags, context);
    const { cwd, env, signal, start } = context;
    const { launchRun, openPipeline } = await load("pipeline/mod.ts");
    return await launchRun(await openPipeline(flags.config, { cwd, env, signal, start }), flags);
  },
});
