import { join } from "node:path";
import { checkAudit, getOwner, hasAudit, openAudit, type RunRow, streamsOf } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { IngestError } from "../errors/mod.ts";
import { Disk, type DiskStep } from "../files/mod.ts";
import { checkLake, claimLake, LAKE_LOCK, ownerFolder, stagingFolder } from "../lake/mod.ts";
import { exists } from "../io/mod.ts";
import { inSpan, logEvent, withCorrelation } from "../logging/mod.ts";
import { auditLock, takeLock } from "./_lock.ts";
import { beginRun, nextRunId, sweepStaging } from "./begin_run.ts";
import { checkStreams } from "./check_streams.ts";
import { configIdentity } from "./config_identity.ts";
import { closeFaulty, conclude, fileOf, type RunAbout } from "./end_run.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { blockAll, recover } from "./recover.ts";
import type { ProgressEvent, RunContext } from "./run_context.ts";
import { refuseUnknown } from "./replay_rejects.ts";
import { runText } from "./replay_text.ts";
import { runSource, type StreamSteps } from "./run_source.ts";
import type { RunSummary } from "./run_summary.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { sourceTypeOf, streamsOf as plansOf } from "./sources/mod.ts";
import { stagedRecords } from "./staging.ts";

/** Options of {@linkcode openRun}. */
export interface RunPipelineOptions {
  /**
   * Reads this range of one stream again, and nothing else; the state from which the stream's next ordinary run
   * begins is not touched. A run is only resumed with the same one. @default {an ordinary run}
   */
  readonly backfill?: Backfill | undefined;
  /**
   * Sends the open rejects of this stream through again, by its `SOURCE.STREAM`, and reads nothing else.
   * @default {streams are read from their sources}
   */
  readonly replay?: string | undefined;
  /** Reads these streams and nothing else, by their `SOURCE.STREAM`; it is only resumed with the same. @default {every stream} */
  readonly selected?: readonly string[] | undefined;
  /** Aborting it, with a `SuspendedError` as the reason, suspends the run. @default never */
  readonly signal?: AbortSignal;
  /** Root of the sandbox, for sources that ask for it. @default none */
  readonly sandboxUrl?: string;
  /** Where the run's log goes; only named in the summary. @default none */
  readonly log?: (runId: string) => string;
  /** Whether the launcher has a receipt written; only named in the manifests. @default false */
  readonly receipt?: boolean;
  /** Called once the run has its id, before anything is read. @default () => {} */
  readonly onBegin?: (run: RunRow) => void | Promise<void>;
  /** Called as each stream gets on. @default () => {} */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Longest time between two checkpoints of a stream, in ms; a test may ask for one a page. @default 250 */
  readonly checkpointMs?: number;
  /** Called at each durable step; a test may throw there. @default () => {} */
  readonly observe?: (step: DiskStep) => void;
  /** The time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A whole run, from its plan to its summary. */
export type RunPipeline = (
  config: PipelineConfig,
  options?: RunPipelineOptions,
) => Promise<RunSummary>;

/** Returns the streams that a run reads, in the order of the configuration. */
export function planStreams(
  config: PipelineConfig,
  { backfill, replay, selected }: Pick<RunPipelineOptions, "backfill" | "replay" | "selected"> = {},
): StreamPlan[] {
  return config.sources.flatMap(plansOf).filter((plan) =>
    (backfill === undefined ||
      plan.source === backfill.source && plan.stream === backfill.stream) &&
    (replay === undefined || streamId(plan) === replay) &&
    (selected?.includes(streamId(plan)) ?? true)
  );
}

/** A run that holds the locks of its audit database and its lake; its methods are what it does, in their order. */
export interface Run extends Disposable {
  /** Its row in the audit database: its id, and which attempt of it this is. */
  readonly row: RunRow;
  /** The sources that it reads. */
  readonly sources: readonly PipelineConfig["sources"][number][];
  /** Does what the run does, with its id in every line of the log; a fault of ours is the end of the run, and is thrown. */
  attempt(steps: () => Promise<void>): Promise<void>;
  /** Finishes or takes back what earlier runs have left, before anything new is read. */
  recover(): Promise<void>;
  /** Runs each stream of a source; one that fails does not stop the others. */
  read(source: PipelineConfig["sources"][number], steps: StreamSteps): Promise<void>;
  /** Writes the views of the lake, judges the run by its streams, and ends it. */
  end(): RunSummary;
}

/**
 * Begins a run, or goes on with the one that was interrupted: one at a time, and only in a lake of its own.
 *
 * @param config A checked configuration.
 * @param plans Its streams that are read.
 * @throws {SuspendedError} If another run holds the lock of the audit database or of the lake.
 * @throws {ConfigError} `lake-not-ours` if the two do not belong together, `stream-changed` if a stream is not what it
 * was.
 * @throws {DatabaseError | StorageError} If either cannot be used at all.
 */
export async function openRun(
  config: PipelineConfig,
  plans: readonly StreamPlan[],
  options: RunPipelineOptions = {},
): Promise<Run> {
  const { now = Date.now, observe = () => {}, backfill, replay } = options;
  const begun = performance.now();
  checkAudit(config.audit);
  using held = new DisposableStack();
  held.use(await takeLock(auditLock(config.audit)));
  refuseLostAudit(config);
  const db = held.use(audited(config.audit, observe));
  const file = fileOf(config.audit);
  const { audit_id: auditId } = getOwner(db);
  const temporary = join(config.lake, ownerFolder(auditId));
  const disk = new Disk(config.lake, { ...(options.observe && { observe }), temporary });
  disk.makeDir(config.lake);
  held.use(await takeLock(join(config.lake, LAKE_LOCK)));
  const newId = () => nextRunId(db, now());
  const isLost = claimLake(db, disk, { newId }) === "lost";
  checkStreams(db, plans);
  if (replay !== undefined) plans.forEach((plan) => refuseUnknown({ db, lake: config.lake }, plan));
  const { run, abandoned } = beginRun(db, {
    pipeline: config.name,
    configIdentity: configIdentity(config, options.selected),
    isPart: options.selected !== undefined,
    backfill: runText({ backfill, replay }),
    newId,
    now,
  });
  await options.onBegin?.(run);
  const blocked = new Map<string, IngestError>();
  const staging = stagingFolder(auditId, run.run_id);
  const ctx = contextOf(config, options, { plans, run, db, disk, staging, blocked, now });
  return stepsOf(ctx, {
    auditId,
    abandoned,
    blocked,
    earlier: new Set(
      streamsOf(db, run.run_id).filter(({ phase }) => phase !== "reading").map(streamId),
    ),
    isLost,
    begun,
    log: options.log,
    file,
    held: held.move(),
  });
}

/** A lake that a new database would be refused is left without one: what was lost is to be put where it was. */
function refuseLostAudit({ audit, lake }: PipelineConfig): void {
  if (audit === ":memory:" || hasAudit(audit) || !exists(lake)) return;
  using blank = openAudit(":memory:");
  checkLake(blank, { lake, audit });
}

function audited(path: string, observe: (step: DiskStep) => void): Database {
  return openAudit(path, { crashPoint: (name) => observe({ kind: "point", name }) });
}

function stepsOf(ctx: RunContext, about: RunAbout): Run {
  const { run, plans, config } = ctx;
  return {
    row: run,
    sources: config.sources.filter(({ name }) => plans.some((plan) => plan.source === name)),
    attempt: (steps) => inSpan("run", { run_id: run.run_id }, () => untilFault(ctx, steps)),
    async recover() {
      if (about.isLost) blockAll(ctx, about.blocked);
      else await recover(ctx, about);
      sweepStaging(ctx.db, ctx.disk, about);
      logEvent("run-started", fieldsOf(run));
    },
    read: (source, steps) =>
      inSpan(
        "source",
        { source: source.name },
        () => runSource(ctx, sourceTypeOf(source), { config: source, steps }),
      ),
    end: () => withCorrelation({ run_id: run.run_id }, () => conclude(ctx, about)),
    [Symbol.dispose]: () => about.held[Symbol.dispose](),
  };
}

/** Waits for all of them even if one throws, so that none works on a closed database. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === "rejected") throw result.reason;
  }
}

function contextOf(
  config: PipelineConfig,
  options: RunPipelineOptions,
  opened: Pick<RunContext, "plans" | "run" | "db" | "disk" | "staging" | "blocked" | "now">,
): RunContext {
  const { backfill, sandboxUrl, checkpointMs = 250 } = options;
  const ctx: RunContext = {
    ...opened,
    config,
    backfill,
    replay: options.replay,
    selected: options.selected,
    signal: options.signal ?? new AbortController().signal,
    progress: options.onProgress ?? (() => {}),
    sandboxUrl,
    checkpointMs,
    receipt: options.receipt ?? false,
    stagedRecords: (row) => ({
      path: join(opened.disk.root, stagedRecords(ctx, row)),
      signal: ctx.signal,
    }),
  };
  return ctx;
}

async function untilFault(ctx: RunContext, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (error) {
    closeFaulty(ctx.db, ctx.run, error, ctx.now());
    throw error;
  }
}

function fieldsOf({ pipeline, attempts: attempt, backfill }: RunRow) {
  return { pipeline, attempt, ...(backfill === null ? {} : { backfill }) };
}
