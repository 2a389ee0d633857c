import { join } from "@std/path";
import { getLogger } from "@logtape/logtape";
import { endRun, getRun, insertRun, resumeRun, type RunRow, unfinishedRuns } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Disk } from "../files/mod.ts";
import { settle, STAGING_FOLDER, type Store } from "../publish/mod.ts";

const log = getLogger(["headwaters", "pipeline"]);

/**
 * How long an unfinished run may be taken up again, in ms: repaired on the same day it goes on, the next night starts
 * anew. A listing that is read half today and half next week is
 * neither today's nor next week's.
 */
export const RESUME_WINDOW = 12 * 60 * 60 * 1000;

/** Finishes what the ledger intends to publish; nothing new may be read before. */
export async function reconcile(db: Database, store: Store): Promise<void> {
  const settled = await settle(db, store);
  if (settled > 0) log.warn("finished the publication of an interrupted run", { files: settled });
}

/** What a run is begun with. */
export interface BeginOptions {
  readonly pipeline: string;
  readonly configSha256: string;
  /** Stream and range of a backfill; `null` for an ordinary run. */
  readonly backfill: string | null;
  readonly newId: () => string;
  readonly now: () => number;
}

/** A run that may start, and the unfinished ones that were given up for it. */
export interface Begun {
  readonly run: RunRow;
  readonly abandoned: readonly string[];
}

/**
 * Takes the newest unfinished run up again where it fits, or begins a new one; gives up the others.
 *
 * Ordinary runs and backfills do not stand in each other's way: one of another kind keeps its place until it is too
 * old to be taken up.
 */
export function beginRun(db: Database, options: BeginOptions): Begun {
  const { pipeline, configSha256, backfill, now } = options;
  const unfinished = unfinishedRuns(db).filter((run) => run.pipeline === pipeline);
  const isFresh = (run: RunRow) => now() - Date.parse(run.started_at) <= RESUME_WINDOW;
  const newest = unfinished.find((run) => run.backfill === backfill);
  const fits = newest !== undefined && newest.config_sha256 === configSha256 && isFresh(newest);
  const runId = fits ? newest.run_id : options.newId();
  const given = unfinished.filter((run) =>
    run.run_id !== runId && (run.backfill === backfill || !isFresh(run))
  );
  db.transaction("begin-run", () => {
    for (const run of given) {
      endRun(db, {
        run_id: run.run_id,
        status: "abandoned",
        ended_at: new Date(now()).toISOString(),
        exit_code: run.exit_code,
      });
    }
    if (fits) return resumeRun(db, runId);
    const started_at = new Date(now()).toISOString();
    insertRun(db, { run_id: runId, pipeline, config_sha256: configSha256, started_at, backfill });
  });
  const run = getRun(db, runId);
  if (run === undefined) throw new Error(`Cannot begin run ${runId}: the ledger does not hold it`);
  return { run, abandoned: given.map((row) => row.run_id) };
}

/** Removes what no run will ask for again from the staging folder; another pipeline's place in it is kept. */
export function sweepStaging(db: Database, disk: Disk): void {
  const folder = join(disk.root, STAGING_FOLDER);
  const wanted = new Set(unfinishedRuns(db).map((run) => run.run_id));
  disk.makeDir(folder);
  for (const entry of [...Deno.readDirSync(folder)]) {
    if (!wanted.has(entry.name)) disk.remove(join(folder, entry.name));
  }
}
