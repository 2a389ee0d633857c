import { EXIT_CODES, NOT_LOADED } from "../errors/mod.ts";
import { type BackfillRange, backfillSteps } from "./backfill_steps.ts";
import { launchRun, type OpenPipeline, type RunRequest } from "./launcher.ts";

/** Exit codes after which the next step can still be read. */
const GOES_ON: readonly number[] = [EXIT_CODES.complete, EXIT_CODES.partial, NOT_LOADED];

/**
 * Reads a range of one stream again, a run for each step.
 *
 * @param words The command's words; one, the stream's name.
 * @param launch Launches one run. @default {launchRun}
 * @returns The exit code of the first step that was stopped; else 69 if one of them was not loaded, 2 if one was partial, else 0.
 */
export async function launchBackfill(
  opened: OpenPipeline,
  words: readonly string[],
  request: RunRequest & BackfillRange & {
    /** Told after which step it stopped. */
    readonly onStop?: (message: string) => void;
  },
  launch: typeof launchRun = launchRun,
): Promise<number> {
  const steps = backfillSteps(opened.config, words, request);
  let code: number = EXIT_CODES.complete;
  for (const [done, backfill] of steps.entries()) {
    const ended = await launch(opened, { ...request, backfill });
    if (!GOES_ON.includes(ended)) {
      if (steps.length > 1) {
        const from = backfill.slice(backfill.indexOf("=") + 1).split("..")[0];
        request.onStop?.(
          `${done} of ${steps.length} steps are done; once it can go on, go on with --from ${from}`,
        );
      }
      return ended;
    }
    code = Math.max(code, ended);
  }
  return code;
}
