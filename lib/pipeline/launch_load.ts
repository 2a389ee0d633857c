import { ConfigError, EXIT_CODES, NOT_LOADED, UsageError } from "../errors/mod.ts";
import { isInside, writeError, writeOut } from "../io/mod.ts";
import { TEXT_FORMAT_NAMES } from "../lake/part_format_names.ts";
import { childEnvironment, databaseFiles, realPath } from "../process/mod.ts";
import { ChildOutput, escapeControls, escapeLine, jsonDocument } from "../terminal/mod.ts";
import { keepsOf } from "./inputs_of.ts";
import { ENGINE_VARIABLES, engineArgs, programOf, unconfined } from "./launch_engine.ts";
import { postgresArgs } from "./launch_postgres.ts";
import { checkTarget, hostOf, isPostgres, refuseParts } from "./load_target.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";
import type { PipelineConfig } from "./pipeline_config.ts";

/** The load after a run: a process of its own, with permissions of its own. */
export interface LoadStep {
  /** Database that is loaded into. */
  readonly to: string;
  /** `host:port` that it may talk to. */
  readonly net: readonly string[];
  /** Paths that it may read. */
  readonly read: readonly string[];
  /** Program that it may start. */
  readonly run: readonly string[];
  /** Variables that it gets. */
  readonly env: readonly string[];
  /** What is worth knowing of it, one sentence each. */
  readonly notes: readonly string[];
  /** Arguments for `deno`. */
  readonly args: readonly string[];
}

/** How a run with a load ends. */
export interface LoadedRunOptions {
  /** Whether both results are one JSON document. */
  readonly json: boolean;
  /** Gets that document. @default to standard output */
  readonly write?: (text: string) => void;
  /** Gets messages. @default to standard error */
  readonly tell?: (text: string) => void;
}

/**
 * Returns the load that a configuration asks for.
 *
 * @throws {ConfigError} If it could not start: so no run is made whose load cannot follow.
 */
export function loadStep(
  { config, configPath, caller }: {
    readonly config: PipelineConfig;
    readonly configPath: string;
    readonly caller: Pick<PipelineCaller, "cwd" | "env">;
  },
  json: boolean,
): LoadStep | undefined {
  const { load, audit, lake } = config;
  if (load === undefined) return undefined;
  const { to, password, ca, program } = load;
  const isServer = isPostgres(to);
  refuse({ program: isServer && program }, "it starts no program");
  refuse({ password: !isServer && password, ca: !isServer && ca }, "it asks no server");
  if (isServer) {
    refuseFormat(config.part_format);
    const has = (name: string) => Boolean(caller.env[name]);
    if (password !== undefined && !has(password)) {
      const state = `environment variable "${password}" is not set`;
      throw new ConfigError("config-env-missing", `Cannot use load.password: ${state}`);
    }
    return {
      to,
      net: [hostOf(to)],
      read: [...databaseFiles(audit), lake, ...(ca === undefined ? [] : [ca])],
      run: [],
      env: password === undefined ? [] : [password],
      notes: [],
      args: postgresArgs(config, { to, passwordEnv: password, ca, json }),
    };
  }
  const file = to.slice("duckdb:".length);
  const engine = inConfig(() => {
    const keeps = keepsOf(configPath, config);
    refuseInput(file, keeps);
    refuseParts(file, keeps);
    checkTarget(file);
    return programOf({ engine: "duckdb", program }, caller);
  });
  return {
    to,
    net: [],
    read: databaseFiles(audit),
    run: [engine],
    env: ENGINE_VARIABLES.filter((name) => caller.env[name]),
    notes: [`The load starts a program that writes ${file}, and ${unconfined(engine)}.`],
    args: engineArgs(config, { engine: "duckdb", to: file, json }, engine),
  };
}

/** Refuses keys that the kind of database has no use for. */
function refuse(keys: Readonly<Record<string, string | false | undefined>>, state: string): void {
  const key = Object.keys(keys).find((key) => keys[key]);
  if (key === undefined) return;
  throw new ConfigError("config-invalid", `Cannot use load.${key}: ${state}; remove it`);
}

/** Refuses parts that the server cannot read. */
function refuseFormat(format: PipelineConfig["part_format"]): void {
  if (TEXT_FORMAT_NAMES.includes(format)) return;
  throw new ConfigError(
    "config-invalid",
    `Cannot use load.to: PostgreSQL cannot read files of the format ${format}; remove part_format, or load into duckdb:FILE`,
  );
}

/** Makes sure that a load writes nothing that the pipeline lives from, whatever name leads there. */
function refuseInput(file: string, keeps: readonly string[]): void {
  const kept = keeps.find((path) => isInside(realPath(file), realPath(path)));
  if (kept === undefined) return;
  throw new UsageError(
    "usage",
    `Cannot load into "${file}": the pipeline lives from "${kept}"; name another file`,
    { context: { path: file } },
  );
}

/** What is wrong with a flag of `pipeline load` is wrong with the configuration here. */
function inConfig(work: () => string): string {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const message = cause.message.replace("--program", "load.program");
    throw new ConfigError("config-invalid", message, { cause });
  }
}

/**
 * Runs a pipeline, and then loads what is published, if the run is complete or partial. Whatever becomes of the load, the
 * verdict of the run is in the audit database and in the summary.
 *
 * @param run Runs it; the process of the run is to be started by the caller that it gets.
 * @returns The exit code of the run, or 69 if the load failed, 75 if it was stopped or another process held the database.
 */
export async function withLoad(
  step: LoadStep | undefined,
  caller: PipelineCaller,
  run: (caller: PipelineCaller) => Promise<number>,
  options: LoadedRunOptions,
): Promise<number> {
  if (step === undefined) return await run(caller);
  const { json, write = writeOut, tell = writeError } = options;
  if (!json) {
    const code = await run(caller);
    if (!isPublished(code)) return code;
    write(`\nThe load into ${escapeLine(step.to)}:\n`);
    const loaded = await start(step, caller);
    if (loaded !== EXIT_CODES.complete) tell(fateOfRun(code));
    return endOf(code, loaded);
  }
  const [summary, result] = [new ChildOutput(), new ChildOutput()];
  const code = await run(collecting(caller, summary));
  const loaded = isPublished(code) ? await start(step, collecting(caller, result)) : undefined;
  const { document, rest } = summary.split();
  if (rest.trim() !== "") tell(`${escapeControls(rest.trimEnd())}\n`);
  if (document === undefined) return code;
  if (loaded === undefined) {
    write(document);
    return code;
  }
  const about = JSON.parse(result.split().document ?? "{}");
  const load = { ...about, to: step.to, exit_code: loaded };
  write(jsonDocument({ ...JSON.parse(document), load }));
  return endOf(code, loaded);
}

function isPublished(code: number): boolean {
  return code === EXIT_CODES.complete || code === EXIT_CODES.partial;
}

function endOf(run: number, load: number): number {
  if (load === EXIT_CODES.complete) return run;
  return load === EXIT_CODES.suspended ? load : NOT_LOADED;
}

function fateOfRun(code: number): string {
  const outcome = code === EXIT_CODES.complete ? "complete" : "partial";
  return `The run itself is ${outcome}, and published; the next one tries again what this load has left.\n`;
}

function collecting(caller: PipelineCaller, output: ChildOutput): PipelineCaller {
  return {
    ...caller,
    start: (args, options) => caller.start(args, { ...options, onOutput: output.add }),
  };
}

/** A load that is stopped before it has begun is like any other: the run has ended by then. */
async function start(step: LoadStep, { cwd, env, signal, start }: PipelineCaller): Promise<number> {
  try {
    return await start(step.args, {
      env: childEnvironment({ env, names: step.env, cwd }),
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    return EXIT_CODES.suspended;
  }
}
