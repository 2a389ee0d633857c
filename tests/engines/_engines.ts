import { join } from "node:path";
import { ROOT } from "../cli/_run_headwaters.ts";

/** Where engines are installed, once; git ignores it, and it may be removed at any time. */
const FOLDER = join(ROOT, ".engines");

/** Packages of PyPI, and what of them is called. */
const ENGINES = {
  duckdb: { packages: ["duckdb-cli==1.5.6"], file: ["duckdb_cli", "duckdb"], isPython: false },
  jupyter: { packages: ["nbclient==0.11.0"], file: ["nbclient", "__init__.py"], isPython: true },
  spark: { packages: ["pyspark==3.5.9"], file: ["pyspark", "__init__.py"], isPython: true },
} as const;

/** An engine that is there, or why it is not. */
export type Engine =
  | { readonly program: string; readonly missing?: undefined }
  | { readonly program?: undefined; readonly missing: string };

/**
 * Finds an engine, and installs it if need be.
 *
 * @returns `program` is an absolute path: of DuckDB's own binary, or of a Python that has the package.
 */
export async function findEngine(name: keyof typeof ENGINES): Promise<Engine> {
  const { packages } = ENGINES[name];
  const folder = join(FOLDER, packages.join("-").replaceAll("==", "-"));
  const found = programIn(folder, name);
  if (found !== undefined) return { program: found };
  if (name === "spark") {
    const reason = await run("java", ["-version"]);
    if (reason !== undefined) return left(name, `Java is not installed (${reason})`);
  }
  for (
    const [command, ...args] of [
      ["python3", "-m", "venv", folder],
      [join(folder, "bin/python"), "-m", "pip", "install", "--quiet", ...packages],
    ] as const
  ) {
    const reason = await run(command, args);
    if (reason !== undefined) return left(name, reason);
  }
  const program = programIn(folder, name);
  return program === undefined ? left(name, "pip has put it elsewhere") : { program };
}

function left(name: string, reason: string): Engine {
  console.log(`tests of ${name} are left out: ${reason}`);
  return { missing: reason };
}

function programIn(folder: string, name: keyof typeof ENGINES): string | undefined {
  const { file, isPython } = ENGINES[name];
  try {
    for (const { name: python } of Deno.readDirSync(join(folder, "lib"))) {
      const path = join(folder, "lib", python, "site-packages", ...file);
      Deno.statSync(path);
      return isPython ? join(folder, "bin/python") : path;
    }
  } catch {
    // It is not installed.
  }
  return undefined;
}

/** Returns why a command failed; `undefined` if it did not. */
async function run(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
    if (success) return undefined;
    return new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? `${command} failed`;
  } catch (error) {
    return (error as Error).message;
  }
}
