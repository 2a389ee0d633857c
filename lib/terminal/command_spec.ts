/** One flag of a command; plain data, so that help and REFERENCE.md are made of the same. */
export interface FlagSpec {
  /** What its value is; `boolean` takes none, and only `characters` may be nothing but blanks. */
  readonly type: "boolean" | "string" | "number" | "characters";
  /** Its one-letter form. */
  readonly short?: string;
  /** Whether it may be given more than once. @default false */
  readonly multiple?: boolean;
  /** Stands for the value in the help. */
  readonly value?: string;
  /** One sentence. */
  readonly meaning: string;
  /** What holds without it, in words for the help. */
  readonly default?: string;
  /** Whether nothing is done without it. @default false */
  readonly required?: boolean;
}

/** A command line. */
export interface CommandSpec {
  /** As it is typed: `deno task pipeline`. */
  readonly name: string;
  /** One sentence. */
  readonly meaning: string;
  /** When it is needed, and what comes of it. @default none */
  readonly note?: string;
  /** Subcommands with one sentence each; the first is the default. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Words after the command, with one sentence each: `FILE`, `FILE...` for one or more, `[FILE]` for none or one. */
  readonly words?: Readonly<Record<string, string>>;
  /** Flags by their long name. */
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Flags that are gone, and what to type in their place. @default {} */
  readonly removed?: Readonly<Record<string, string>>;
  /** Lines to copy, with what each does. */
  readonly examples?: Readonly<Record<string, string>>;
}
