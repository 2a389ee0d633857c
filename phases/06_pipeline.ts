/**
 * Phase 6, the pipeline: everything before it, composed.
 *
 * `deno task pipeline` runs it, `deno task phase6` narrates it. A run at night loads nothing of the lesson, whose
 * steps are in 06_pipeline/story.ts, and listens for signals before anything else.
 *
 * @module
 */
import { listenForStop } from "../lib/process/mod.ts";

/** `deno task pipeline X` is the short form of `headwaters pipeline X`; alone it runs. */
async function pipeline(args: readonly string[]): Promise<number> {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: false });
  const { callerHere, main } = await import("../lib/cli/mod.ts");
  const [first] = args;
  const isShort = first === undefined || first.startsWith("-") && !/^(-h|--help)$/.test(first);
  return await main(["pipeline", ...(isShort ? ["run"] : []), ...args], callerHere(stop.signal));
}

async function narrate(args: readonly string[]): Promise<number> {
  // By a name that the runtime cannot read in advance, or every run would load all seven lessons first.
  const lesson = new URL("./06_pipeline/story.ts", import.meta.url).href;
  const { tellStory }: typeof import("./06_pipeline/story.ts") = await import(lesson);
  return await tellStory(args);
}

if (import.meta.main) {
  const [first, ...rest] = Deno.args;
  Deno.exit(first === "--narrate" ? await narrate(rest) : await pipeline(Deno.args));
}
