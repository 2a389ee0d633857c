import {
  endRun,
  getRun,
  openIntents,
  PAGE_AGE,
  prunePages,
  type RunRow,
  streamsOf,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import {
  DatabaseError,
  EXIT_CODES,
  gravestOutcome,
  type IngestError,
  type Outcome,
  outcomeOf,
  OUTCOMES,
  StorageError,
} from "../errors/mod.ts";
import type { Disk } from "../files/mod.ts";
import { writeViews } from "../lake/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { sweepStaging } from "./begin_run.ts";
import type { RunContext } from "./run_context.ts";
import { type RunSummary, summarizeRun } from "./run_summary.ts";
import { streamId } from "./source_type.ts";
import { outcomesOf } from "./verdict.ts";

/** What a run knows apart from its context. */
export interface RunAbout {
  readonly auditId: string;
  /** Runs that were given up for it. */
  readonly abandoned: readonly string[];
  readonly blocked: Map<string, IngestError>;
  /** Streams that an earlier attempt has read to their end. */
  readonly earlier: ReadonlySet<string>;
  /** Whether its lake holds nothing of what was published. */
  readonly isLost: boolean;
  /** When it began, by `performance.now()`. */
  readonly begun: number;
  readonly log: ((runId: string) => string) | undefined;
  /** The file of its database, by {@linkcode fileOf}. */
  readonly file: string;
  /** Its locks and its database. */
  readonly held: Disposable;
}

/** Writes the views of the lake, judges the run by its streams, and ends it. */
export function conclude(ctx: RunContext, about: RunAbout): RunSummary {
  const { config, db, disk, run, now } = ctx;
  const verdict = judge(ctx, about.isLost ? undefined : tryViews(db, disk));
  const ended = end(db, run, verdict.outcome, now());
  refuseOtherFile(db, { lake: disk.root, file: about.file });
  sweepStaging(db, disk, about);
  prunePages(db, new Date(now() - PAGE_AGE).toISOString());
  const summary = summarizeRun(db, ended, {
    ...verdict,
    config,
    selected: ctx.selected,
    blocked: about.blocked,
    earlier: about.earlier,
    durationMs: performance.now() - about.begun,
    log: about.log?.(run.run_id),
  });
  logEvent("run-ended", { outcome: summary.outcome, ...summary.totals });
  return summary;
}

/** Says which file is under a path; empty if there is none. */
export function fileOf(path: string): string {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return "";
  }
}

/** What is written to a file that was removed is lost, and nothing else says so. */
function refuseOtherFile(
  { path }: Database,
  { lake, file }: { readonly lake: string; readonly file: string },
): void {
  if (fileOf(path) === file) return;
  throw new DatabaseError(
    "database-io",
    `Cannot keep audit database "${path}": it was removed or replaced while the run went on; ` +
      `remove what is there now, and make it again from lake "${lake}" by headwaters audit rebuild`,
    { context: { path, lake } },
  );
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
  const promised = orphanedPromises(ctx);
  const blocked = [...ctx.blocked].filter(([id]) =>
    planned.has(id) ? ended.includes(id) : promised.has(id)
  );
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

/** Promises to streams that the configuration has no more: a run that reads all that it has must not pass over them. */
function orphanedPromises({ db, backfill, replay, selected }: RunContext): ReadonlySet<string> {
  const isWhole = backfill === undefined && replay === undefined && selected === undefined;
  return new Set(isWhole ? openIntents(db).map(streamId) : []);
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
export function closeFaulty(db: Database, run: RunRow, error: unknown, now: number): void {
  const outcome = outcomeOf(error);
  try {
    end(db, run, outcome, now);
    logEvent("run-failed", { outcome, exit_code: EXIT_CODES[outcome], error });
  } catch {
    // The error that led here matters more; the next start finds the run unfinished and goes on with it.
  }
}
