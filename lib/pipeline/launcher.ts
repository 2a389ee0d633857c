import { randomBytes } from "node:crypto";
import { environmentNames, readPlaces } from "../config/mod.ts";
import { refuseUnwritable } from "../db/may_write.ts";
import { EXIT_CODES, InternalError } from "../errors/mod.ts";
import { PROJECT_ROOT, writeError } from "../io/mod.ts";
import { childEnvironment, telemetryReceivers } from "../process/mod.ts";
import { findStream } from "./accept.ts";
import { describeSources, hasOwnCode } from "./describe_sources.ts";
import {
  type ChangeCommand,
  changePlan,
  type LaunchPlan,
  launchPlan,
  type LaunchPlanOptions,
  ONE_HEAP,
  type Places,
  SANDBOX_TOKEN,
} from "./launch_plan.ts";
import { type Backfill, parseBackfill } from "./parse_backfill.ts";
import { type LoadedRunOptions, loadStep, withLoad } from "./launch_load.ts";
import { loadConfig, type PipelineConfig } from "./pipeline_config.ts";
import { askAudit, preflight, refuseLinks } from "./preflight.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import { planStreams } from "./open_run.ts";
import { startSandboxProcess } from "./sandbox_process.ts";
import { type Selection, selectStreams } from "./select_streams.ts";
import { runText } from "./replay_text.ts";
import { startsOf } from "./standing.ts";
import { startReceipt } from "./start_receipt.ts";
import { streamId } from "./source_type.ts";
import { telemetryFault } from "./telemetry_fault.ts";

/** A pipeline whose configuration is read, ready to be launched. */
export interface OpenPipeline {
  /** What the file says. */
  readonly config: PipelineConfig;
  /** The file, absolute. */
  readonly configPath: string;
  /** Names of the variables that loading the configuration needs. */
  readonly environment: readonly string[];
  /** Token of the sandbox, made for this launch. */
  readonly token: string;
  /** Where it is started from. */
  readonly caller: PipelineCaller;
}

/** What a run is asked for. */
export interface RunRequest extends Selection, LoadedRunOptions {
  /** `SOURCE.STREAM=FROM..UNTIL`, to be read again. */
  readonly backfill?: string | undefined;
  /** Stream whose rejects are to be sent through again. */
  readonly replay?: string | undefined;
  /** Whether it writes its log to standard error as JSON lines. @default false */
  readonly "log-json"?: boolean;
}

/**
 * Reads a pipeline's configuration and asks its sources what they need.
 *
 * @param file The YAML file as it was named. Without one it is `data/pipeline.yaml` of this project for a user in that folder,
 * else `pipeline.yaml` where the user is.
 * @throws {ConfigError} If there is none, or it cannot be used.
 */
export async function openPipeline(
  file: string | undefined,
  caller: PipelineCaller,
): Promise<OpenPipeline> {
  const configPath = configPathOf(file, caller.cwd);
  const token = randomBytes(16).toString("hex");
  const env = (name: string) => name === SANDBOX_TOKEN ? token : caller.env[name];
  const config = await loadConfig(configPath, { env, formerRoot: PROJECT_ROOT });
  const environment = await environmentNames(configPath, { env });
  const described = await describeSources(config, "in a child");
  return { config: described, configPath, environment, token, caller };
}

/**
 * Runs a pipeline in a child process that may do what its configuration says and nothing else; the sandbox, if a source
 * asks for it, in another one. The load that it may ask for comes after that.
 *
 * @returns The exit code; see {@linkcode withLoad}.
 */
export async function launchRun(opened: OpenPipeline, request: RunRequest): Promise<number> {
  const about = aboutOf(opened, request);
  const step = loadStep(opened, request.json);
  return await withLoad(step, opened.caller, async (caller) => {
    const own = { ...opened, caller };
    const code = await withSandbox(own, about, (plan) => startRun(own, plan));
    const fault = await telemetryFault(opened.caller);
    if (fault !== undefined) writeError(`${fault}\n`);
    return await checkEnd(own, about, code);
  }, request);
}

/** Starts the process of a plan, next to the sandbox if a source asks for it. */
export async function withSandbox(
  { config, token, caller }: OpenPipeline,
  about: LaunchPlanOptions,
  start: (plan: LaunchPlan) => Promise<number>,
): Promise<number> {
  const plan = launchPlan(config, about);
  for (const path of plan.write) refuseUnwritable(path);
  refuseLinks(plan, hasOwnCode(config));
  if (plan.sandboxArgs === undefined) return await start(plan);
  caller.signal.throwIfAborted();
  const args = [...plan.sandboxArgs, `--token=${token}`];
  const { env, cwd, signal } = caller;
  const own = childEnvironment({ env, names: [], cwd });
  await using sandbox = await startSandboxProcess(args, own, signal);
  return await start(launchPlan(config, { ...about, sandboxUrl: sandbox.url }));
}

/**
 * Compares how the process ended with what the audit database says of the run: code of the user's own can end the one
 * before its time, or change its exit code, but not the other.
 */
async function checkEnd(
  { config, caller }: OpenPipeline,
  about: LaunchPlanOptions,
  code: number,
): Promise<number> {
  if (!hasOwnCode(config) || code !== EXIT_CODES.complete && code !== EXIT_CODES.partial) {
    return code;
  }
  const of = { pipeline: config.name, backfill: runText(about) };
  const { newest: run } = await askAudit({ audit: config.audit, of }, caller);
  if (run === null || run.exit_code === code) return code;
  if (run.exit_code !== null) return run.exit_code;
  throw new InternalError(
    "source-fault",
    `Cannot finish run ${run.run_id}: a source of your own ended the process; fix it, then run again to resume`,
  );
}

/**
 * Returns what a run would be allowed to do, and by what one that started now would fail: an input that is missing may
 * be there in time, and others are read all the same.
 *
 * @throws {IngestError} What the run would refuse before it reads anything.
 */
export async function planRun(opened: OpenPipeline, request: RunRequest): Promise<LaunchPlan> {
  const about = aboutOf(opened, request);
  const plan = launchPlan(opened.config, about);
  for (const path of plan.write) refuseUnwritable(path);
  const streams = planStreams(opened.config, about);
  const { faults, notes, standings } = await preflight(opened.config, plan, opened.caller, {
    streams,
    isReplay: about.replay !== undefined,
    saysOpen: true,
  });
  const telemetry = telemetryReceivers(opened.caller.env).map(({ name, host }) =>
    host === undefined
      ? `OTEL_DENO: nothing is sent, ${name} is no URL.`
      : `OTEL_DENO: the runtime itself sends spans and metrics to ${name}, which --allow-net does not name.`
  );
  const load = loadStep(opened, about.json ?? false);
  return {
    ...plan,
    faults,
    ...(runText(about) === null && standings !== undefined
      ? { streams: startsOf(streams, standings) }
      : {}),
    notes: [...notes, ...plan.notes, ...load?.notes ?? [], ...telemetry],
    ...(load === undefined ? {} : { load }),
  };
}

/** A pipeline that is changed, of which only its places need be known. */
type Changed = Omit<OpenPipeline, "config"> & {
  readonly config: Places & Partial<Pick<PipelineConfig, "sources">>;
};

/** What a command asks for that changes what is known or seen. */
export interface ChangeRequest extends RunRequest {
  /** Whether it only says what it would do. @default false */
  readonly "dry-run"?: boolean;
  /** Where a watermark goes. @default {it is forgotten} */
  readonly to?: string | undefined;
}

/**
 * Accepts the shrunk snapshot of a stream, in a child process that may write the audit database and nothing else.
 *
 * @returns The exit code.
 */
export async function launchAccept(
  opened: OpenPipeline,
  words: readonly string[],
  request: ChangeRequest,
): Promise<number> {
  const stream = streamId(findStream(opened.config, words, "accept"));
  const command = { args: [`--accept=${stream}`], writes: "the audit database" } as const;
  return await change(opened, request, command);
}

/**
 * Retracts a run, in a child process that may write the audit database and the lake and nothing else. Neither the
 * sources nor their credentials are needed.
 *
 * @param file The configuration; see {@linkcode openPipeline}.
 * @returns The exit code.
 */
export async function launchRetract(
  file: string | undefined,
  caller: PipelineCaller,
  runId: string,
  request: ChangeRequest,
): Promise<number> {
  const configPath = configPathOf(file, caller.cwd);
  const config = await readPlaces(configPath, { env: (name) => caller.env[name] });
  return await change({ config, configPath, environment: [], token: "", caller }, request, {
    args: [`--retract=${runId}`],
    writes: "the audit database and the lake",
  });
}

/**
 * Resets the watermark of a stream, in a child process that may write the audit database and nothing else.
 *
 * @returns The exit code.
 */
export async function launchReset(
  opened: OpenPipeline,
  words: readonly string[],
  request: ChangeRequest,
): Promise<number> {
  const stream = streamId(findStream(opened.config, words, "reset"));
  const to = request.to === undefined ? [] : [`--to=${request.to}`];
  return await change(opened, request, {
    args: [`--reset=${stream}`, ...to],
    writes: "the audit database",
    config: opened.config,
  });
}

async function change(
  opened: Changed,
  request: ChangeRequest,
  command: ChangeCommand,
): Promise<number> {
  const { config, configPath, environment } = opened;
  const about = { root: PROJECT_ROOT, configPath, environment, json: request.json };
  const plan = changePlan(config, command, about);
  // A dry run says what the command itself would refuse.
  for (const path of plan.write) refuseUnwritable(path);
  refuseLinks(plan, hasOwnCode({ sources: command.config?.sources ?? [] }));
  if (request["dry-run"]) {
    const dry = { args: [...command.args, "--dry-run"], isDry: true } as const;
    return await start(opened, changePlan(config, { ...command, ...dry }, about));
  }
  return await start(opened, plan);
}

function aboutOf(opened: OpenPipeline, request: RunRequest): LaunchPlanOptions {
  const { backfill, json, replay, "log-json": logJson = false } = request;
  const selected = selectStreams(opened.config, request);
  const { config, configPath, environment } = opened;
  const range: Backfill | undefined = backfill === undefined
    ? undefined
    : parseBackfill(backfill, config);
  const what = { backfill: range, replay, selected };
  return { root: PROJECT_ROOT, configPath, environment, json, logJson, ...what };
}

/** Starts a run, and what writes its receipt. */
async function startRun(opened: OpenPipeline, plan: LaunchPlan): Promise<number> {
  const { cwd, env, signal } = opened.caller;
  const { log_dir: logFolder, audit } = opened.config;
  signal.throwIfAborted();
  const receipt = await startReceipt(plan, { root: PROJECT_ROOT, logFolder, audit, env, cwd });
  if (receipt === undefined) return await start(opened, plan);
  let code: number | null = null;
  let hasReported: boolean;
  try {
    code = await start(opened, { ...plan, args: [...plan.args, "--receipt"] }, receipt.path);
  } finally {
    hasReported = await receipt.end(code);
  }
  // Where a process may not open the pipe of another one, the runtime does not even start.
  return code === 1 && !hasReported ? await start(opened, plan) : code;
}

/** Starts a process of the pipeline, with the variables that its plan names. */
export async function start(
  { token, caller, config }: Changed,
  plan: LaunchPlan,
  reportTo?: string,
): Promise<number> {
  const { cwd, signal } = caller;
  const env = { ...caller.env, [SANDBOX_TOKEN]: token };
  const own = childEnvironment({ env, names: plan.env, cwd, telemetry: true });
  const audit = reportTo === undefined ? {} : { DENO_AUDIT_PERMISSIONS: reportTo };
  const ownCode = hasOwnCode({ sources: config.sources ?? [] });
  return await caller.start(plan.args, { env: { ...own, ...ONE_HEAP, ...audit }, signal, ownCode });
}
