import { basename, dirname, relative } from "node:path";
import { EXIT_CODES, UsageError } from "../errors/mod.ts";
import type { CheckReport } from "./check_report.ts";
import type { Exercise } from "./exercise.ts";
import { type LearnContext, record } from "./_learn_context.ts";
import { readEvents } from "./read_events.ts";
import { commandFor, nextExercise } from "./render_overview.ts";
import { renderReport } from "./render_report.ts";
import { standingOf } from "./standing.ts";
import { workFile } from "./start_work.ts";

/** Editors write a file in several steps; they count as one save. */
const SETTLE = 120;

/** Checks the learner's file and says what to do next. */
export async function checkOnce(exercise: Exercise, context: LearnContext): Promise<number> {
  const { root, patience, style, width, write } = context;
  const file = workFile(exercise, context.work);
  await requireFile(file, exercise, root);
  const report = await context.check(exercise, file, { root, patience });
  await record(exercise, context, checkStep(report));
  const { events } = await readEvents(context.work);
  const { hints } = standingOf(exercise.id, events);
  write(renderReport(report, { style, root, width, hints }));
  if (!report.passed) return EXIT_CODES.partial;
  const next = nextExercise(context.catalogue, events);
  const after = next === undefined ? "" : `\n  Or go on: ${commandFor(next, events)}`;
  write(style.dim(`  Compare it with ours: deno task learn solution ${exercise.id}${after}\n`));
  return EXIT_CODES.complete;
}

/** Checks now, and again each time the file changes, until the signal. */
export async function checkOnSave(exercise: Exercise, context: LearnContext): Promise<number> {
  const { write, style, signal } = context;
  const file = workFile(exercise, context.work);
  await requireFile(file, exercise, context.root);
  // The folder is watched, not the file: many editors replace it.
  using watcher = Deno.watchFs(dirname(file), { recursive: false });
  const stop = () => watcher.close();
  signal?.addEventListener("abort", stop, { once: true });
  let checked = await Deno.readTextFile(file);
  let code = await checkOnce(exercise, context);
  const waiting = style.dim(`\n  Waiting for ${basename(file)} to be saved; Ctrl-C ends\n`);
  write(waiting);
  for await (const _event of watcher) {
    await settle(SETTLE);
    const text = await readIfThere(file);
    if (text === undefined || text === checked || signal?.aborted) continue;
    checked = text;
    write(`\n${style.dim("─".repeat(Math.min(context.width, 100)))}\n`);
    code = await checkOnce(exercise, context);
    write(waiting);
  }
  signal?.removeEventListener("abort", stop);
  return code;
}

function checkStep(report: CheckReport) {
  const { passed, verdicts, obstacle } = report;
  const held = verdicts.filter(({ state }) => state === "holds").length;
  const first = verdicts.find(({ state }) => state !== "holds");
  const mistake = obstacle?.kind ?? (first?.state === "mistake" ? first.id : first?.state);
  return { did: "check", passed, held, ...(mistake === undefined ? {} : { mistake }) } as const;
}

async function requireFile(file: string, { id }: Exercise, root: string): Promise<void> {
  if (await readIfThere(file) !== undefined) return;
  const place = relative(root, file);
  const state = `it is not started; deno task learn start ${id} puts the stub at ${place}`;
  throw new UsageError("usage", `Cannot check ${id}: ${state}`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function settle(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
