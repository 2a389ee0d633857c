/**
 * Phase 6, the pipeline: everything before it, composed. `deno task pipeline --help` says what it can do;
 * `deno task phase6` tells its story.
 *
 * @module
 */
import { listenForStop } from "../lib/process/mod.ts";

const NARRATE = "--narrate";

/** Loads the lessons only when they are asked for: a run at night needs none. */
async function narrate(args: readonly string[]): Promise<number> {
  const lesson = await import("../lib/lesson/mod.ts");
  const phase = {
    story: lesson.PIPELINE_STORY,

    permissions:
      "It may read this project, write data/work, call on 127.0.0.1, and start deno. Running it is `deno task pipeline`.",
  };
  return await lesson.runPhase(args, phase, { before: lesson.STORIES.slice(0, 6) });
}

/** `deno task pipeline X` is the short form of `headwaters pipeline X`; alone it runs. */
async function pipeline(args: readonly string[]): Promise<number> {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: false });
  const { callerHere, main } = await import("../lib/cli/mod.ts");
  const [first] = args;
  const isShort = first === undefined || first.startsWith("-") && !/^(-h|--help)$/.test(first);
  return await main(["pipeline", ...(isShort ? ["run"] : []), ...args], callerHere(stop.signal));
}

if (import.meta.main) {
  const { args } = Deno;
  Deno.exit(args[0] === NARRATE ? await narrate(args.slice(1)) : await pipeline(args));
}
