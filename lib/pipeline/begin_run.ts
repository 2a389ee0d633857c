import { join } from "node:path";
import { decodeTime, ulid } from "@std/ulid";
import {
  abandonRun,
  getRun,
  insertRun,
  isOvertaken,
  openIntents,
  recentRuns,
  resumeRun,
  type RunRow,
  saveStream,
  type StreamName,
  streamsOf,
  unfinishedRuns,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Disk } from "../files/mod.ts";
import type { ErrorCode } from "../errors/mod.ts";
import { attempt } from "../io/mod.ts";
import { ownerFolder, STAGING_FOLDER } from "../lake/mod.ts";
import { streamId } from "./source_type.ts";
import { decideGivenUp } from "./verdict.ts";

/**
 * How long an unfinished run may be resumed, in ms: repaired on the same day it goes on, the next night starts over. A
 * listing that is read half today and half next week is neither today's nor next week's.
 */
export const RESUME_WINDOW = 12 * 60 * 60 * 1000;

/** What a run is begun with. */
export interface BeginOptions {
  readonly pipeline: string;
  readonly configIdentity: string;
  /** Whether it reads a part of the streams, which the identity tells from others. @default false */
  readonly isPart?: boolean;
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
 * Resumes the newest unfinished run if it fits, or begins a new one; gives up the others.
 *
 * Ordinary runs, backfills and pipelines of other names do not get in each other's way: an unfinished run of theirs is
 * kept until it is too old to be resumed. A run of a part of the streams leaves that of all of them, and of other parts,
 * alone as well; a run of all of them reads that part itself. A run whose streams another one has read meanwhile does not fit any more: its
 * watermarks and snapshots are older than what is there. Nor does one that only the configuration keeps from its end.
 */
export function beginRun(db: Database, options: BeginOptions): Begun {
  const { pipeline, configIdentity, isPart = false, backfill, now } = options;
  const unfinished = unfinishedRuns(db);
  const isFresh = (run: RunRow) => now() - Date.parse(run.started_at) <= RESUME_WINDOW;
  const isSame = (run: RunRow) => run.config_identity === configIdentity;
  const isOurs = (run: RunRow) =>
    run.pipeline === pipeline && run.backfill === backfill && (!isPart || isSame(run));
  const newest = unfinished.find((run) => isOurs(run) && isSame(run));
  const fits = newest !== undefined &&
    isFresh(newest) && !isOvertaken(db, newest.run_id) && !isMisconfigured(db, newest.run_id);
  const runId = fits ? newest.run_id : options.newId();
  const given = unfinished.filter((run) => run.run_id !== runId && (isOurs(run) || !isFresh(run)));
  const started_at = new Date(now()).toISOString();
  db.transaction("begin-run", () => {
    for (const run of given) giveUp(db, run.run_id, started_at);
    if (fits) return resumeRun(db, runId);
    insertRun(db, {
      run_id: runId,
      pipeline,
      config_identity: configIdentity,
      started_at,
      backfill,
    });
  });
  const run = getRun(db, runId);
  if (run === undefined) throw new Error(`Cannot begin run ${runId}: it is not in the database`);
  return { run, abandoned: given.map((row) => row.run_id) };
}

/** Errors that a read meets again for as long as the configuration, or the table that it names, is as it is. */
const OF_CONFIGURATION: ReadonlySet<string> = new Set<ErrorCode>([
  "config-invalid",
  "config-env-missing",
  "stream-changed",
  "database-statement",
]);

/** Says whether a run that goes on would only meet such errors again, and read nothing new of any stream. */
function isMisconfigured(db: Database, runId: string): boolean {
  const open = streamsOf(db, runId).filter(({ phase }) => phase !== "ended");
  return open.length > 0 && open.every((row) => OF_CONFIGURATION.has(row.error_code ?? ""));
}

/** Ids of runs and of retractions sort by time, and never go back when the clock does. */
export function nextRunId(db: Database, now: number): string {
  const [last] = recentRuns(db, 1);
  return ulid(Math.max(now, last === undefined ? 0 : decodeTime(last.run_id) + 1));
}

/** Gives up every unfinished run that has begun one of the streams: what it goes by, or went by, is about to change. */
export function giveUpRunsAt(
  db: Database,
  streams: readonly StreamName[],
  now: string,
): string[] {
  const ids = new Set(streams.map(streamId));
  const given = unfinishedRuns(db).map(({ run_id }) => run_id).filter((runId) =>
    streamsOf(db, runId).some((row) => ids.has(streamId(row)))
  );
  for (const runId of given) giveUp(db, runId, now);
  return given;
}

/** The streams of a run that nobody will finish get their verdict; one whose intent is open gets that of its intent later. */
function giveUp(db: Database, runId: string, now: string): void {
  abandonRun(db, runId, now);
  for (const row of streamsOf(db, runId)) {
    const isPublished = row.phase === "ended";
    const isBroken = row.error_code !== null;
    if (row.verdict !== null && (isPublished || isBroken)) continue;
    saveStream(db, { ...row, verdict: decideGivenUp(row) });
  }
}

/** Removes what no run of this database will ask for again from the staging folder. */
export function sweepStaging(
  db: Database,
  disk: Disk,
  about: { readonly auditId: string },
): void {
  const wanted = new Set(unfinishedRuns(db).map((run) => run.run_id));
  for (const intent of openIntents(db)) wanted.add(intent.run_id);
  const sweep = (folder: string, isOurs: (name: string) => boolean) => {
    for (const { name } of attempt("list", folder, () => [...Deno.readDirSync(folder)])) {
      if (isOurs(name) && !wanted.has(name)) disk.remove(join(folder, name));
    }
  };
  const folder = join(disk.root, ownerFolder(about.auditId));
  disk.makeDir(folder);
  sweep(folder, () => true);
  // Before version 3 of the schema there was no folder of the database around those of its runs.
  const isOld = (name: string) => name.endsWith(".tmp") || getRun(db, name) !== undefined;
  sweep(join(disk.root, STAGING_FOLDER), isOld);
}
