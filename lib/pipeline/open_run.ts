import { join } from "node:path";
import { decodeTime, ulid } from "@std/ulid";
import {
  checkAudit,
  endRun,
  getOwner,
  getRun,
  openAudit,
  PAGE_AGE,
  prunePages,
  recentRuns,
  type RunRow,
  streamsOf,
} from "../audit/mod.ts";
import { checkStreams } from "./check_streams.ts";
import type { Database } from "../db/mod.ts";
import {
  EXIT_CODES,
  gravestOutcome,
  type IngestError,
  type Outcome,
  outcomeOf,
  OUTCOMES,
  StorageError,
} from "../errors/mod.ts";
import { Disk, type DiskStep } from "../files/mod.ts";
import { claimLake, LAKE_LOCK, ownerFolder, stagingFolder, writeViews } from "../lake/mod.ts";
import { logEvent, withCorrelation } from "../logging/mod.ts";
import { beginRun, sweepStaging } from "./begin_run.ts";
import { configIdentity } from "./config_identity.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { blockAll, recover } from "./recover.ts";
import type { ProgressEvent, RunContext } from "./run_context.ts";
import { auditLock, takeLock } from "./_lock.ts";
import { runSource, type StreamSteps } from "./run_source.ts";
import { type RunSummary, summarizeRun } from "./run_summary.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { sourceTypeOf, streamsOf as plansOf } from "./sources/mod.ts";
import { stagedRecords } from "./staging.ts";
import { outcomesOf } from "./verdict.ts";

/** Options of {@linkcode openRun}. */
export interface RunPipelineOptions {
  /**
   * Reads this range of one stream again, and nothing else; the state from which the stream's next ordinary run
   * begins is not touched. A run is only resumed with the same one. @default {an ordinary run}
   */
  readonly backfill?: Backfill | undefined;
  /** Reads this stream and nothing else, by its `SOURCE.STREAM`. @default {every stream} */
  readonly only?: string | undefined;
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
  { backfill, only }: Pick<RunPipelineOptions, "backfill" | "only"> = {},
): StreamPlan[] {
  return config.sources.flatMap(plansOf).filter((plan) =>
    (backfill === undefined ||
      plan.source === backfill.source && plan.stream === backfill.stream) &&
    [streamId(plan), undefined].includes(only)
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
  const { now = Date.now, observe = () => {}, backfill } = options;
  const begun = performance.now();
  checkAudit(config.audit);
  using held = new DisposableStack();
  held.use(await takeLock(auditLock(config.audit)));
  const db = held.use(audited(config.audit, observe));
  const { audit_id: auditId } = getOwner(db);
  const temporary = join(config.lake, ownerFolder(auditId));
  const disk = new Disk(config.lake, { observe, temporary });
  disk.makeDir(config.lake);
  held.use(await takeLock(join(config.lake, LAKE_LOCK)));
  const newId = () => nextRunId(db, now());
  const isLost = claimLake(db, disk, { newId }) === "lost";
  checkStreams(db, config.sources.flatMap(plansOf));
  const { run, abandoned } = beginRun(db, {
    pipeline: config.name,
    configIdentity: configIdentity(config),
    backfill: backfill?.text ?? null,
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
    isLost,
    begun,
    log: options.log,
    held: held.move(),
  });
}

function audited(path: string, observe: (step: DiskStep) => void): Database {
  return openAudit(path, { crashPoint: (name) => observe({ kind: "point", name }) });
}

/** What a run knows beside its context. */
interface RunAbout {
  readonly auditId: string;
  /** Runs that were given up for it. */
  readonly abandoned: readonly string[];
  readonly blocked: Map<string, IngestError>;
  /** Whether its lake holds nothing of what was published. */
  readonly isLost: boolean;
  /** When it began, by `performance.now()`. */
  readonly begun: number;
  readonly log: RunPipelineOptions["log"];
  /** Its locks and its database. */
  readonly held: Disposable;
}

function stepsOf(ctx: RunContext, about: RunAbout): Run {
  const { run, plans, config } = ctx;
  return {
    row: run,
    sources: config.sources.filter(({ name }) => plans.some((plan) => plan.source === name)),
    attempt: (steps) => withCorrelation({ run_id: run.run_id }, () => untilFault(ctx, steps)),
    async recover() {
      if (about.isLost) blockAll(ctx, about.blocked);
      else await recover(ctx, about);
      sweepStaging(ctx.db, ctx.disk, about);
      logEvent("run-started", fieldsOf(run));
    },
    read: (source, steps) =>
      withCorrelation(
        { source: source.name },
        () => runSource(ctx, sourceTypeOf(source), { config: source, steps }),
      ),
    end: () => withCorrelation({ run_id: run.run_id }, () => conclude(ctx, about)),
    [Symbol.dispose]: () => about.held[Symbol.dispose](),
  };
}

function conclude(ctx: RunContext, about: RunAbout): RunSummary {
  const { config, db, disk, run, now } = ctx;
  const verdict = judge(ctx, about.isLost ? undefined : tryViews(db, disk));
  const ended = end(db, run, verdict.outcome, now());
  sweepStaging(db, disk, about);
  prunePages(db, new Date(now() - PAGE_AGE).toISOString());
  const summary = summarizeRun(db, ended, {
    ...verdict,
    config,
    blocked: about.blocked,
    durationMs: performance.now() - about.begun,
    log: about.log?.(run.run_id),
  });
  logEvent("run-ended", { outcome: summary.outcome, ...summary.totals });
  return summary;
}

/** Waits for all of them even if one throws, so that none works on a closed database. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === "rejected") throw result.reason;
  }
}

/** Run ids sort by time, and never go back when the clock does. */
function nextRunId(db: Database, now: number): string {
  const [last] = recentRuns(db, 1);
  return ulid(Math.max(now, last === undefined ? 0 : decodeTime(last.run_id) + 1));
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
    signal: options.signal ?? new AbortController().signal,
    progress: options.onProgress ?? (() => {}),
    sandboxUrl,
    checkpointMs,
    receipt: options.receipt ?? false,
    stagedRecords: (row) => join(opened.disk.root, stagedRecords(ctx, row)),
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

/** Readers of views that could not be written miss this run; the next one writes them. */
function tryViews(db: Database, disk: Disk): IngestError | undefined {
  try {
    writeViews(db, disk);
    return undefined;
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

/** The gravest of the streams' verdicts is the run's; a stream that is blocked has none of its own if it had ended. */
function judge(
  ctx: RunContext,
  viewsError: IngestError | undefined,
): { readonly outcome: Outcome; readonly reasons: string[] } {
  const rows = streamsOf(ctx.db, ctx.run.run_id);
  const planned = new Set(ctx.plans.map(streamId));
  const ended = rows.filter((row) => row.phase === "ended").map(streamId);
  const blocked = [...ctx.blocked].filter(([id]) => planned.has(id) && ended.includes(id));
  return {
    outcome: gravestOutcome([
      ...outcomesOf(rows),
      ...blocked.map(([, error]) => outcomeOf(error)),
      ...(viewsError === undefined ? [] : [outcomeOf(viewsError)]),
    ]),
    reasons: [
      ...rows.flatMap((row) => row.verdict?.reasons ?? []),
      ...blocked.map(([id, error]) => `${id}: ${error.message}`),
      ...(viewsError === undefined ? [] : [`views: ${viewsError.message}`]),
    ],
  };
}

function end(db: Database, run: RunRow, outcome: Outcome, now: number): RunRow {
  const { runStatus: status, exitCode: exit_code } = OUTCOMES[outcome];
  const ended_at = new Date(now).toISOString();
  db.transaction("end-run", () => {
    endRun(db, { run_id: run.run_id, status, ended_at, exit_code });
  });
  return getRun(db, run.run_id) ?? run;
}

/** A run that dies of a fault still closes its row, if the database lets it. */
function closeFaulty(db: Database, run: RunRow, error: unknown, now: number): void {
  const outcome = outcomeOf(error);
  try {
    end(db, run, outcome, now);
    logEvent("run-failed", { outcome, exit_code: EXIT_CODES[outcome], error });
  } catch {
    // The error that led here matters more; the next start finds the run unfinished and goes on with it.
  }
}
