/**
 * Phase 6, the pipeline: everything before it, composed. `deno task pipeline --help` says what it can do;
 * `deno task phase6` tells its story.
 *
 * @module
 */
import { pipelineCommand } from "../lib/pipeline/mod.ts";

const NARRATE = "--narrate";

/** Loads the lessons only when they are asked for: a run at night needs none. */
async function narrate(args: readonly string[]): Promise<number> {
  const lesson = await import("../lib/lesson/mod.ts");
  const phase = {
    story: lesson.PIPELINE_STORY,
    tools: {},
    permissions:
      "It may read this project, write data/work, call on 127.0.0.1, and start deno. Running it is `deno task pipeline`.",
  };
  return await lesson.runPhase(args, phase, { before: lesson.STORIES.slice(0, 6) });
}

if (import.meta.main) {
  const { args } = Deno;
  Deno.exit(
    args[0] === NARRATE ? await narrate(args.slice(1)) : await pipelineCommand(args),
  );
}
