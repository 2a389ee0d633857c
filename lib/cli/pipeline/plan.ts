import { EXIT_CODES } from "../../errors/mod.ts";
import type { RunRequest } from "../../pipeline/mod.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { CONFIG, GONE, JSON_FLAG, SELECTION } from "./_flags.ts";
import { load } from "../load.ts";
import { jsonDocument } from "../../terminal/mod.ts";

/** `headwaters pipeline plan` */
export const pipelinePlan = defineCommand({
  spec: {
    name: "",
    meaning:
      "Print what a run may read and write, its hosts, and the command that lets it do no more",
    note:
      "It refuses what a run would refuse at once. An input that is missing now, or published files that are gone, let a run start and its stream fail: the plan ends with them, as faults with --json, and exits 0 all the same, since they may be there in time; pipeline doctor exits 1 for them.",
    flags: { config: CONFIG, ...SELECTION, json: JSON_FLAG },
    removed: GONE,
    examples: { "headwaters pipeline plan -c my.yaml": "what my pipeline may touch" },
  },
  run: ({ flags }, context) => printPlan(flags, context),
});

/** Prints what a run may do. */
export async function printPlan(
  flags: RunRequest & { readonly config: string | undefined },
  { cwd, env, signal, start, write, style, width }: CommandContext,
): Promise<number> {
  const { openPipeline, planRun, renderPlan } = await load("pipeline/mod.ts");
  const plan = await planRun(await openPipeline(flags.config, { cwd, env, signal, start }), flags);
  write(
    flags.json ? jsonDocument(plan) : renderPlan(plan, { style, cwd, width }),
  );
  return EXIT_CODES.complete;
}
