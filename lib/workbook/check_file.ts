import { dirname, relative } from "node:path";
import type { CheckReport } from "./check_report.ts";
import type { Exercise } from "./exercise.ts";
import { importChain } from "./import_chain.ts";
import { runCheck } from "./run_check.ts";
import { type TypeProblem, typeProblems } from "./type_problems.ts";

/** Options of {@linkcode checkFile}. */
export interface CheckFileOptions {
  /** The project's root. */
  readonly root: string;
  /** How long one expectation may take, in ms. @default 5_000 */
  readonly patience?: number;
  /** How much later a process is ended that does not say itself that its time is over, in ms. @default 1_000 */
  readonly grace?: number;
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
  const { root } = options;
  const chain = await importChain(file, { root, forbidden: forbiddenPaths(exercise, root) });
  const nothing = { exercise, file, verdicts: [], strays: [], printed: [], passed: false };
  if (chain !== undefined) return { ...nothing, obstacle: { kind: "forbidden", chain } };
  const checking = ownProblems(file, root);
  const result = await runCheck(exercise, file, options);
  const problems = await checking;
  if (problems.length > 0) return { ...nothing, obstacle: { kind: "types", problems } };
  const { ended, ...outcome } = result;
  const { verdicts, strays, obstacle } = outcome;
  const passed = ended && obstacle === undefined && strays.length === 0 && verdicts.length > 0 &&
    verdicts.every(({ state }) => state === "holds");
  return { exercise, file, ...outcome, passed };
}

/** A file of the project that does not compile just now is no fault of the learner's. */
async function ownProblems(file: string, root: string): Promise<TypeProblem[]> {
  const own = relative(root, dirname(file));
  return (await typeProblems(file, root)).filter(({ path }) => dirname(path) === own);
}

/** What the exercise asks to write, and the answers of all exercises. */
function forbiddenPaths(exercise: Exercise, root: string): (path: string) => boolean {
  const exercises = relative(root, dirname(dirname(exercise.folder)));
  return (path) =>
    exercise.forbidden.some((name) => path === name || path.startsWith(`${name}/`)) ||
    path.startsWith(`${exercises}/`) && /\/(solution|check|wrong)\.ts$/.test(path);
}
