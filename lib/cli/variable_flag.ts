import { UsageError } from "../errors/mod.ts";

/**
 * Returns the name of the variable that a flag gives.
 *
 * @param flag Name of the flag.
 * @throws {UsageError} If it is no such name.
 */
export function variableOf(flag: string, name: string): string {
  // The runtime would take a star for every variable that begins so.
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new UsageError(
    "usage",
    `Cannot use flag "--${flag}": found "${name}", expected the name of one environment variable`,
    { context: { flag: `--${flag}` } },
  );
}

/**
 * Returns what the variable holds that a flag names.
 *
 * @param look Reads a variable; a process of the command's own may read this one.
 * @throws {UsageError} If it is no name of a variable, or not set.
 */
export function valueOf(
  flag: string,
  name: string,
  look: (name: string) => string | undefined = (name) => Deno.env.get(name),
): string {
  const value = look(variableOf(flag, name));
  if (value) return value;
  throw new UsageError("usage", `Cannot use --${flag}: the variable ${name} is not set`, {
    context: { flag: `--${flag}` },
  });
}
