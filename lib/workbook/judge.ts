import type { Check, Expectation } from "./expectation.ts";
import { Mistake, UNEXPECTED } from "./mistake.ts";
import type { Verdict } from "./verdict.ts";

/** Options of {@linkcode judge} and {@linkcode judgeAll}. */
export interface JudgeOptions {
  /** How long one expectation may take, in ms. @default 5_000 */
  readonly patience?: number;
  /** The learner's file as a URL: an error's line is looked for in it. @default {no line} */
  readonly file?: string;
}

/** How the error of a stub begins. */
const UNWRITTEN = "Not written yet: ";

/** Tries one expectation on a learner's module; whatever the learner's code does becomes a verdict. */
export async function judge<Subject>(
  expectation: Expectation<Subject>,
  subject: Subject,
  options: JudgeOptions = {},
): Promise<Verdict> {
  const { name } = expectation;
  const patience = options.patience ?? 5_000;
  const { promise: late, resolve } = Promise.withResolvers<Verdict>();
  const timer = setTimeout(() => resolve({ name, state: "stuck", after: patience }), patience);
  try {
    return await Promise.race([late, attempt(expectation, subject)]);
  } catch (error) {
    return verdictOf(expectation, error, options.file);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries every expectation of a check, in order. */
export async function judgeAll<Subject>(
  check: Check<Subject>,
  subject: Subject,
  options: JudgeOptions = {},
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const expectation of check.expectations) {
    verdicts.push(await judge(expectation, subject, options));
  }
  return verdicts;
}

async function attempt<Subject>(
  expectation: Expectation<Subject>,
  subject: Subject,
): Promise<Verdict> {
  await expectation.test(subject);
  return { name: expectation.name, state: "holds" };
}

function verdictOf(
  { name, task }: Pick<Expectation<unknown>, "name" | "task">,
  error: unknown,
  file: string | undefined,
): Verdict {
  if (error instanceof Mistake) {
    const { id, info, seen } = error;
    const think = id === UNEXPECTED
      ? `Read this line of the task once more: ${task} ...`
      : info.think;
    return { name, state: "mistake", id, ...info, think, seen };
  }
  if (!(error instanceof Error)) return { name, state: "threw", error: `threw ${String(error)}` };
  if (error.message.startsWith(UNWRITTEN)) {
    return { name, state: "unwritten", what: error.message.slice(UNWRITTEN.length) };
  }
  const line = file === undefined ? undefined : lineIn(error.stack ?? "", file);
  const text = `${error.name}: ${error.message}`;
  return line === undefined
    ? { name, state: "threw", error: text }
    : { name, state: "threw", error: text, line };
}

function lineIn(stack: string, file: string): number | undefined {
  const start = stack.indexOf(`${file}:`);
  const line = /^\d+/.exec(start < 0 ? "" : stack.slice(start + file.length + 1))?.[0];
  return line === undefined ? undefined : Number(line);
}
