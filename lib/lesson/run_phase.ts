import { dirname, fromFileUrl } from "@std/path";
import { EXIT_CODES, IngestError, outcomeOf, UsageError } from "../errors/mod.ts";
import { writeTextSync } from "../io/mod.ts";
import { type CommandSpec, createStyle, helpText, parseFlags } from "../terminal/mod.ts";
import type { Phase } from "./phase.ts";
import type { ToolOutput } from "./phase_tool.ts";
import type { Story } from "./story.ts";
import { Teller } from "./teller.ts";
import { tellStory } from "./tell_story.ts";
import { WorkFolders } from "./work_folders.ts";

/** Options of {@linkcode runPhase}. */
export interface RunPhaseOptions {
  /** The stories of the phases before it. @default [] */
  readonly before?: readonly Story[];
  /** Where results go. @default {standard output and standard error, coloured on a terminal} */
  readonly output?: ToolOutput;
  /** Where the phases leave their results. @default {data/work in this project} */
  readonly work?: WorkFolders;
}

const STORY_FLAGS = {
  fresh: { type: "boolean", meaning: "Make the results of the phases before it anew, too" },
} as const;

/** What the shell says of a program that wrote to a closed pipe: 128 and the number of SIGPIPE. */
const PIPE_CLOSED = 141;

const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/**
 * Runs a phase script: without arguments its story, with the name of a tool that tool.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export async function runPhase(
  args: readonly string[],
  phase: Phase,
  options: RunPhaseOptions = {},
): Promise<number> {
  const output = options.output ?? standardOutput();
  try {
    const [first = ""] = args;
    const tool = Object.hasOwn(phase.tools, first) ? phase.tools[first] : undefined;
    if (tool !== undefined) return await tool.call(args.slice(1), output);
    const fallback = phase.tools[phase.defaultTool ?? ""];
    const isTool = fallback !== undefined && namesNoStory(args, phaseSpec(phase));
    if (isTool) return await fallback.call(args, output);
    return await runStory(args, phase, { ...options, output });
  } catch (error) {
    return tellFailure(error, output);
  }
}

/** The command line of a phase as data: its story, its tools. */
export function phaseSpec(phase: Phase): CommandSpec & { readonly flags: typeof STORY_FLAGS } {
  const name = `deno task phase${phase.story.phase}`;
  const tools = Object.entries(phase.tools).map(([word, { spec }]) => [word, spec.meaning]);
  return {
    name,
    meaning: `Phase ${phase.story.phase}, ${phase.story.area}: ${phase.story.title}.`,
    commands: { story: "Tell the story on the embedded samples", ...Object.fromEntries(tools) },
    flags: STORY_FLAGS,
    examples: {
      [name]: "the story",
      ...Object.assign({}, ...Object.values(phase.tools).map((tool) => tool.spec.examples ?? {})),
    },
  };
}

async function runStory(
  args: readonly string[],
  phase: Phase,
  options: RunPhaseOptions & { readonly output: ToolOutput },
): Promise<number> {
  const { output, before = [], work = new WorkFolders({ root: ROOT }) } = options;
  const spec = phaseSpec(phase);
  const { flags, help } = parseFlags(args, spec);
  if (help) {
    output.write(`${helpText(spec, output.style)}\n${phase.permissions}\n`);
    return EXIT_CODES.complete;
  }
  if (flags.fresh) { for (const story of before) await work.begin(story.phase); }
  const teller = new Teller({ write: output.write, style: output.style });
  return await tellStory(phase.story, { work, before, teller });
}

/** A first word that is neither "story" nor close to a flag of the story belongs to the default tool. */
function namesNoStory(args: readonly string[], spec: CommandSpec): boolean {
  const [first] = args;
  if (first === undefined || first === "story") return false;
  return !["-h", "--help", ...Object.keys(spec.flags).map((name) => `--${name}`)].includes(first);
}

function tellFailure(error: unknown, { tell }: ToolOutput): number {
  // The reader, `head` or a pager, has seen enough.
  if (error instanceof Deno.errors.BrokenPipe) return PIPE_CLOSED;
  if (error instanceof IngestError) tell(`${error.message}\n`);
  else {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    tell(`Cannot go on: unexpected ${text}\n`);
  }
  return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES[outcomeOf(error)];
}

function standardOutput(): ToolOutput {
  return {
    write: (text) => writeTextSync(Deno.stdout, text),
    tell: (text) => writeTextSync(Deno.stderr, text),
    style: createStyle(),
  };
}
