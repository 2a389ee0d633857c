import { parseArgs } from "node:util";
import { UsageError } from "../errors/mod.ts";
import type { CommandSpec, FlagSpec } from "./command_spec.ts";

/** The value that a flag's specification promises. */
type FlagValue<F extends FlagSpec> = F["multiple"] extends true ? readonly Scalar<F>[]
  : F["type"] extends "boolean" ? boolean
  : Scalar<F> | undefined;
type Scalar<F extends FlagSpec> = F["type"] extends "number" ? number
  : F["type"] extends "boolean" ? boolean
  : string;

/** What a command line says. */
export interface ParsedFlags<S extends CommandSpec> {
  /** The subcommand; the first of the specification where none was given, "" where it has none. */
  readonly command: S["commands"] extends Readonly<Record<string, string>>
    ? Extract<keyof S["commands"], string>
    : "";
  /** The other words. */
  readonly words: readonly string[];
  /** Flags by their long name. */
  readonly flags: { readonly [Name in keyof S["flags"]]: FlagValue<S["flags"][Name]> };
  /** Whether help was asked for. */
  readonly help: boolean;
}

/**
 * Reads a command line strictly.
 *
 * @throws {UsageError} Names what is wrong and the nearest thing that would be right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const spec = { name: "x", meaning: "", flags: { limit: { type: "number", meaning: "" } } } as const;
 * assertEquals(parseFlags(["--limit", "5"], spec).flags.limit, 5);
 * ```
 */
export function parseFlags<const S extends CommandSpec>(
  args: readonly string[],
  spec: S,
): ParsedFlags<S> {
  const parsed = parse(args, spec);
  const { positionals } = parsed;
  const values: Readonly<Record<string, unknown>> = parsed.values;
  const words = [...positionals];
  const commands = Object.keys(spec.commands ?? {});
  const first = words[0];
  const named = first !== undefined && commands.includes(first);
  if (named) words.shift();
  const help = values["help"] === true;
  const most = Object.keys(spec.words ?? {}).length;
  if (!help && words.length > most) throw unknownWord(words[most] ?? "", commands, spec);
  const flags = Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [name, convert(name, flag, values[name])]),
  );
  const command = commands.length === 0 ? "" : named ? first : commands[0];
  return { command, words, flags, help } as unknown as ParsedFlags<S>;
}

function parse(args: readonly string[], spec: CommandSpec) {
  const options = Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [name, {
      type: flag.type === "boolean" ? "boolean" as const : "string" as const,
      ...(flag.short === undefined ? {} : { short: flag.short }),
      ...(flag.multiple ? { multiple: true } : {}),
    }]),
  );
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw flagError(error, spec);
  }
}

function flagError(error: unknown, spec: CommandSpec): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const flag = /'(--?[^'= ]+)/.exec(error.message)?.[1] ?? "";
  const known = [...Object.keys(spec.flags), "help"].map((name) => `--${name}`);
  const see = `see ${spec.name} --help`;
  if ("code" in error && error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const near = nearest(flag, known);
    const hint = near === undefined ? see : `did you mean "${near}"? (${see})`;
    return new UsageError("usage", `Cannot use flag "${flag}": it is unknown; ${hint}`, {
      cause: error,
    });
  }
  const reason = spec.flags[flag.replace(/^-+/, "")]?.type === "boolean"
    ? "it takes no value"
    : "its value is missing";
  return new UsageError("usage", `Cannot use flag "${flag}": ${reason}; ${see}`, { cause: error });
}

function unknownWord(word: string, commands: readonly string[], spec: CommandSpec): UsageError {
  const near = nearest(word, commands);
  const expected = commands.length === 0
    ? "expected no argument here"
    : `expected one of ${commands.join(", ")}`;
  const hint = near === undefined ? expected : `did you mean "${near}"?`;
  return new UsageError("usage", `Cannot use "${word}": ${hint} (see ${spec.name} --help)`);
}

function convert(name: string, flag: FlagSpec, value: unknown): unknown {
  if (flag.multiple) return Array.isArray(value) ? value.map((v) => scalar(name, flag, v)) : [];
  if (value === undefined) return flag.type === "boolean" ? false : undefined;
  return scalar(name, flag, value);
}

function scalar(name: string, flag: FlagSpec, value: unknown): unknown {
  if (flag.type !== "number") return value;
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) {
    throw new UsageError("usage", `Cannot use flag "--${name}": "${value}" is not a number`);
  }
  return number;
}

/** Returns the candidate that is at most a third of its length away, by edit distance. */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(text, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
