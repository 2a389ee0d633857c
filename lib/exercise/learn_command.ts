import { join, resolve } from "node:path";
import { UsageError } from "../errors/mod.ts";
import { type SyncWriter, writeTextSync } from "../io/mod.ts";
import {
  type CommandSpec,
  createStyle,
  helpText,
  parseFlags,
  type Style,
} from "../terminal/mod.ts";
import { checkOnce, checkOnSave } from "./_learn_check.ts";
import { tellFailure } from "./_learn_failure.ts";
import type { LearnContext, LearnOutput } from "./_learn_context.ts";
import { reset, showHint, showSolution, skip, start } from "./_learn_steps.ts";
import { loadCatalogue } from "./catalogue.ts";
import { findExercise } from "./find_exercise.ts";
import type { Exercise } from "./exercise.ts";
import { readEvents } from "./read_events.ts";
import { nextExercise, renderOverview, renderProgress } from "./render_overview.ts";

/** The command line of `deno task learn`. */
export const LEARN_COMMAND = {
  name: "deno task learn",
  meaning:
    "Exercises: write a piece of ingestion yourself, and learn from a check what is missing.",
  commands: {
    overview: "List the exercises and say what to do next",
    start: "Copy an exercise's stub to your work folder (without ID: the next one)",
    check: "Check your file (without ID: the exercise under way)",
    hint: "Show a hint, one more each time, three in all",
    solution: "Show the solution and its reasoning, once your file passes",
    progress: "Tell how far you are",
    reset: "Put the stub back; your text is kept beside it",
    skip: "Leave an exercise out",
  },
  words: { "[ID]": "An exercise: 01.2, or its name" },
  flags: {
    watch: { type: "boolean", short: "w", meaning: "check: check again each time you save" },
    force: { type: "boolean", short: "f", meaning: "start: begin anew, over your work" },
    anyway: { type: "boolean", meaning: "solution: show it before your file passes" },
    work: {
      type: "string",
      value: "FOLDER",
      meaning: "Where your work lies",
      default: "notebooks/exercises/work",
    },
  },
  examples: {
    "deno task learn": "where am I, and what is next",
    "deno task learn start 01.2": "begin",
    "deno task learn check --watch": "check on every save, until Ctrl-C",
  },
} as const satisfies CommandSpec;

/** Where each flag has a meaning. */
const FLAG_HOME = { watch: "check", force: "start", anyway: "solution" } as const;

/** Options of {@linkcode learnCommand}. */
export interface LearnOptions extends Partial<LearnOutput> {
  /** The project's root, absolute. */
  readonly root: string;
  /** Colours. @default {as the terminal can} */
  readonly style?: Style;
  /** Columns of the terminal. @default 100 */
  readonly width?: number;
  /** How long one expectation may take, in ms. @default 5_000 */
  readonly patience?: number;
  /** Ends `check --watch`. */
  readonly signal?: AbortSignal;
  /** The wall clock for the progress file. @default {Date.now} */
  readonly now?: () => number;
}

/**
 * Runs `deno task learn`.
 *
 * @returns The exit code: 0 where the check passes, 2 where something does not hold yet.
 */
export async function learnCommand(
  args: readonly string[],
  options: LearnOptions,
): Promise<number> {
  const { root, style = createStyle(), width = 100, patience = 5_000, now = Date.now } = options;
  const output = { write: options.write ?? toStdout, complain: options.complain ?? toStderr };
  try {
    const { command, words, flags, help } = parseFlags(args, LEARN_COMMAND);
    if (help) return output.write(helpText(LEARN_COMMAND, style));
    checkFlags(command, words, flags);
    const exercises = join(root, "notebooks/exercises");
    const work = resolve(flags.work ?? join(exercises, "work"));
    const catalogue = await loadCatalogue(exercises);
    const { events } = await readEvents(work);
    const screen = { style, width, patience, signal: options.signal };
    const context = { ...output, ...screen, root, work, catalogue, events, now };
    return await run(command, { words, flags, context });
  } catch (error) {
    return tellFailure(error, output);
  }
}

async function run(
  command: keyof typeof LEARN_COMMAND.commands,
  { words, flags, context }: {
    readonly words: readonly string[];
    readonly flags: { readonly watch: boolean; readonly force: boolean; readonly anyway: boolean };
    readonly context: LearnContext;
  },
): Promise<number> {
  switch (command) {
    case "overview":
      return context.write(renderOverview(context));
    case "progress":
      return context.write(renderProgress(context));
    case "start":
      return await start(chosen(words, context), context, flags.force);
    case "check": {
      const exercise = chosen(words, context);
      return flags.watch
        ? await checkOnSave(exercise, context)
        : await checkOnce(exercise, context);
    }
    case "hint":
      return await showHint(chosen(words, context), context);
    case "solution":
      return await showSolution(chosen(recent(words, context), context), context, flags.anyway);
    case "reset":
      return await reset(chosen(words, context), context);
    case "skip":
      return await skip(chosen(words, context), context);
  }
}

function chosen([word]: readonly string[], { catalogue, events }: LearnContext): Exercise {
  if (word !== undefined) return findExercise(word, catalogue);
  const exercise = nextExercise(catalogue, events);
  if (exercise !== undefined) return exercise;
  throw new UsageError("usage", "Cannot choose an exercise: all are done or skipped; name one");
}

/** A solution is looked at after the check has passed: without a word the exercise touched last is meant. */
function recent(words: readonly string[], { events }: LearnContext): readonly string[] {
  const last = events.at(-1)?.exercise;
  return words.length > 0 || last === undefined ? words : [last];
}

function checkFlags(
  command: string,
  words: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): void {
  for (const [flag, home] of Object.entries(FLAG_HOME)) {
    if (flags[flag] !== true || command === home) continue;
    const state = `it belongs to "${home}", found "${command}"`;
    throw new UsageError(
      "usage",
      `Cannot use flag "--${flag}": ${state} (see deno task learn --help)`,
    );
  }
  const [word] = words;
  if (word === undefined || command !== "overview" && command !== "progress") return;
  const { name, meaning, commands } = LEARN_COMMAND;
  // Without words in its specification it is read as a command, and the nearest one is named.
  parseFlags(command === "overview" ? [word] : [command, word], {
    name,
    meaning,
    commands,
    flags: {},
  });
}

function toStdout(text: string): number {
  return put(Deno.stdout, text);
}

function toStderr(text: string): number {
  return put(Deno.stderr, text);
}

function put(target: SyncWriter, text: string): number {
  writeTextSync(target, text);
  return 0;
}
