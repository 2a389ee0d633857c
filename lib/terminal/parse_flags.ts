import { parseArgs } from "node:util";
import { UsageError } from "../errors/mod.ts";
import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { flagValue, type RawValue, usage, valueName } from "./_flag_value.ts";
import { nearest } from "./_nearest.ts";

type Scalar<Flag extends FlagSpec> = Flag["type"] extends "boolean" ? boolean
  : Flag["type"] extends "number" ? number
  : Flag extends { readonly choices: readonly (infer Choice)[] } ? Choice
  : string;

type FlagValue<Flag extends FlagSpec> = Flag extends { readonly repeatable: true }
  ? readonly Scalar<Flag>[]
  : Flag["type"] extends "boolean" ? boolean
  : Flag extends { readonly default: string | number } ? Scalar<Flag>
  : Scalar<Flag> | undefined;

/** What a command line says. */
export interface ParsedFlags<Spec extends CommandSpec> {
  /** The subcommand; the first of the spec where none is named, `undefined` where it has none. */
  readonly command: Spec extends { readonly commands: infer Commands } ? keyof Commands & string
    : undefined;
  /** Every flag of the spec with its value or default. */
  readonly flags: { readonly [Name in keyof Spec["flags"]]: FlagValue<Spec["flags"][Name]> };
  /** What stands behind the subcommand. */
  readonly args: readonly string[];
  /** Whether `--help` or `-h` is there; then nothing else is checked. */
  readonly help: boolean;
}

/**
 * Reads a command line by its spec, strictly: nothing is guessed and nothing ignored.
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
 *   args: "FILE",
 *   flags: { parts: { type: "number", short: "n", meaning: "How many parts", default: 2 } },
 * } as const;
 * const { args, flags } = parseFlags(["-n", "4", "big.csv"], spec);
 * assertEquals([args, flags.parts], [["big.csv"], 4]);
 * ```
 */
export function parseFlags<const Spec extends CommandSpec>(
  args: readonly string[],
  spec: Spec,
): ParsedFlags<Spec> {
  const help = wantsHelp(args);
  const { values, positionals } = help ? { values: {}, positionals: [] } : tokenize(args, spec);
  const { command, rest } = splitCommand(positionals, spec);
  if (!help) checkArgs(rest, command, spec);
  const flags: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(spec.flags)) {
    flags[name] = flagValue(name, flag, values[name]);
  }
  // The loop above gives every flag of the spec the type that its entry names; TypeScript cannot follow it.
  return { command, flags, args: rest, help } as unknown as ParsedFlags<Spec>;
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

function tokenize(args: readonly string[], spec: CommandSpec) {
  const options = Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [name, {
      type: flag.type === "boolean" ? "boolean" as const : "string" as const,
      multiple: flag.repeatable ?? false,
      ...(flag.short === undefined ? {} : { short: flag.short }),
    }]),
  );
  const settings = { args: joinNegatives(args, spec), options, allowPositionals: true } as const;
  for (const token of parseArgs({ ...settings, strict: false, tokens: true }).tokens) {
    if (token.kind === "option") checkOption(token, spec);
  }
  const parsed = parseArgs({ ...settings, strict: true });
  return { values: parsed.values as Record<string, RawValue>, positionals: parsed.positionals };
}

/** `-n -5`: the strict parser takes a value that begins with a dash only after an equals sign. */
function joinNegatives(args: readonly string[], spec: CommandSpec): string[] {
  const numbers = new Set(
    Object.entries(spec.flags).filter(([, flag]) => flag.type === "number")
      .flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
  );
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? "";
    if (numbers.has(before) && /^-[\d.]/.test(arg)) {
      joined[joined.length - 1] = before.startsWith("--") ? `${before}=${arg}` : `${before}${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

function checkOption(
  token: {
    name: string;
    rawName: string;
    value?: string | undefined;
    inlineValue?: boolean | undefined;
  },
  spec: CommandSpec,
): void {
  const flag = Object.hasOwn(spec.flags, token.name) ? spec.flags[token.name] : undefined;
  if (flag === undefined) {
    const known = [...Object.keys(spec.flags), "help"];
    const near = token.rawName.startsWith("--") ? nearest(token.name, known) : undefined;
    const hint = near === undefined ? seeHelp(spec) : `did you mean "--${near}"?`;
    throw usage(`unknown flag "${token.rawName}", ${hint}`);
  }
  if (flag.type === "boolean" && token.value !== undefined) {
    throw usage(`"${token.rawName}" takes no value, found ${JSON.stringify(token.value)}`);
  }
  const { value = "", inlineValue = false } = token;
  const missing = token.value === undefined || !inlineValue && /^-./.test(value);
  if (flag.type !== "boolean" && missing) {
    throw usage(`"${token.rawName}" needs a value (${valueName(flag)})`);
  }
}

function splitCommand(positionals: readonly string[], spec: CommandSpec) {
  const names = Object.keys(spec.commands ?? {});
  const [first, ...others] = positionals;
  if (first !== undefined && names.includes(first)) return { command: first, rest: others };
  return { command: names[0], rest: positionals };
}

function checkArgs(args: readonly string[], command: string | undefined, spec: CommandSpec): void {
  const sub = command === undefined ? undefined : spec.commands?.[command];
  const wanted = typeof sub === "object" ? sub.args : command === undefined ? spec.args : undefined;
  const [first] = args;
  if (first !== undefined && wanted === undefined) {
    const names = Object.keys(spec.commands ?? {});
    if (names.length === 0) throw usage(`unexpected "${first}", ${seeHelp(spec)}`);
    const near = nearest(first, names);
    const hint = near === undefined
      ? `expected one of ${names.join(", ")}`
      : `did you mean "${near}"?`;
    throw usage(`unknown command "${first}", ${hint}`);
  }
  const needed = (wanted ?? "").split(" ").filter((word) => word !== "" && !word.startsWith("["));
  if (args.length < needed.length) {
    throw usage(`${needed[args.length]} is missing, ${seeHelp(spec)}`);
  }
  const most = wanted?.includes("...") ? Infinity : (wanted ?? "").split(" ").length;
  if (args.length > most) throw usage(`unexpected "${args[most]}", ${seeHelp(spec)}`);
}

function seeHelp(spec: CommandSpec): string {
  return `see "${spec.name} --help"`;
}
