import { hostWithPort } from "../grammar/mod.ts";
import { dirname, join } from "node:path";
import { isInside } from "../io/mod.ts";
import { databaseFiles, DENO_RUN, pathList, withRealPaths } from "../process/mod.ts";
import { auditLock, ownLock } from "./_lock.ts";
import type { LoadStep } from "./launch_load.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { sourceTypeOf } from "./sources/mod.ts";
import type { StreamStart } from "./standing.ts";

/** Where the pieces of a launch are. */
export interface LaunchPlanOptions {
  /** Root of the project: the folder of deno.json. */
  readonly root: string;
  /** The configuration file, absolute. */
  readonly configPath: string;
  /** Names of the environment variables that the configuration mentions. */
  readonly environment: readonly string[];
  /** Address of the sandbox once it runs; before that the plan says `<sandbox>`. @default "http://127.0.0.1:<port>" */
  readonly sandboxUrl?: string;
  /** Whether the run prints its summary as JSON. @default false */
  readonly json?: boolean;
  /** Whether the run writes its log to standard error as JSON lines. @default false */
  readonly logJson?: boolean;
  /** What is to be read again; the run gets the permissions for that and no others. @default {an ordinary run} */
  readonly backfill?: Backfill | undefined;
  /** The stream whose rejects are sent through again, by its `SOURCE.STREAM`. @default {it is read from its source} */
  readonly replay?: string | undefined;
  /** The streams that alone are read, by their `SOURCE.STREAM`; it gets the permissions for their sources. @default {all} */
  readonly selected?: readonly string[] | undefined;
}

/** What a run may do, and the command that lets it do no more. */
export interface LaunchPlan {
  /** `host:port` of every server that it may talk to. */
  readonly net: readonly string[];
  /** Paths that it may read, each with what it leads to. */
  readonly read: readonly string[];
  /** Paths that it may write, each with what it leads to. */
  readonly write: readonly string[];
  /** Environment variables that it may read. */
  readonly env: readonly string[];
  /** Arguments for `deno`. */
  readonly args: readonly string[];
  /** What is worth knowing before the run, one sentence each. */
  readonly notes: readonly string[];
  /** What an ordinary run asks of its streams, if anybody has looked. */
  readonly streams?: readonly StreamStart[];
  /** By what a run that started now would fail, one sentence each, if anybody has looked. */
  readonly faults?: readonly string[];
  /** The load after it, if the configuration asks for one and this is the plan of a whole run. */
  readonly load?: LoadStep;
  /** Arguments for `deno` that start the sandbox; `undefined` where no source asks for one. */
  readonly sandboxArgs: readonly string[] | undefined;
}

/** Name of the variable by which the launcher hands the sandbox's token to the run. */
export const SANDBOX_TOKEN = "SANDBOX_TOKEN";

/**
 * Has V8 collect garbage early: left to itself it lets it lie while the machine has room, and a run takes twice the
 * memory for a seventh less time on the processor. What the user sets by DENO_V8_FLAGS is added to it.
 */
export const COLLECTS_EARLY = "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=25";
/** The C library of Linux (glibc) else keeps a heap a thread, and in each what is free by now. */
export const ONE_HEAP = { MALLOC_ARENA_MAX: "1" };

/** Starts the script that composes a run; by its path, as the library imports no script. */
const RUN_SCRIPT = "phases/06_pipeline/run_process.ts";

/**
 * Computes the permissions of a run from its configuration: the hosts, folders and variables that it names and
 * nothing else. The runtime enforces them, so that neither a bug nor a dependency can go further.
 */
export function launchPlan(config: PipelineConfig, options: LaunchPlanOptions): LaunchPlan {
  const { root, configPath, json = false, logJson = false, backfill, replay, selected } = options;
  const sources = config.sources.filter(({ name }) =>
    (backfill === undefined || name === backfill.source) &&
    (replay === undefined || replay.startsWith(`${name}.`)) &&
    (selected?.some((id) => id.startsWith(`${name}.`)) ?? true)
  );
  const sandboxUrl = options.sandboxUrl ?? "http://127.0.0.1:<port>";
  const usesSandbox = sources.some((source) => sourceTypeOf(source).usesSandbox?.(source));
  const needs = sources.map((source) => sourceTypeOf(source).needs(source, { sandboxUrl }));
  const told = config.notify === undefined ? [] : [hostWithPort(new URL(config.notify.url))];
  const net = unique([...needs.flatMap(({ net = [] }) => net), ...told]);
  const folders = needs.flatMap(({ read = [] }) => read);
  const write = withRealPaths([config.lake, ...auditPaths(config.audit), config.log_dir]);
  const read = withRealPaths([configPath, ...folders, ...write]);
  const env = unique([...options.environment, ...needs.flatMap(({ env = [] }) => env)]);
  return {
    net,
    read,
    write,
    env,
    notes: [
      ...sharedFate(config),
      ...sources.flatMap((source) => sourceTypeOf(source).notes?.(source) ?? []),
    ],
    args: [
      ...DENO_RUN,
      ...flag("--allow-net", net),
      ...flag("--allow-read", read),
      ...flag("--allow-write", write),
      ...flag("--allow-env", env),
      ...(needs.some(({ hidesEnv }) => hidesEnv) ? ["--ignore-env"] : []),
      COLLECTS_EARLY,
      join(root, RUN_SCRIPT),
      `--config=${configPath}`,
      "--until-eof",
      ...(usesSandbox ? [`--sandbox=${sandboxUrl}`] : []),
      ...(backfill === undefined ? [] : [`--backfill=${backfill.text}`]),
      ...(replay === undefined ? [] : [`--replay=${replay}`]),
      ...(selected ?? []).map((id) => `--select=${id}`),
      ...(json ? ["--json"] : []),
      ...(logJson ? ["--log-json"] : []),
    ],
    sandboxArgs: usesSandbox ? sandboxArgs(config, root) : undefined,
  };
}

/** Where a command's process finds what it changes. */
export interface Places {
  /** Path of the audit database. */
  readonly audit: string;
  /** Folder of the lake. */
  readonly lake: string;
}

/** A command that changes what is known or seen, and reads no source. */
export interface ChangeCommand {
  /** Arguments for its process, places and configuration left out. */
  readonly args: readonly string[];
  /** What it writes. */
  readonly writes: "the audit database" | "the audit database and the lake";
  /** Whether it only looks at that. @default false */
  readonly isDry?: boolean;
  /** The configuration, if it must know the streams and so asks modules for theirs. @default {it needs none} */
  readonly config?: PipelineConfig;
}

/** Returns what such a command may do; one that only looks may read what it would write. */
export function changePlan(
  { audit, lake }: Places,
  command: ChangeCommand,
  options: LaunchPlanOptions,
): LaunchPlan {
  const { root, configPath, json = false } = options;
  const { config, isDry = false } = command;
  const needs =
    config?.sources.map((source) =>
      sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" })
    ) ?? [];
  const lakes = command.writes === "the audit database and the lake" ? [lake] : [];
  const paths = [...auditPaths(audit), ...lakes];
  const write = isDry ? [] : withRealPaths(paths);
  const named = config === undefined ? [] : [configPath];
  // To look at a database and leave nothing next to it, one must see that its WAL is empty.
  const looks = isDry ? [...databaseFiles(audit), ...lakes] : paths;
  const read = withRealPaths([...named, ...needs.flatMap(({ read = [] }) => read), ...looks]);
  const env = config === undefined
    ? []
    : unique([...options.environment, ...needs.flatMap(({ env = [] }) => env)]);
  const args = [
    ...DENO_RUN,
    ...flag("--allow-read", read),
    ...flag("--allow-write", write),
    ...flag("--allow-env", env),
    join(root, "lib/pipeline/change_process.ts"),
    `--config=${configPath}`,
    `--audit=${audit}`,
    `--lake=${lake}`,
    ...command.args,
    ...(json ? ["--json"] : []),
  ];
  return { net: [], read, write, env, args, notes: [], sandboxArgs: undefined };
}

/** Says of an audit database in the lake that whoever removes one removes both. */
function sharedFate({ audit, lake }: Pick<PipelineConfig, "audit" | "lake">): string[] {
  if (!isInside(audit, lake)) return [];
  return [
    `audit: "${audit}" is in the lake, and is lost with it; put it elsewhere`,
  ];
}

/** Returns the arguments for `deno` that print the last runs: it may read the audit database, and nothing else. */
export function statusArgs(
  audit: string,
  { root, json, configPath }: Pick<LaunchPlanOptions, "root" | "json" | "configPath">,
): string[] {
  return [
    ...DENO_RUN,
    ...flag("--allow-read", withRealPaths(databaseFiles(audit))),
    join(root, "lib/pipeline/change_process.ts"),
    `--audit=${audit}`,
    `--config=${configPath}`,
    "--status",
    ...(json ? ["--json"] : []),
  ];
}

function sandboxArgs(config: PipelineConfig, root: string): string[] {
  const samples = join(root, "data/samples");
  return [
    ...DENO_RUN,
    "--allow-net=127.0.0.1",
    ...flag("--allow-read", [samples]),
    join(root, "lib/sandbox/serve.ts"),
    "--port=0",
    `--samples=${samples}`,
    `--seed=${config.sandbox.seed}`,
    ...config.sandbox.faults.map((fault) => `--fault=${fault}`),
    "--until-eof",
  ];
}

/** SQLite's own side files are covered by the permission for the database itself, and like the lock are no links. */
function auditPaths(audit: string): string[] {
  const [file = audit] = databaseFiles(audit);
  const paths = [file, ownLock(auditLock(audit))];
  try {
    Deno.statSync(dirname(audit));
  } catch {
    // Missing, or not ours to look at: then the run must be allowed to create it, or fail with its name.
    paths.push(dirname(audit));
  }
  return paths;
}

function flag(name: string, values: readonly string[]): string[] {
  return values.length > 0 ? [`${name}=${pathList(values)}`] : [];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
