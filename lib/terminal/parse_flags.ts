import { parseArgs } from "node:util";
import { nearest, UsageError } from "../errors/mod.ts";
import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { flagValue, type RawValue } from "./_flag_value.ts";
import { pathWord, shellWord } from "./shell_word.ts";
import { withoutDebug } from "./report_failure.ts";

/** The value that a flag's specification promises. */
type FlagValue<Flag extends FlagSpec> = Flag["multiple"] extends true ? readonly Scalar<Flag>[]
  : Flag["type"] extends "boolean" ? boolean
  : Flag["required"] extends true ? Scalar<Flag>
  : Scalar<Flag> | undefined;

type Scalar<Flag extends FlagSpec> = Flag["type"] extends "number" ? number
  : Flag["type"] extends "boolean" ? boolean
  : string;

/** What a command line says. */
export interface ParsedFlags<Spec extends CommandSpec> {
  /** The subcommand; the first of the specification where none was given, "" where it has none. */
  readonly command: Spec["commands"] extends Readonly<Record<string, string>>
    ? Extract<keyof Spec["commands"], string>
    : "";
  readonly words: readonly string[];
  readonly flags: { readonly [Name in keyof Spec["flags"]]: FlagValue<Spec["flags"][Name]> };
  /** Whether `--help` or `-h` is there; then nothing else is checked. */
  readonly help: boolean;
}

/**
 * Reads a command line by its specification, strictly: nothing is guessed and nothing ignored.
 *
 * @param args The command line without the program.
 * @param spec The command line as data.
 * @throws {UsageError} That names the wrong word and proposes the nearest right one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const spec = {
 *   name: "split",
 *   meaning: "Split a file.",
 *   words: { FILE: "The file" },
 *   flags: { parts: { type: "number", short: "n", meaning: "How many parts" } },
 * } as const;
 * const { words, flags } = parseFlags(["-n", "4", "big.csv"], spec);
 * assertEquals([words, flags.parts], [["big.csv"], 4]);
 * ```
 */
export function parseFlags<const Spec extends CommandSpec>(
  args: readonly string[],
  spec: Spec,
): ParsedFlags<Spec> {
  const help = wantsHelp(args);
  const { values, positionals } = help
    ? { values: {}, positionals: [] }
    : tokenize(withoutDebug(args), spec);
  const { command, words } = splitCommand(positionals, spec);
  if (!help) checkRequired(words, values, spec);
  const flags: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(spec.flags)) {
    flags[name] = flagValue(name, flag, { raw: values[name], spec });
  }
  // The loop above gives every flag the type that its entry names; TypeScript cannot follow it.
  return { command, words, flags, help } as unknown as ParsedFlags<Spec>;
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return own.some((arg) => arg === "--help" || arg === "-h");
}

function tokenize(
  args: readonly string[],
  spec: CommandSpec,
): { values: Readonly<Record<string, RawValue>>; positionals: readonly string[] } {
  const options = optionsOf(spec);
  const settings = { args: joinDashed(args, spec), options, allowPositionals: true } as const;
  // The tokens first: the strict parser's own messages name neither the value nor the nearest flag.
  const seen = new Set<string>();
  for (const token of parseArgs({ ...settings, strict: false, tokens: true }).tokens) {
    if (token.kind !== "option") continue;
    checkFlag(token, spec, settings.args[token.index] ?? "");
    // The last of several would win, and nobody would notice.
    if (seen.has(token.name) && !spec.flags[token.name]?.multiple) {
      throw wrong("flag", token.rawName, { state: "it is given more than once", spec });
    }
    seen.add(token.name);
  }
  return parseArgs({ ...settings, strict: true });
}

/** Returns the values that a command line gives to flags, right or wrong, by names such as `--out`. */
export function givenValues(args: readonly string[], spec: CommandSpec): Map<string, string[]> {
  const settings = { args: joinDashed(args, spec), options: optionsOf(spec) } as const;
  const given = new Map<string, string[]>();
  const { tokens } = parseArgs({
    ...settings,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option" || token.value === undefined) continue;
    const name = `--${token.name}`;
    given.set(name, [...given.get(name) ?? [], token.value]);
  }
  return given;
}

/**
 * `-n -5`: the strict parser takes a value that begins with a dash only when it is joined to its flag. One dash and
 * nothing that this command knows as a flag can only be a value, and the check of that value says more than this one.
 */
function joinDashed(args: readonly string[], spec: CommandSpec): string[] {
  const shorts = new Set<string>();
  const valued = new Map<string, string>();
  for (const [name, { type, short }] of Object.entries(spec.flags)) {
    if (short !== undefined) shorts.add(short);
    if (type === "boolean") continue;
    valued.set(`--${name}`, name);
    if (short !== undefined) valued.set(`-${short}`, name);
  }
  const joined: string[] = [];
  const end = args.indexOf("--");
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = valued.get(joined.at(-1) ?? "");
    const isValue = /^-[^-]/.test(arg) && !shorts.has(arg.charAt(1));
    if (name !== undefined && isValue) joined[joined.length - 1] = `--${name}=${arg}`;
    else joined.push(arg);
  }
  return end < 0 ? joined : [...joined, ...args.slice(end)];
}

function optionsOf(spec: CommandSpec) {
  return Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [name, {
      type: flag.type === "boolean" ? "boolean" as const : "string" as const,
      multiple: flag.multiple ?? false,
      ...(flag.short === undefined ? {} : { short: flag.short }),
    }]),
  );
}

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** @param arg The word of the command line that the flag is in. */
function checkFlag(
  { name, rawName, value, inlineValue }: FlagToken,
  spec: CommandSpec,
  arg: string,
): void {
  const flag = Object.hasOwn(spec.flags, name) ? spec.flags[name] : undefined;
  const now = spec.removed?.[name];
  if (now !== undefined) throw wrong("flag", rawName, { state: `it is now "${now}"`, spec });
  if (flag === undefined) {
    throw wrong("flag", rawName, { state: `it is unknown${insteadOf(rawName, spec, arg)}`, spec });
  }
  if (flag.type === "boolean" && value !== undefined) {
    const found = JSON.stringify(value);
    throw wrong("flag", rawName, { state: `it takes no value, found ${found}`, spec });
  }
  if (flag.type === "boolean") return;
  if (value === undefined) throw wrong("flag", rawName, { state: "its value is missing", spec });
  if (inlineValue && /^-[^-]/.test(rawName) && value.startsWith("=")) {
    const state = `its value begins with "="; it is written ${rawName} ${
      shellWord(value.slice(1))
    }`;
    throw wrong("flag", rawName, { state, spec });
  }
  if (flag.type === "string" && value.trim() === "") {
    throw wrong("flag", rawName, { state: "its value is empty", spec });
  }
  if (inlineValue || !/^-./.test(value)) return;
  const state = `its value is missing, found "${value}"; ` +
    `a value that begins with a dash is written --${name}=${value}`;
  throw wrong("flag", rawName, { state, spec });
}

/** Says what may have been meant by a flag that is unknown. */
function insteadOf(rawName: string, spec: CommandSpec, arg: string): string {
  const known = [...Object.keys(spec.flags), "help", "debug"];
  const [name = ""] = arg.replace(/^--?/, "").split("=");
  const near = name.length > 1 ? nearest(name, known) : undefined;
  if (near !== undefined) return `; did you mean "--${near}"?`;
  if (/[./\\]/.test(name) && spec.words !== undefined) {
    return `; a file of that name is written ${pathWord(arg)}`;
  }
  return /^-[ac]$/.test(rawName) ? fileFlag(spec) : "";
}

/** Nothing is done while something is missing without which nothing can be. */
function checkRequired(
  words: readonly string[],
  values: Readonly<Record<string, RawValue>>,
  spec: CommandSpec,
): void {
  const missing = Object.keys(spec.words ?? {})
    .find((word, at) => !word.startsWith("[") && words[at] === undefined);
  const flag = Object.entries(spec.flags)
    .find(([name, { required }]) => required && values[name] === undefined);
  if (missing === undefined && flag === undefined) return;
  const what = missing ?? `flag "--${flag?.[0]} ${flag?.[1].value}"`;
  const meaning = missing === undefined ? undefined : spec.words?.[missing];
  const which = meaning === undefined ? "" : `: ${meaning.replace(/^[A-Z](?![A-Z])/, lowered)}`;
  throw new UsageError(
    "usage",
    `Cannot run ${spec.name}: ${what} is missing${which} (see ${spec.name} --help)`,
    missing === undefined ? { context: { flag: `--${flag?.[0]}` } } : {},
  );
}

function lowered(letter: string): string {
  return letter.toLowerCase();
}

function splitCommand(positionals: readonly string[], spec: CommandSpec) {
  const commands = Object.keys(spec.commands ?? {});
  const [first] = positionals;
  const named = first !== undefined && commands.includes(first);
  const words = named ? positionals.slice(1) : positionals;
  const known = Object.keys(spec.words ?? {});
  const most = known.at(-1)?.endsWith("...") ? Infinity : known.length;
  const extra = words[most];
  if (extra === undefined) return { command: named ? first : commands[0] ?? "", words };
  if (named || commands.length === 0) {
    const hint = /[./\\]/.test(extra)
      ? fileFlag(spec)
      : "run" in spec.flags
      ? "; a run is named with --run"
      : "";
    throw wrong("word", extra, { state: `nothing is expected here${hint}`, spec });
  }
  // With a word that belongs to a command, the word before it is none.
  const near = nearest(first ?? "", commands);
  const state = near === undefined
    ? `it is unknown; expected one of ${commands.join(", ")}`
    : `it is unknown; did you mean "${near}"?`;
  throw wrong("command", first ?? "", { state, spec });
}

/** Says by which flag a file is named that the command reads, if there is one: other commands have -a or -c for theirs. */
function fileFlag(spec: CommandSpec): string {
  const [name, flag] = Object.entries(spec.flags)
    .find(([name, { value, required }]) =>
      name !== "out" && (required === true || value === "FILE")
    ) ?? [];
  if (name === undefined) return "";
  const short = flag?.short === undefined ? "" : `-${flag.short}, `;
  return `; its file is named with ${short}--${name}`;
}

function wrong(
  what: string,
  word: string,
  { state, spec }: { readonly state: string; readonly spec: CommandSpec },
): UsageError {
  const message = `Cannot use ${what} "${word}": ${state} (see ${spec.name} --help)`;
  return new UsageError("usage", message, what === "flag" ? { context: { flag: word } } : {});
}
