import { join, relative } from "node:path";
import { EXIT_CODES, UsageError } from "../errors/mod.ts";
import type { Exercise } from "./exercise.ts";
import { type LearnContext, record } from "./_learn_context.ts";
import { exerciseTable, renderOverview } from "./render_overview.ts";
import { currentExercise, standingOf } from "./standing.ts";
import { resetWork, startWork, workFile } from "./start_work.ts";
import { wrap } from "./_wrap.ts";

/** What the front door says to a learner who has done nothing yet. */
const WELCOME =
  "Small pieces of ingestion that you write yourself, each with an incident in production behind it. You fill in a file; " +
  "a check runs it in a process that may reach nothing else, and says what holds, what does not, and which misconception " +
  "it looks like. Hints and a solution with its reasoning are there when you are stuck. No network is needed.";

/** Lists the exercises; opens the first one for a learner who has done nothing yet. */
export async function welcome(context: LearnContext): Promise<number> {
  const { catalogue, events, write, style, width, root, work } = context;
  const [first] = catalogue;
  if (events.length > 0 || first === undefined) {
    write(renderOverview(context));
    const current = catalogue.find(({ id }) => id === currentExercise(events));
    if (current === undefined) return 0;
    return write(style.dim(`  Your file: ${relative(root, workFile(current, work))}\n`));
  }
  write(
    `${style.bold("Exercises")}\n${wrap(WELCOME, Math.min(width, 100), "  ")}\n` +
      `${exerciseTable(context)}\n  The first one is open:\n\n`,
  );
  return await start(first, context);
}

/** Puts the stub into the work folder, or goes on with what is there, and shows the way. */
export async function start(exercise: Exercise, context: LearnContext): Promise<number> {
  const { style, root, work, write } = context;
  const { file, existed } = await startWork(exercise, work);
  await record(exercise, context, { did: "start" });
  const { id, title, kind, minutes, trains } = exercise;
  const state = existed ? `  ${style.dim("(as you left it)")}` : "";
  return write([
    `${style.bold(`${id}  ${title}`)}  ${style.dim(`${kind}, ${minutes} minutes`)}\n`,
    `${wrap(`Afterwards you can ${trains}.`, Math.min(context.width, 100), "  ")}\n`,
    `  The task   ${style.cyan(relative(root, join(exercise.folder, "README.md")))}\n`,
    `  Your file  ${style.cyan(relative(root, file))}${state}\n`,
    `  Check it   ${style.cyan("deno task learn check --watch")}  on every save, until Ctrl-C\n`,
  ].join(""));
}

/** Shows the hints so far and one more. */
export async function showHint(exercise: Exercise, context: LearnContext): Promise<number> {
  const { style, events, width, write } = context;
  const { hints } = standingOf(exercise.id, events);
  const step = Math.min(hints + 1, exercise.hints.length);
  if (step > hints) await record(exercise, context, { did: "hint", step });
  const shown = exercise.hints.slice(0, step).map((hint, index) => {
    const text = wrap(hint, Math.min(width, 100), "     ").trimStart();
    return index + 1 < step ? style.dim(`  ${index + 1}  ${text}`) : `  ${index + 1}  ${text}`;
  });
  const rest = exercise.hints.length - step;
  const after = rest > 0
    ? `  ${rest === 1 ? "One hint" : "Two hints"} left; have a go first.`
    : "  That was the last one; deno task learn solution --anyway shows the whole.";
  return write(
    `${style.bold(`${exercise.id}  ${exercise.title}`)}\n\n${shown.join("\n")}\n${
      style.dim(after)
    }\n`,
  );
}

/** Shows the solution: why it is written so, then the code. */
export async function showSolution(
  exercise: Exercise,
  context: LearnContext,
  anyway: boolean,
): Promise<number> {
  const { style, events, width, write } = context;
  const { id, title } = exercise;
  const { state: now } = standingOf(id, events);
  if (now !== "done" && !anyway) {
    const state = now === "open"
      ? `it is not started; deno task learn start ${id} opens it, --anyway shows the solution now`
      : "your file does not pass yet; a hint may be enough, --anyway shows it now";
    throw new UsageError("usage", `Cannot show the solution of ${id}: ${state}`);
  }
  const text = await Deno.readTextFile(join(exercise.folder, "solution.ts"));
  await record(exercise, context, { did: "solution" });
  const { reasoning, code } = splitSolution(text);
  return write(
    `${style.bold(`${id}  ${title}`)}  ${style.dim("one good way, and why")}\n\n` +
      `${wrap(reasoning, Math.min(width, 100), "  ")}\n${code}`,
  );
}

/** Puts the stub back and keeps the learner's text. */
export async function reset(exercise: Exercise, context: LearnContext): Promise<number> {
  const { root, work, write } = context;
  const { file, kept } = await resetWork(exercise, work);
  await record(exercise, context, { did: "reset" });
  const old = kept === undefined ? "" : `; what you had is in ${relative(root, kept)}`;
  return write(`The stub is back in ${relative(root, file)}${old}\n`);
}

/** Leaves an exercise out. */
export async function skip(exercise: Exercise, context: LearnContext): Promise<number> {
  const { id, title } = exercise;
  if (standingOf(id, context.events).state === "done") {
    throw new UsageError("usage", `Cannot skip ${id}: it is done`);
  }
  await record(exercise, context, { did: "skip" });
  context.write(`Skipped ${id}, "${title}"; deno task learn start ${id} brings it back\n`);
  return EXIT_CODES.complete;
}

/** Splits a solution into the comment at its head, as plain text, and its code. */
function splitSolution(text: string): {
  readonly reasoning: string;
  readonly code: string;
} {
  const comment = /^\/\*\*([\s\S]*?)\*\/\n+/.exec(text);
  if (comment === null) return { reasoning: "", code: text };
  const lines = (comment[1] ?? "").split("\n").map((line) =>
    line.replace(/^\s*\* ?/, "").trimEnd()
  );
  const paragraphs = lines.join("\n").replace(/\n*@module\s*$/, "").trim().split(/\n{2,}/);
  const reasoning = paragraphs.map((paragraph) => paragraph.replaceAll(/\n(?!- )/g, " "));
  return { reasoning: reasoning.join("\n\n"), code: text.slice(comment[0].length) };
}
