import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
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
      "Print what a run may read and write, its hosts, where it goes on, and the command that lets it do no more",
    note:
      "It refuses what a run would refuse at once. An input that is missing now, or published files that are gone, let a run start and its stream fail: the plan ends with them, as faults with --json, and exits 0 all the same, since they may be there in time; pipeline doctor exits 1 for them.",
    flags: {
      config: CONFIG,
      ...SELECTION,
      probe: {
        type: "boolean",
        meaning: "Then ask each source on the network once, as preview does; not with --json",
      },
      json: JSON_FLAG,
    },
    removed: GONE,
    examples: {
      "headwaters pipeline plan -c my.yaml": "what my pipeline may touch",
      "headwaters pipeline plan -c my.yaml --probe": "and whether its APIs answer, and with what",
    },
  },
  async run({ flags }, context) {
    if (!flags.probe) return await printPlan(flags, context);
    if (flags.json) {
      throw new UsageError(
        "usage",
        "Cannot use --probe with --json: it prints records; pipeline preview STREAM --json is one document",
      );
    }
    await printPlan(flags, context);
    const { openPipeline, probeSources } = await load("pipeline/mod.ts");
    const { cwd, env, signal, start, write, style } = context;
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    return await probeSources(
      opened,
      flags,
      (name) => write(`\n${style.bold(`The first record of ${name}:`)}\n`),
    );
  },
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
