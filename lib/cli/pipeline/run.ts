import { defineCommand } from "../command.ts";
import { BACKFILL, CONFIG, JSON_FLAG } from "./_flags.ts";

/** `headwaters pipeline run` */
export const pipelineRun = defineCommand({
  spec: {
    name: "",
    meaning: "Run a pipeline, or resume the run that was interrupted",
    flags: { config: CONFIG, backfill: BACKFILL, json: JSON_FLAG },
    examples: {
      "headwaters pipeline run -c my.yaml": "publish what is new",
      "headwaters pipeline run --json -c my.yaml": "for a scheduler",
      "headwaters pipeline run --backfill usgs.events=2018-02-01..2018-02-03":
        "two days once more, in UTC",
    },
  },
  async run({ flags }, { cwd, env, signal, start }) {
    const { launchRun, openPipeline } = await import("../../pipeline/mod.ts");
    return await launchRun(await openPipeline(flags.config, { cwd, env, signal, start }), flags);
  },
});
