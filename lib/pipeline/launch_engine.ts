import { delimiter, isAbsolute, join } from "node:path";
import { readPlaces } from "../config/mod.ts";
import { ConfigError, EXIT_CODES, UsageError } from "../errors/mod.ts";
import { exists, PROJECT_ROOT } from "../io/mod.ts";
import {
  childEnvironment,
  databaseFiles,
  DENO_RUN,
  pathList,
  withRealPaths,
} from "../process/mod.ts";
import { escapeLine, jsonDocument } from "../terminal/mod.ts";
import type { Places } from "./launch_plan.ts";
import { checkTarget } from "./load_target.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import { refuseLinksInLake, refuseNoAudit } from "./preflight.ts";
import { type Engine, ENGINES } from "./run_engine.ts";

/** What an engine is asked for. */
export interface EngineRequest {
  /** Which one. */
  readonly engine: Engine;
  /** Its program, as the user named it. @default {the first of its name on the PATH} */
  readonly program: string | undefined;
  /** The DuckDB database to load into; without one the lake is verified. */
  readonly to?: string | undefined;
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  /** Whether it only says what it may do. */
  readonly "dry-run": boolean;
  /** Prints what it may do. */
  readonly write: (text: string) => void;
}

/** Variables by which Java and Spark are found. */
export const ENGINE_VARIABLES = ["JAVA_HOME", "SPARK_HOME", "SPARK_LOCAL_IP", "HOME"];

/**
 * Has an engine verify or load a lake, from a child process that may read the audit database and start that one program.
 *
 * @param file The configuration; see `openPipeline`.
 * @returns The exit code.
 */
export async function launchEngine(
  file: string | undefined,
  caller: PipelineCaller,
  request: EngineRequest,
): Promise<number> {
  const { cwd, env, signal } = caller;
  const configPath = configPathOf(file, cwd);
  const places = await readPlaces(configPath, { env: (name) => env[name] });
  if (request.to !== undefined) checkTarget(request.to);
  const program = programOf(request, caller);
  refuseLinksInLake(places.lake);
  const args = engineArgs(places, request, program);
  refuseNoAudit(places.audit);
  if (request["dry-run"]) {
    request.write(renderPlan(places, request, { program, args }));
    return EXIT_CODES.complete;
  }
  return await caller.start(args, {
    env: childEnvironment({ env, names: ENGINE_VARIABLES, cwd }),
    signal,
  });
}

/** Arguments for `deno`: one program may be started, and nothing is written by the process itself. */
export function engineArgs(
  { audit, lake }: Places,
  { engine, to, json }: Pick<EngineRequest, "engine" | "to" | "json">,
  program: string,
): string[] {
  return [
    ...DENO_RUN,
    `--allow-read=${pathList(withRealPaths(databaseFiles(audit)))}`,
    `--allow-run=${pathList([program])}`,
    join(PROJECT_ROOT, "lib/pipeline/engine_process.ts"),
    `--audit=${audit}`,
    `--lake=${lake}`,
    `--engine=${engine}`,
    `--program=${program}`,
    ...(to === undefined ? [] : [`--to=${to}`]),
    ...(json ? ["--json"] : []),
  ];
}

/** A name is looked for on the PATH, once: the process is allowed one file. */
export function programOf(
  { engine, program }: Pick<EngineRequest, "engine" | "program">,
  { cwd, env }: Pick<PipelineCaller, "cwd" | "env">,
): string {
  const name = program ?? ENGINES[engine];
  const isPath = /[/\\]/.test(name);
  const places = isPath
    ? [isAbsolute(name) ? name : join(cwd, name)]
    : (env["PATH"] ?? "").split(delimiter).filter(isAbsolute).map((folder) => join(folder, name));
  const found = places.find((path) => exists(path) && Deno.statSync(path).isFile);
  if (found === undefined) {
    const where = isPath ? "there is no such file" : "it is not on the PATH";
    throw new UsageError(
      "usage",
      `Cannot start "${name}": ${where}; --program names the ${
        engine === "spark" ? "Python that has PySpark" : "DuckDB binary"
      }`,
      { context: { path: name } },
    );
  }
  if (found.includes(",")) {
    const state = "the runtime cannot grant access to a path with a comma";
    throw new ConfigError("config-invalid", `Cannot start "${found}": ${state}; rename it`);
  }
  return found;
}

function renderPlan(
  { audit, lake }: Places,
  { to, json }: EngineRequest,
  { program, args }: { readonly program: string; readonly args: readonly string[] },
): string {
  const note = unconfined(program);
  const fate = to === undefined ? [] : [fateOfTables(to)];
  if (json) {
    return jsonDocument({
      dry_run: true,
      read: databaseFiles(audit),
      run: [program],
      notes: [note, ...fate],
      args,
    });
  }
  return [
    "Dry run, nothing is started. It would have these permissions and no others:\n",
    ...databaseFiles(audit).map((path) => `  read   ${escapeLine(path)}\n`),
    `  run    ${escapeLine(program)}\n`,
    `But ${escapeLine(note)}.\nIts script has it read ${escapeLine(lake)}${
      to === undefined ? "" : ` and write ${escapeLine(to)}`
    }.\n`,
    ...fate.map((text) => `${escapeLine(text)}.\n`),
  ].join("");
}

/** What a permission to start a program means. */
export function unconfined(program: string): string {
  return `the runtime does not confine ${program}: it may do whatever you may`;
}

/** What is known of the tables of a load without the engine, which alone can read its database. */
function fateOfTables(to: string): string {
  return exists(to)
    ? `In "${to}" a table that a load made gets the rows of new runs, or is made anew where runs were retracted or ` +
      "columns changed; if one of them is not the work of a load, the load is refused and changes nothing; other tables stay as they are"
    : `There is no "${to}" yet: it would be made, with a new table for each stream`;
}
