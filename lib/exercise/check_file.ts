import { dirname, join, relative, toFileUrl } from "@std/path";
import { CheckRun, type CheckRunResult } from "./_check_run.ts";
import type { CheckReport } from "./check_report.ts";
import type { Exercise } from "./exercise.ts";
import { importChain } from "./import_chain.ts";
import { typeProblems } from "./type_problems.ts";

/** Options of {@linkcode checkFile}. */
export interface CheckFileOptions {
  /** The project's root. */
  readonly root: string;
  /** How long one expectation may take, in ms. @default 5_000 */
  readonly patience?: number;
}

/**
 * Checks a learner's file: its imports, its types, then what it does, in a process that may do no more than the exercise needs.
 *
 * @param exercise The exercise.
 * @param file The absolute path of the learner's file.
 */
export async function checkFile(
  exercise: Exercise,
  file: string,
  options: CheckFileOptions,
): Promise<CheckReport> {
  const { root, patience = 5_000 } = options;
  const chain = await importChain(file, { root, forbidden: forbiddenPaths(exercise, root) });
  const nothing = { exercise, file, verdicts: [], strays: [], printed: [], passed: false };
  if (chain !== undefined) return { ...nothing, obstacle: { kind: "forbidden", chain } };
  const checking = typeProblems(file, root);
  const result = await runChild(exercise, { file, root, patience });
  const problems = await checking;
  if (problems.length > 0) return { ...nothing, obstacle: { kind: "types", problems } };
  const { verdicts, strays, ended, obstacle } = result;
  const passed = ended && obstacle === undefined && strays.length === 0 && verdicts.length > 0 &&
    verdicts.every(({ state }) => state === "holds");
  return { exercise, file, ...result, passed };
}

/** What the exercise asks to write, and the answers of all exercises. */
function forbiddenPaths(exercise: Exercise, root: string): (path: string) => boolean {
  const exercises = relative(root, dirname(dirname(exercise.folder)));
  return (path) =>
    exercise.forbidden.some((name) => path === name || path.startsWith(`${name}/`)) ||
    path.startsWith(`${exercises}/`) && /\/(solution|check|wrong\/\w+)\.ts$/.test(path);
}

async function runChild(
  exercise: Exercise,
  { file, root, patience }: {
    readonly file: string;
    readonly root: string;
    readonly patience: number;
  },
): Promise<CheckRunResult> {
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
      toFileUrl(file).href,
      String(patience),
    ],
    cwd: root,
    // A zone far from UTC, so that code that reads local time is seen to.
    env: { NO_COLOR: "1", TZ: "Pacific/Auckland" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  return await new CheckRun(command.spawn(), patience).result();
}
