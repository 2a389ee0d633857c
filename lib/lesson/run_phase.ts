import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT_CODES, UsageError } from "../errors/mod.ts";
import { writeTextSync } from "../io/mod.ts";
import {
  type CommandSpec,
  createStyle,
  helpText,
  parseFlags,
  reportFailure,
  type Style,
} from "../terminal/mod.ts";
import type { Phase } from "./phase.ts";
import type { Story } from "./story.ts";
import { Teller } from "./teller.ts";
import { tellStory } from "./tell_story.ts";
import { WorkFolders } from "./work_folders.ts";

/** Options of {@linkcode runPhase}. */
export interface RunPhaseOptions {
  /** The stories of the phases before it. @default [] */
  readonly before?: readonly Story[];
  /** Writes the story. @default {to standard output} */
  readonly write?: (text: string) => void;
  /** Colours of the story. @default {those of the terminal} */
  readonly style?: Style;
  /** Where the phases leave their results. @default {data/work in this project} */
  readonly work?: WorkFolders;
}

const STORY_FLAGS = {
  fresh: { type: "boolean", meaning: "Make the results of the phases before it again, too" },
} as const;

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs a phase script: tells its story, and names the new command for a word that was a tool once.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export async function runPhase(
  args: readonly string[],
  phase: Phase,
  options: RunPhaseOptions = {},
): Promise<number> {
  try {
    refuseMoved(args, phase);
    return await runStory(args, phase, options);
  } catch (error) {
    return reportFailure(error, { json: false });
  }
}

/** The command line of a phase as data. */
export function phaseSpec(phase: Phase): CommandSpec & { readonly flags: typeof STORY_FLAGS } {
  const name = `deno task phase${phase.story.phase}`;
  return {
    name,
    meaning: `Phase ${phase.story.phase}, ${phase.story.area}: ${phase.story.title}.`,
    commands: { story: "Tell the story on the embedded samples" },
    flags: STORY_FLAGS,
    examples: { [name]: "the story" },
  };
}

/**
 * Refuses a word that was a tool of this phase, or an input of one.
 *
 * @throws {UsageError} That names the command to use instead.
 */
function refuseMoved([first = ""]: readonly string[], phase: Phase): void {
  const { moved = {}, movedWords, story } = phase;
  const isWord = first !== "" && first !== "story" && !first.startsWith("-");
  const command = Object.hasOwn(moved, first) ? moved[first] : isWord ? movedWords : undefined;
  if (command === undefined) return;
  const now = `deno task headwaters ${command}`;
  throw new UsageError(
    "usage",
    `Cannot run "phase${story.phase} ${first}": it is now "${now}" (see ${now} --help)`,
  );
}

async function runStory(
  args: readonly string[],
  phase: Phase,
  options: RunPhaseOptions,
): Promise<number> {
  const { before = [], work = new WorkFolders({ root: ROOT }), style = createStyle() } = options;
  const { write = (text: string) => writeTextSync(Deno.stdout, text) } = options;
  const spec = phaseSpec(phase);
  const { flags, help } = parseFlags(args, spec);
  if (help) {
    write(`${helpText(spec, style)}\n${phase.permissions}\n`);
    return EXIT_CODES.complete;
  }
  if (flags.fresh) { for (const story of before) await work.begin(story.phase); }
  return await tellStory(phase.story, { work, before, teller: new Teller({ write, style }) });
}
