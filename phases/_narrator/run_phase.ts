import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT_CODES, UsageError } from "../../lib/errors/mod.ts";
import { writeOut } from "../../lib/io/mod.ts";
import {
  createStyle,
  helpText,
  parseFlags,
  reportFailure,
  terminalColumns,
} from "../../lib/terminal/mod.ts";
import { narrateStory, storiesBefore } from "./narrate_story.ts";
import { Narrator } from "./narrator.ts";
import type { Story } from "./story.ts";
import { WorkFolders } from "./work_folders.ts";

/** Options of {@linkcode runPhase}. */
export interface RunPhaseOptions {
  /** The commands that took over from words of this task: `split` is now `files split`. @default {} */
  readonly moved?: Readonly<Record<string, string>>;
  /** The command that takes any other word: `phase5 access.log` is now `logs parse`. @default none */
  readonly movedWords?: string;
}

const FLAGS = {
  fresh: { type: "boolean", meaning: "Make the results of the phases before it again, too" },
} as const;

/** The permissions of every task `phaseN`, said openly in its help. */
const PERMISSIONS = "It may read this project, write data/results, use 127.0.0.1, and start deno.";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs a phase script: narrates its story, and names the new command for a word that was a tool once.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export async function runPhase(
  args: readonly string[],
  story: Story,
  options: RunPhaseOptions = {},
): Promise<number> {
  try {
    rejectMoved(args, story, options);
    return await runStory(args, story);
  } catch (error) {
    return reportFailure(error, { json: false });
  }
}

/**
 * Rejects a word that was a tool of this phase, or an input of one.
 *
 * @throws {UsageError} That names the command to use instead.
 */
function rejectMoved(
  [first = ""]: readonly string[],
  { phase }: Story,
  { moved = {}, movedWords }: RunPhaseOptions,
): void {
  const isWord = first !== "" && first !== "story" && !first.startsWith("-");
  const command = Object.hasOwn(moved, first) ? moved[first] : isWord ? movedWords : undefined;
  if (command === undefined) return;
  const now = `deno task headwaters ${command}`;
  throw new UsageError(
    "usage",
    `Cannot run "phase${phase} ${first}": it is now "${now}" (see ${now} --help)`,
  );
}

async function runStory(args: readonly string[], story: Story): Promise<number> {
  const style = createStyle();
  const write = (text: string) => writeOut(text);
  const name = `deno task phase${story.phase}`;
  const spec = {
    name,
    meaning: `Phase ${story.phase}, ${story.area}: ${story.title}.`,
    commands: { story: "Narrate the story on the embedded samples" },
    flags: FLAGS,
    examples: { [name]: "the story" },
  };
  const { flags, help } = parseFlags(args, spec);
  if (help) {
    write(`${helpText(spec, style)}\n${PERMISSIONS}\n`);
    return EXIT_CODES.complete;
  }
  const work = new WorkFolders({ root: ROOT });
  if (flags.fresh) { for (const { phase } of await storiesBefore(story)) await work.begin(phase); }
  return await narrateStory(story, {
    work,
    narrator: new Narrator({ write, style, width: width() }),
  });
}

/** Long lines are hard to read, and nothing here is made for less than 80 columns. */
function width(): number {
  return Deno.stdout.isTerminal() ? Math.min(Math.max(terminalColumns(), 80), 120) : 100;
}
