import { join } from "node:path";
import { EXIT_CODES, UsageError } from "../errors/mod.ts";
import { writeError, writeOut } from "../io/mod.ts";
import {
  type CommandSpec,
  createStyle,
  helpText,
  parseFlags,
  reportFailure,
  type Style,
} from "../terminal/mod.ts";
import { writeBook } from "./_learn_book.ts";
import { checkOnce, checkOnSave } from "./_learn_check.ts";
import type { LearnContext, LearnOutput } from "./_learn_context.ts";
import { reset, showHint, showSolution, skip, start, welcome } from "./_learn_steps.ts";
import { loadCatalogue } from "./catalogue.ts";
import { checkFile } from "./check_file.ts";
import { findExercise } from "./find_exercise.ts";
import type { Exercise } from "./exercise.ts";
import { readEvents } from "./read_events.ts";
import { nextExercise, renderProgress } from "./render_overview.ts";
import { currentExercise, standingOf } from "./standing.ts";

/** The command line of `deno task learn`. */
export const LEARN_COMMAND = {
  name: "deno task learn",
  meaning:
    "Exercises: write a piece of ingestion yourself, and learn from a check what is missing.",
  commands: {
    overview: "List the exercises; the first time, open the first one",
    start: "Open an exercise: its stub in your work folder, or your work as you left it",
    check: "Check your file (without ID: the exercise under way)",
    hint: "Show a hint, one more each time, three in all",
    solution: "Show the solution and its reasoning, once your file passes",
    progress: "Say how far you are",
    reset: "Put the stub back; your text is kept next to it",
    skip: "Leave an exercise out",
    book: "Write the notebooks as one page of HTML, to read",
  },
  words: { "[ID]": "An exercise: 01.2, or its name" },
  flags: {
    watch: { type: "boolean", short: "w", meaning: "check: check again each time you save" },
    anyway: { type: "boolean", meaning: "solution: show it before your file passes" },
  },
  examples: {
    "deno task learn": "begin, or see what is next",
    "deno task learn start 01.2": "open this one",
    "deno task learn check --watch": "check on every save, until Ctrl-C",
  },
} as const satisfies CommandSpec;

/** Where each flag has a meaning. */
const FLAG_HOME = { watch: "check", anyway: "solution" } as const;

/** Options of {@linkcode learnCommand}. */
export interface LearnOptions extends Partial<LearnOutput> {
  /** The project's root, absolute. */
  readonly root: string;
  /** Where the learner's files and progress are kept. @default {notebooks/exercises/work} */
  readonly work?: string;
  /** Colors. @default {as the terminal can} */
  readonly style?: Style;
  /** Columns of the terminal. @default 100 */
  readonly width?: number;
  /** How long one expectation may take, in ms. @default 5_000 */
  readonly patience?: number;
  /** Checks a file. @default {checkFile} */
  readonly check?: typeof checkFile;
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
  const { check = checkFile, signal } = options;
  const output = { write: options.write ?? toStdout, complain: options.complain ?? toStderr };
  try {
    const { command, words, flags, help } = parseFlags(args, LEARN_COMMAND);
    if (help) return output.write(helpText(LEARN_COMMAND, style));
    checkFlags(command, words, flags);
    const exercises = join(root, "notebooks/exercises");
    const { work = join(exercises, "work") } = options;
    const catalogue = await loadCatalogue(exercises);
    const { events } = await readEvents(work);
    const screen = { style, width, patience, signal };
    const context = { ...output, ...screen, root, work, catalogue, events, now, check };
    return await run(command, { words, flags, context });
  } catch (error) {
    return reportFailure(error, { json: false, tell: output.complain });
  }
}

async function run(
  command: keyof typeof LEARN_COMMAND.commands,
  { words, flags, context }: {
    readonly words: readonly string[];
    readonly flags: { readonly watch: boolean; readonly anyway: boolean };
    readonly context: LearnContext;
  },
): Promise<number> {
  switch (command) {
    case "overview":
      return await welcome(context);
    case "book":
      return writeBook(context);
    case "progress":
      return context.write(renderProgress(context));
    case "start":
      return await start(chosen(words, context), context);
    case "check": {
      // Who edits a file again that has passed means that one, until the next is started.
      const isFree = currentExercise(context.events) === undefined;
      const exercise = chosen(isFree ? recent(words, context) : words, context);
      return flags.watch
        ? await checkOnSave(exercise, context)
        : await checkOnce(exercise, context);
    }
    case "hint":
      return await showHint(begun(words, context), context);
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

/** A hint is spent on what is under way, not on what comes next. */
function begun(words: readonly string[], context: LearnContext): Exercise {
  const exercise = chosen(words, context);
  const { state } = standingOf(exercise.id, context.events);
  if (words.length > 0 || state !== "open") return exercise;
  throw new UsageError(
    "usage",
    `Cannot show a hint: no exercise is under way; deno task learn start ${exercise.id} opens the next one`,
  );
}

/** A solution is looked at after the check has passed: with no ID, the exercise touched last is meant. */
function recent(words: readonly string[], { events }: LearnContext): readonly string[] {
  const last = events.at(-1)?.exercise;
  return words.length > 0 || last === undefined ? words : [last];
}

function checkFlags(
  command: string,
  words: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): void {
  const [word] = words;
  const takesNone = ["overview", "progress", "book"].includes(command);
  const { name, meaning, commands } = LEARN_COMMAND;
  // Without words in its specification it is read as a command, and the nearest one is named.
  if (word !== undefined && takesNone) {
    const line = command === "overview" ? [word] : [command, word];
    parseFlags(line, { name, meaning, commands, flags: {} });
  }
  for (const [flag, home] of Object.entries(FLAG_HOME)) {
    if (flags[flag] !== true || command === home) continue;
    const state = `it is for "${home}", found "${command}"`;
    throw new UsageError(
      "usage",
      `Cannot use flag "--${flag}": ${state} (see deno task learn --help)`,
    );
  }
}

function toStdout(text: string): number {
  writeOut(text);
  return EXIT_CODES.complete;
}

function toStderr(text: string): number {
  writeError(text);
  return EXIT_CODES.complete;
}
