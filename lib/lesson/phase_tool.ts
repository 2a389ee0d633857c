import type { CommandSpec, ParsedFlags, Style } from "../terminal/mod.ts";

/** Where a tool writes, and how. */
export interface ToolOutput {
  /** Writes results; text as it is. */
  readonly write: (text: string) => void;
  /** Writes what is not the result: warnings, progress. */
  readonly tell: (text: string) => void;
  /** Colours for results. */
  readonly style: Style;
}

/** One thing that a phase can do with the user's own input. */
export interface PhaseTool<Spec extends CommandSpec = CommandSpec> {
  /** Its command line; `name` is as it is typed, such as `deno task phase2 hash`. */
  readonly spec: Spec;
  /**
   * Does it.
   *
   * @returns The exit code.
   */
  run(parsed: ParsedFlags<Spec>, output: ToolOutput): Promise<number>;
}

/** A tool whose flags are known only to itself. */
export interface AnyPhaseTool {
  readonly spec: CommandSpec;
  /** Parses the words behind the tool's name and does it. */
  call(args: readonly string[], output: ToolOutput): Promise<number>;
}
