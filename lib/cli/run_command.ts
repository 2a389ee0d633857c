import { StorageError, SuspendedError } from "../errors/mod.ts";
import {
  createStyle,
  givenValues,
  reportFailure,
  type ReportFailureOptions,
  terminalColumns,
  wantsDebug,
  wantsJson,
  wrapText,
} from "../terminal/mod.ts";
import { STANDARD_OUTPUT, writeError, writeOut } from "../io/mod.ts";
import { runDeno } from "../process/mod.ts";
import type { CommandContext, CommandGroup } from "./command.ts";
import { findCommand, nameOf, parseCommand } from "./find_command.ts";
import { load } from "./load.ts";

/**
 * Runs a command in this process.
 *
 * @param args The folder where the user is, then the group, the command, and its words and flags.
 * @param groups The commands that there are.
 * @param signal Aborted when it must stop.
 * @returns The exit code.
 */
export async function runCommand(
  args: readonly string[],
  groups: Readonly<Record<string, CommandGroup>>,
  signal: AbortSignal,
): Promise<number> {
  const [cwd = "", ...line] = args;
  try {
    const found = findCommand(line, groups);
    const streams = { write: writeOut, tell: writeError };
    const caller = { cwd, env: {}, signal, start: runDeno, ...streams };
    const context = contextIn(caller, { json: wantsJson(line) });
    return await found.command.run(parseCommand(found), context);
  } catch (error) {
    const cause = causeOf(error, { line, groups, signal });
    return reportFailure(cause, { cwd, ...await reportOptions(line, groups) });
  }
}

/** A command line that an error ended. */
export interface EndedLine {
  /** The line, from the group on. */
  readonly line: readonly string[];
  /** The commands that there are. */
  readonly groups: Readonly<Record<string, CommandGroup>>;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
}

/** Returns what ended a command. What failed because of a stop is the stop; a command may say more of it. */
export function causeOf(error: unknown, { line, groups, signal }: EndedLine): unknown {
  if (signal.aborted && !(error instanceof SuspendedError)) return signal.reason;
  const isReport = error instanceof StorageError && error.context["path"] === STANDARD_OUTPUT;
  if (!isReport || line.includes("--dry-run") || !hasOut(line, groups)) return error;
  // Its results are there, and would be in the way of a repeat.
  const { message, context, cause } = error;
  const said = message.replace(
    / and run it again$/,
    "; what was finished before that is whole and stays, so run it again with another --out",
  );
  return new StorageError(error.code as "storage-full", said, { context, cause });
}

/** Commands that replace their results of before without being asked to. */
const REPLACING: ReadonlySet<string> = new Set(["pipeline report"]);

/** Says whether a command line asks for results in files, which would be in the way of the same line. */
function hasOut([group = "", name = "", ...args]: readonly string[], groups: EndedLine["groups"]) {
  const isHelp = args.some((arg) => arg === "--help" || arg === "-h");
  const out = groups[group]?.commands[name]?.spec.flags["out"];
  if (isHelp || out === undefined || REPLACING.has(`${group} ${name}`)) return false;
  return out.required === true || out.default !== undefined ||
    args.some((arg) => /^(?:--out(?:=|$)|-o)/.test(arg));
}

/** Returns how a failure of a command line is reported. */
export async function reportOptions(
  args: readonly string[],
  groups: Readonly<Record<string, CommandGroup>>,
): Promise<ReportFailureOptions> {
  const json = wantsJson(args);
  const [name = "", command = ""] = args;
  const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
  const standalone = group !== undefined &&
    (group.configured !== true || group.commands[command]?.standalone === true);
  const spec = group?.commands[command]?.spec;
  const about = {
    json,
    standalone,
    met: { command: nameOf(args, groups) },
    // A path of an API's error is one in its answer.
    pathsOfUser: standalone && name !== "api",
    ...(spec === undefined ? {} : { given: givenValues(args.slice(2), spec) }),
  };
  if (!wantsDebug(args)) return about;
  const { redact } = await load("logging/mod.ts");
  return { ...about, debug: true, redact };
}

/** Options of {@linkcode contextIn}. */
export interface ContextInOptions {
  /** Whether the result is one JSON document, of which no line is wrapped. */
  readonly json: boolean;
  /** Columns to fit into. @default those of the terminal */
  readonly width?: number;
}

/** Returns a command's context: its folder, its streams and their style. */
export function contextIn(
  caller: Omit<CommandContext, "style" | "width">,
  { json, width = widthOf() }: ContextInOptions,
): CommandContext {
  return {
    ...caller,
    write: json ? caller.write : (text) => caller.write(wrapText(text, width)),
    style: createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor }),
    width,
  };
}

/** Columns to fit into: the terminal's, within reason; a file or a pipe gets whole lines. */
function widthOf(): number {
  if (!Deno.stdout.isTerminal()) return Infinity;
  return Math.min(120, Math.max(80, terminalColumns()));
}
