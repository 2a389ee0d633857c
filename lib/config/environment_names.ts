import { readEnvironment } from "./environment.ts";
import { readYaml } from "./_read_yaml.ts";
import { scalarsOf } from "./tree.ts";
import { variablesIn } from "./variables.ts";
import { OVERRIDE_VARIABLES } from "./override_variables.ts";

/** Options of {@linkcode environmentNames}. */
export interface EnvironmentNamesOptions {
  /** Reads one environment variable. @default {Deno.env.get, where permitted} */
  readonly env?: (name: string) => string | undefined;
}

/**
 * Returns the names of the environment variables that loading a file needs: each that it mentions as `${NAME}`, but for
 * the password of the load after the run, and those of {@linkcode OVERRIDE_VARIABLES} that are set. A launcher grants exactly these to a run.
 *
 * @param path The YAML file.
 * @throws {ConfigError} If the file cannot be read or is not YAML.
 */
export async function environmentNames(
  path: string,
  options: EnvironmentNamesOptions = {},
): Promise<string[]> {
  const env = options.env ?? readEnvironment;
  const { tree } = await readYaml(path);
  const names = new Set(Object.values(OVERRIDE_VARIABLES).filter((name) => env(name)) as string[]);
  for (const [path, value] of scalarsOf(tree)) {
    if (typeof value !== "string" || path.join(".") === "load.password") continue;
    for (const name of variablesIn(value)) names.add(name);
  }
  return [...names].sort();
}
