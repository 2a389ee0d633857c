import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CheckRun } from "./_check_run.ts";
import type { CheckFileOptions } from "./check_file.ts";
import type { CheckRunResult } from "./check_report.ts";
import type { Exercise } from "./exercise.ts";

/**
 * Tries what a learner's file does, in a process that may do no more than the exercise needs.
 *
 * @param exercise The exercise.
 * @param file The absolute path of the learner's file.
 */
export async function runCheck(
  exercise: Exercise,
  file: string,
  options: CheckFileOptions,
): Promise<CheckRunResult> {
  const { root, patience = 5_000, grace = 1_000 } = options;
  const command = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--no-lock",
      "--config",
      join(root, "deno.json"),
      `--allow-read=${dirname(file)}`,
      ...(exercise.network ? ["--allow-net=127.0.0.1"] : []),
      // A loop that collects what it makes dies soon, and takes nothing else with it.
      "--v8-flags=--max-old-space-size=256",
      join(exercise.folder, "check.ts"),
      pathToFileURL(file).href,
      String(patience),
    ],
    cwd: root,
    // A zone far from UTC, so that code that reads local time is seen to.
    env: { NO_COLOR: "1", TZ: "Pacific/Auckland" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  return await new CheckRun(command.spawn(), { patience, grace }).result();
}
