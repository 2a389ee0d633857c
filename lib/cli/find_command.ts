import { nearest, UsageError } from "../errors/mod.ts";
import { type CommandSpec, type ParsedFlags, parseFlags } from "../terminal/mod.ts";
import type { AnyCommand, CommandGroup } from "./command.ts";

/** Name by which people call the program. */
export const PROGRAM = "headwaters";

/** A command that was named. */
export interface FoundCommand {
  readonly group: string;
  readonly name: string;
  readonly command: AnyCommand;
  /** Words and flags after its name. */
  readonly args: readonly string[];
}

/** Returns the command line of one command, with its whole name. */
export function specOf(found: Pick<FoundCommand, "group" | "name" | "command">): CommandSpec {
  return { ...found.command.spec, name: `${PROGRAM} ${found.group} ${found.name}` };
}

/**
 * Finds the command that a command line names.
 *
 * @throws {UsageError} If it names none, with the nearest.
 */
export function findCommand(
  args: readonly string[],
  groups: Readonly<Record<string, CommandGroup>>,
): FoundCommand {
  const [group = "", name = "", ...rest] = args;
  if (group.startsWith("-")) {
    const next = didYouMean(group, ["--help", "--version"]) ??
      `flags come after "${PROGRAM} GROUP COMMAND"`;
    throw new UsageError(
      "usage",
      `Cannot run ${PROGRAM}: found "${group}" first; ${next} (see ${PROGRAM} --help)`,
    );
  }
  const found = lookUp("group", group, { known: groups, of: PROGRAM });
  const command = lookUp("command", name, { known: found.commands, of: `${PROGRAM} ${group}` });
  return { group, name, command, args: rest };
}

function lookUp<T>(
  what: string,
  word: string,
  { known, of }: { readonly known: Readonly<Record<string, T>>; readonly of: string },
): T {
  const value = Object.hasOwn(known, word) ? known[word] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(known);
  const isFlag = word.startsWith("-");
  const state = didYouMean(word, isFlag ? ["--help"] : names) ??
    `expected ${names.length > 1 ? "one of " : ""}${names.join(", ")}`;
  const found = isFlag
    ? `a ${what} is missing before "${word}", `
    : word === ""
    ? `a ${what} is missing, `
    : `unknown ${what} "${word}", `;
  throw new UsageError("usage", `Cannot run ${of}: ${found}${state} (see ${of} --help)`);
}

function didYouMean(word: string, names: readonly string[]): string | undefined {
  const near = nearest(word, names);
  return near === undefined || near === word ? undefined : `did you mean "${near}"?`;
}

/** Returns how much of a command line names a command that there is. */
export function nameOf(
  [group = "", name = ""]: readonly string[],
  groups: Readonly<Record<string, CommandGroup>>,
): string {
  const found = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (found === undefined) return PROGRAM;
  return [PROGRAM, group, ...(Object.hasOwn(found.commands, name) ? [name] : [])].join(" ");
}

/** Parses the words and flags after a command's name. */
export function parseCommand(found: FoundCommand): ParsedFlags<CommandSpec> {
  return parseFlags(found.args, specOf(found));
}
