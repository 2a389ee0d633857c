import { getLogger } from "@logtape/logtape";
import { ulid } from "@std/ulid";
import { endRun, getRun, openLedger, type RunRow, type RunStatus } from "../audit/mod.ts";
import type { PipelineConfig } from "../config/mod.ts";
import type { Database } from "../db/mod.ts";
import { EXIT_CODES, gravestOutcome, IngestError, type Outcome, outcomeOf } from "../errors/mod.ts";
import { Disk, type DiskStep } from "../files/mod.ts";
import { withCorrelation } from "../logging/mod.ts";
import { LocalStore } from "../publish/mod.ts";
import { onlyStreamOf } from "./_backfill.ts";
import { judgeRun } from "./_judge_run.ts";
import { beginRun, reconcile, sweepStaging } from "./_recover.ts";
import { takeRunLock } from "./_run_lock.ts";
import { runSource } from "./_run_source.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { ProgressEvent, RunContext } from "./run_context.ts";
import { type RunSummary, summariseRun } from "./run_summary.ts";

const log = getLogger(["headwaters", "pipeline"]);

/** Options of {@linkcode runPipeline}. */
export interface RunPipelineOptions {
  /** sha256 of the configuration's text; a run is only resumed under the same one. */
  readonly configSha256: string;
  /**
   * Reads this range of one stream again, and nothing else; the state from which the stream's next ordinary run
   * begins is not touched. A run is only resumed with the same one. @default {an ordinary run}
   */
  readonly backfill?: Backfill | undefined;
  /** Aborting it, with a `SuspendedError` as the reason, suspends the run. @default never */
  readonly signal?: AbortSignal;
  /** Root of the sandbox, for sources that ask for it. @default none */
  readonly sandboxUrl?: string;
  /** Where the run's log goes; only named in the summary. @default none */
  readonly log?: (runId: string) => string;
  /** Is called once the run has its id, before anything is read. @default () => {} */
  readonly onBegin?: (run: RunRow) => void | Promise<void>;
  /** Is told how far each stream is. @default () => {} */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Longest time between two checkpoints of a stream, in ms; a test may ask for one a page. @default 250 */
  readonly checkpointMs?: number;
  /** Is told each durable step; a test may throw there. @default () => {} */
  readonly observe?: (step: DiskStep) => void;
  /** The time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/**
 * Runs a pipeline: finishes what an earlier run left, reads every source, publishes, and says what came of it.
 *
 * Sources run side by side; one that fails does not stop the others. Everything that is known about the outcome is
 * in the ledger before the summary is returned.
 *
 * @param config A checked configuration.
 * @returns The summary; its `exit_code` is the gravest outcome of all sources.
 * @throws {SuspendedError} If another run holds the lock.
 * @throws {LedgerError | StorageError} If ledger or lake cannot be used at all.
 */
export async function runPipeline(
  config: PipelineConfig,
  options: RunPipelineOptions,
): Promise<RunSummary> {
  const { now = Date.now, observe = () => {}, backfill } = options;
  const begun = performance.now();
  const disk = new Disk(config.lake, { observe });
  disk.makeDir(config.lake);
  using _lock = await takeRunLock(config.audit);
  using db = openLedger(config.audit, {
    crashPoint: (name) => observe({ kind: "point", name }),
  });
  const { run, abandoned } = beginRun(db, {
    pipeline: config.name,
    configSha256: options.configSha256,
    backfill: backfill?.text ?? null,
    newId: () => ulid(now()),
    now,
  });
  await options.onBegin?.(run);
  const ctx: RunContext = {
    config: backfill === undefined ? config : onlyStreamOf(backfill, config),
    backfill,
    run,
    db,
    disk,
    store: new LocalStore(disk),
    signal: options.signal ?? new AbortController().signal,
    progress: options.onProgress ?? (() => {}),
    sandboxUrl: options.sandboxUrl,
    checkpointMs: options.checkpointMs ?? 250,
  };
  return await withCorrelation({ run_id: run.run_id }, async () => {
    for (const id of abandoned) log.warn("gave up an unfinished run", { abandoned_run_id: id });
    await reconcile(db, ctx.store);
    sweepStaging(db, disk);
    log.info("run begins", fieldsOf(run));
    const verdict = await runSources(ctx);
    const ended = end(db, run, verdict.outcome, now());
    sweepStaging(db, disk);
    const summary = summariseRun(db, ended, {
      ...verdict,
      config,
      durationMs: performance.now() - begun,
      log: options.log?.(run.run_id),
    });
    log.info("run ends", { outcome: summary.outcome, ...summary.totals });
    return summary;
  });
}

function fieldsOf({ pipeline, attempts: attempt, backfill }: RunRow) {
  return { pipeline, attempt, ...(backfill === null ? {} : { backfill }) };
}

async function runSources(
  ctx: RunContext,
): Promise<{ readonly outcome: Outcome; readonly reasons: readonly string[] }> {
  const work = ctx.config.sources.map((source) => runOne(ctx, source));
  const outcomes = (await allOrFirstFault(work)).flat();
  const judged = judgeRun(ctx.db, ctx.run, ctx.config);
  return { outcome: gravestOutcome([...outcomes, judged.outcome]), reasons: judged.reasons };
}

async function runOne(
  ctx: RunContext,
  source: PipelineConfig["sources"][number],
): Promise<Outcome[]> {
  return await withCorrelation({ source: source.name }, async () => {
    try {
      return await runSource(ctx, source);
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      log.error("source ended early", { error });
      return [outcomeOf(error)];
    }
  });
}

/** Waits for every source even where one has a fault of ours, so that none works on a closed ledger. */
async function allOrFirstFault<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

function end(db: Database, run: RunRow, outcome: Outcome, now: number): RunRow {
  const status: RunStatus = outcome === "complete" || outcome === "partial" ||
      outcome === "suspended"
    ? outcome
    : "failed";
  const ended_at = new Date(now).toISOString();
  db.transaction("end-run", () => {
    endRun(db, { run_id: run.run_id, status, ended_at, exit_code: EXIT_CODES[outcome] });
  });
  return getRun(db, run.run_id) ?? run;
}
