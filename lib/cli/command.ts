import type { CommandSpec, ParsedFlags, Style } from "../terminal/mod.ts";
import type { runDeno } from "../process/mod.ts";
import type { Access } from "./access.ts";

/** Where a command is run and what it writes to. */
export interface CommandContext {
  /** Folder at which relative paths start: where the user is. */
  readonly cwd: string;
  /** The launcher's environment; empty in a process of the command's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a process of the command's own. */
  readonly start: typeof runDeno;
  /** Writes results; text as it is. */
  readonly write: (text: string) => void;
  /** Writes what is not the result: warnings, progress. */
  readonly tell: (text: string) => void;
  /** Colors of results. */
  readonly style: Style;
  /** Columns of the terminal, 80 to 120; elsewhere there is no limit. */
  readonly width: number;
  /** Aborted, with a `SuspendedError`, when the command must stop. */
  readonly signal: AbortSignal;
}

/**
 * One command, and everything about it: help, REFERENCE and the permissions of its process are derived from this.
 *
 * The file imports only what its words and flags need; what the work needs is loaded by `run`, so that help is quick.
 */
export interface Command<Spec extends CommandSpec = CommandSpec> {
  /** Words and flags as data; `name` is set by the group. */
  readonly spec: Spec;
  /** Whether it reads no configuration, unlike the others of its group. @default false */
  readonly standalone?: true;
  /**
   * What its words and flags need. A command without it runs in the launcher's process and touches nothing.
   *
   * @throws {UsageError} If they cannot be used.
   */
  access?(
    parsed: ParsedFlags<Spec>,
    cwd: string,
    env: CommandContext["env"],
  ): Access | Promise<Access>;
  /**
   * Does the work.
   *
   * @returns The exit code.
   */
  run(parsed: ParsedFlags<Spec>, context: CommandContext): Promise<number>;
}

/** A command whose flags only it knows itself. */
export interface AnyCommand {
  readonly spec: CommandSpec;
  readonly standalone?: true;
  access?(
    parsed: ParsedFlags<CommandSpec>,
    cwd: string,
    env: CommandContext["env"],
  ): Access | Promise<Access>;
  run(parsed: ParsedFlags<CommandSpec>, context: CommandContext): Promise<number>;
}

/** Defines a command; the compiler checks its work against its flags. */
export function defineCommand<const Spec extends CommandSpec>(command: Command<Spec>): AnyCommand {
  return command as unknown as AnyCommand;
}

/** Commands of one area. */
export interface CommandGroup {
  /** One sentence. */
  readonly meaning: string;
  /** What else is worth knowing, one sentence. @default none */
  readonly note?: string;
  /** Whether its commands read a configuration, and a stopped one goes on where it was. @default false */
  readonly configured?: true;
  readonly commands: Readonly<Record<string, AnyCommand>>;
}
