/** One flag of a command line. */
export interface FlagSpec {
  /** What its value is; a `boolean` takes none. */
  readonly type: "string" | "boolean" | "number";
  /** One sentence. */
  readonly meaning: string;
  /** One letter for `-x`. */
  readonly short?: string;
  /** Name of the value in the help. @default {"TEXT", or "N" for a number} */
  readonly value?: string;
  /** What it is when it is not given; a `boolean` is then false. */
  readonly default?: string | number;
  /** Whether it may stand several times; its value is then a list. @default {false} */
  readonly repeatable?: boolean;
  /** The values that it takes. @default {any} */
  readonly choices?: readonly string[];
}

/** One subcommand: what it does, and what it takes beside flags. */
export interface SubcommandSpec {
  /** One sentence. */
  readonly meaning: string;
  /** What stands behind it, as the help shows it: `FILE`, `[FILE...]`. @default {nothing} */
  readonly args?: string;
}

/** A whole command line as plain data: parsed by `parseFlags`, shown by `helpText`, printed in REFERENCE.md. */
export interface CommandSpec {
  /** How it is called: `deno task pipeline`. */
  readonly name: string;
  /** One or two sentences. */
  readonly meaning: string;
  /** Subcommands; the first is meant where none is named. @default {none} */
  readonly commands?: Readonly<Record<string, string | SubcommandSpec>>;
  /** What stands behind the name of a command without subcommands: `FILE`. @default {nothing} */
  readonly args?: string;
  /** Flags by their long name. */
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Calls worth copying, and what each does. @default {none} */
  readonly examples?: Readonly<Record<string, string>>;
}
