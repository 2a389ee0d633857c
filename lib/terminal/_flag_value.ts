import { UsageError } from "../errors/mod.ts";
import type { CommandSpec, FlagSpec } from "./command_spec.ts";

/** What the parser of the runtime makes of a flag. */
export type RawValue = string | boolean | readonly (string | boolean)[] | undefined;

/** Turns a word of the command line into the type that the flag names. */
export function flagValue(
  name: string,
  flag: FlagSpec,
  { raw, spec }: { readonly raw: RawValue; readonly spec: CommandSpec },
): unknown {
  if (flag.multiple) {
    const list = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
    return list.map((item) => scalar(name, flag, { raw: item, spec }));
  }
  if (raw === undefined) return flag.type === "boolean" ? false : undefined;
  return scalar(name, flag, { raw, spec });
}

function scalar(
  name: string,
  flag: FlagSpec,
  { raw, spec }: { readonly raw: unknown; readonly spec: CommandSpec },
): unknown {
  const text = String(raw);
  if (flag.type === "characters" && text === "") {
    const state = `its value is empty (see ${spec.name} --help)`;
    throw new UsageError("usage", `Cannot use flag "--${name}": ${state}`, {
      context: { flag: `--${name}` },
    });
  }
  if (flag.type !== "number") return raw;
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  const found = JSON.stringify(text);
  throw new UsageError(
    "usage",
    `Cannot use flag "--${name}": found ${found}, expected a number (see ${spec.name} --help)`,
    { context: { flag: `--${name}` } },
  );
}
