import { EXIT_CODES } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { BACKFILL, CONFIG, JSON_FLAG } from "./_flags.ts";

/** `headwaters pipeline plan` */
export const pipelinePlan = defineCommand({
  spec: {
    name: "",
    meaning:
      "Print what a run may read and write, its hosts, and the command that lets it do no more",
    flags: { config: CONFIG, backfill: BACKFILL, json: JSON_FLAG },
    examples: { "headwaters pipeline plan -c my.yaml": "what my pipeline may touch" },
  },
  async run({ flags }, { cwd, env, signal, start, write, style }) {
    const { openPipeline, planRun, PROJECT_ROOT, renderPlan } = await import(
      "../../pipeline/mod.ts"
    );
    const plan = planRun(await openPipeline(flags.config, { cwd, env, signal, start }), flags);
    write(
      flags.json
        ? `${JSON.stringify(plan, null, 2)}\n`
        : renderPlan(plan, { style, root: PROJECT_ROOT }),
    );
    return EXIT_CODES.complete;
  },
});
