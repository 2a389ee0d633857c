import { UsageError } from "../errors/mod.ts";
import type { FlagSpec } from "./command_spec.ts";
import { nearest } from "./_nearest.ts";

/** What the parser of the runtime makes of a flag. */
export type RawValue = string | boolean | readonly (string | boolean)[] | undefined;

/** Name of a flag's value in help and messages. */
export function valueName(flag: FlagSpec): string {
  if (flag.choices !== undefined) return flag.choices.join("|");
  return flag.value ?? (flag.type === "number" ? "N" : "TEXT");
}

/** Turns what stands on the command line into the type that the flag names, or takes its default. */
export function flagValue(name: string, flag: FlagSpec, raw: RawValue): unknown {
  if (flag.repeatable) {
    const list = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
    return list.map((item) => scalar(name, flag, item));
  }
  if (raw === undefined) return flag.type === "boolean" ? false : flag.default;
  return scalar(name, flag, raw);
}

function scalar(name: string, flag: FlagSpec, raw: unknown): unknown {
  if (flag.type === "boolean") return raw === true;
  const text = String(raw);
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const near = nearest(text, flag.choices);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw usage(
      `"--${name}" is ${JSON.stringify(text)}, expected one of ${flag.choices.join(", ")}${hint}`,
    );
  }
  if (flag.type === "string") return text;
  const number = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(number)) {
    throw usage(`"--${name}" is ${JSON.stringify(text)}, expected a number`);
  }
  return number;
}

/** The error that a wrong command line ends in. */
export function usage(state: string): UsageError {
  return new UsageError("usage", `Cannot read command line: ${state}`);
}
