import { join } from "node:path";
import {
  getOwner,
  getRun,
  getStream,
  getStreamState,
  hasAudit,
  hasUnknownPublishers,
  insertIntent,
  insertRetraction,
  notRememberedAfter,
  openAudit,
  openIntents,
  type Publication,
  publicationsOf,
  recentRuns,
  retractedBefore,
  retractionsOf,
  type RunRow,
  type StreamKey,
  type StreamMode,
  type StreamName,
  type StreamRow,
  streamsOf,
  type StreamStateRow,
  unfinishedRuns,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { UsageError } from "../errors/mod.ts";
import { Disk, type DiskStep } from "../files/mod.ts";
import { exists } from "../io/mod.ts";
import {
  buildManifest,
  checkLake,
  claimLake,
  confirmIntent,
  type Manifest,
  manifestFolder,
  ownerFolder,
  smallPublication,
  writeViews,
} from "../lake/mod.ts";
import { auditLock, takeLock } from "./_lock.ts";
import { giveUpRunsAt, nextRunId, sweepStaging } from "./begin_run.ts";
import type { Places } from "./launch_plan.ts";
import { lostError } from "./recover.ts";
import { streamId } from "./source_type.ts";
import { stateWithout } from "./state_without.ts";
import { jsonDocument } from "../terminal/mod.ts";

/** Options of {@linkcode retractRun}. */
export interface RetractOptions {
  /** Says what it would do, and changes nothing. @default false */
  readonly dryRun?: boolean;
  /** Called at each durable step; a test may throw there. @default () => {} */
  readonly observe?: (step: DiskStep) => void;
  /** The time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** What is taken back of one stream. */
export interface RetractedStream extends StreamName {
  /** How its runs relate to each other. */
  readonly mode: StreamMode;
  /** Data files that readers do not see any more. */
  readonly files: number;
  /** Records in them. */
  readonly rows: number;
  /** Run that `_current` names afterwards; `null` if there is none that readers may follow. */
  readonly current_run_id: string | null;
  /** The watermark that the run began with, to which a reset can go back; absent if the run moved none. */
  readonly watermark_before?: string | null;
  /** Later runs that have to be retracted first: of the stream nothing is remembered, and what they brought would come again. */
  readonly later?: readonly string[];
  /** The first run that was retracted before, and that no reset has gone back to yet. */
  readonly earlier?:
    | { readonly run_id: string; readonly watermark_before: string | null }
    | undefined;
}

/** What a retraction came to; the same if it is asked for again. */
export interface Retracted {
  /** The run. */
  readonly run_id: string;
  /** Whether nothing was changed. */
  readonly dry_run: boolean;
  /** When the run was retracted, ISO 8601 UTC; `null` if it published nothing, or in a dry run. */
  readonly retracted_at: string | null;
  /** Empty if the run published nothing. */
  readonly streams: readonly RetractedStream[];
  /** Unfinished runs that were given up now, as they went by what is retracted. */
  readonly given_up: readonly string[];
}

/**
 * Takes back what a run published, by manifests that supersede those of the run. Its files stay in the lake, its
 * rejects in quarantine and its rows in the audit database; what it made known is forgotten, so that the next run may
 * publish the same records and files again.
 *
 * It is one decision for all streams of the run; after a stop the same call, or the next run, finishes it.
 *
 * @throws {UsageError} If there is no such run, or it is not finished.
 * @throws {SuspendedError} If a run holds the lock of the audit database or of the lake.
 * @throws {ConfigError} `lake-not-ours` if lake and audit database do not belong together.
 * @throws {DatabaseError | StorageError} If either cannot be used.
 */
export async function retractRun(
  { audit, lake }: Places,
  runId: string,
  options: RetractOptions = {},
): Promise<Retracted> {
  const { dryRun = false, observe = () => {}, now = Date.now } = options;
  if (!hasAudit(audit)) throw wrong(runId, `there is no audit database in "${audit}"`);
  if (dryRun) {
    using db = openAudit(audit, { readOnly: true });
    if (!exists(lake) || checkLake(db, { lake, audit }).isLost) throw lostError(lake, audit);
    return { ...report(db, runId, decide(db, runId)), dry_run: true };
  }
  using _auditLock = await takeLock(auditLock(audit));
  using db = openAudit(audit, { crashPoint: (name) => observe({ kind: "point", name }) });
  const { audit_id: auditId } = getOwner(db);
  const disk = new Disk(lake, { observe, temporary: join(lake, ownerFolder(auditId)) });
  if (!exists(lake)) throw lostError(lake, audit);
  using _lakeLock = await takeLock(join(lake, "_lake.lock"));
  const newId = () => nextRunId(db, now());
  if (claimLake(db, disk, { newId }) === "lost") throw lostError(lake, audit);
  await keepIntentsAt(db, disk, streamsOf(db, runId));
  const changes = decide(db, runId);
  const given_up = changes.length === 0 ? [] : commit(db, changes, { id: newId(), now: now() });
  await keepIntentsAt(db, disk, changes.map(({ row }) => row));
  writeViews(db, disk);
  sweepStaging(db, disk, { auditId });
  return { ...report(db, runId, []), given_up };
}

/** Finishes what is decided about some streams, be it by a run or by a retraction: an intent holds the state that follows. */
async function keepIntentsAt(
  db: Database,
  disk: Disk,
  streams: readonly StreamName[],
): Promise<void> {
  const ids = new Set(streams.map(streamId));
  for (const intent of openIntents(db)) {
    if (ids.has(streamId(intent))) await confirmIntent(db, disk, intent);
  }
}

/** What becomes of one stream. */
interface Change {
  readonly row: StreamRow;
  /** The manifest that those of the retraction are made of. */
  readonly like: Manifest;
  /** `undefined` if it stays. */
  readonly state: StreamStateRow | undefined;
  /** Whether readers follow the run so far. */
  readonly wasCurrent: boolean;
}

function decide(db: Database, runId: string): Change[] {
  const run = getRun(db, runId);
  if (run === undefined) {
    const [newest] = recentRuns(db, 1);
    const hint = newest === undefined ? "none is recorded yet" : `the newest is ${newest.run_id}`;
    throw wrong(runId, `there is no such run; ${hint}`);
  }
  if (unfinishedRuns(db).some(({ run_id }) => run_id === runId)) {
    throw wrong(
      runId,
      `it is not finished (${run.status}); run the pipeline again, which finishes it or gives it up`,
    );
  }
  return streamsOf(db, runId).flatMap((row) => changeOf(db, run, row) ?? []);
}

function changeOf(db: Database, run: RunRow, row: StreamRow): Change | undefined {
  const published = publicationsOf(db, row).filter(({ status }) => status === "published");
  const own = published.find(({ kind }) => kind === "manifest")?.content;
  if (own === undefined || own === null) {
    if (!published.some(({ kind }) => DATA.has(kind))) return undefined;
    throw wrong(
      run.run_id,
      `its files of ${
        streamId(row)
      } are in no manifest yet; run the pipeline once, which writes one`,
    );
  }
  if (row.mode === "incremental" && hasUnknownPublishers(db, row)) {
    throw wrong(
      run.run_id,
      `an older version has not noted which run published which of the newest records of ${
        streamId(row)
      }; run the pipeline until the watermark has moved on by more than the lag`,
    );
  }
  const before = getStreamState(db, row);
  return {
    row,
    like: JSON.parse(newestManifest(db, row) ?? own),
    state: run.backfill === null ? stateWithout(db, row, before) : undefined,
    wasCurrent: before.current_run_id === run.run_id,
  };
}

/** The newest manifest of other runs knows the stream as its readers do. */
function newestManifest(db: Database, { run_id, source, stream }: StreamKey): string | undefined {
  return db.get<{ content: string }>(
    `SELECT content FROM publications WHERE source = ? AND stream = ? AND run_id <> ?
       AND kind = 'manifest' AND status = 'published' ORDER BY run_id DESC LIMIT 1`,
    [source, stream, run_id],
  )?.content;
}

function commit(
  db: Database,
  changes: readonly Change[],
  { id, now }: { readonly id: string; readonly now: number },
): string[] {
  const at = new Date(now).toISOString();
  return db.transaction("retract", () => {
    const given = giveUpRunsAt(db, changes.map(({ row }) => row), at);
    for (const change of changes) {
      const { run_id, source, stream } = change.row;
      const key = { run_id: id, source, stream };
      insertRetraction(db, { ...key, run_id, retraction_id: id, retracted_at: at });
      insertIntent(db, key, { publications: publicationsFor(key, change), state: change.state });
    }
    return given;
  });
}

/** Returns the manifest of a retraction, and the pointer if it has to move: to nothing if no other run can be followed. */
function publicationsFor(key: StreamKey, { row, like, state, wasCurrent }: Change): Publication[] {
  const folder = manifestFolder(key);
  const { reader, schema, primary_key } = like;
  const manifest = buildManifest({
    ...key,
    mode: row.mode,
    primary_key,
    supersedes: [row.run_id],
    complete: false,
    evidence: [],
    contradictions: [],
    stop_reason: "retracted",
    watermark: null,
    reader,
    schema,
  }, { publications: [], sources: new Map() });
  const manifestFile = { path: `${folder}/${key.run_id}.json`, content: jsonDocument(manifest) };
  const publications = [smallPublication(key, "manifest", manifestFile)];
  if (!wasCurrent) return publications;
  const pointer = `${state?.current_run_id ?? key.run_id}\n`;
  return [
    ...publications,
    smallPublication(key, "current", { path: `${folder}/_current`, content: pointer }),
  ];
}

function report(db: Database, run_id: string, planned: readonly Change[]): Retracted {
  const retractions = retractionsOf(db, run_id);
  const done = retractions.flatMap((key) => {
    const row = getStream(db, key);
    return row === undefined ? [] : [reportOf(db, row, getStreamState(db, key).current_run_id)];
  });
  const next = planned.map(({ row, state }) =>
    reportOf(db, row, (state ?? getStreamState(db, row)).current_run_id)
  );
  return {
    run_id,
    dry_run: false,
    retracted_at: retractions[0]?.retracted_at ?? null,
    streams: [...done, ...next],
    given_up: [],
  };
}

function reportOf(db: Database, row: StreamRow, current_run_id: string | null): RetractedStream {
  const { source, stream, mode, watermark_from, watermark_to } = row;
  const data = publicationsOf(db, row).filter(({ kind }) => DATA.has(kind));
  const later = notRememberedAfter(db, row);
  const earlier = retractedBefore(db, row);
  const before = { watermark_before: watermark_from, earlier, ...(later.length > 0 && { later }) };
  return {
    source,
    stream,
    mode,
    files: data.length,
    rows: data.reduce((sum, { rows }) => sum + rows, 0),
    current_run_id,
    ...(watermark_to === null ? {} : before),
  };
}

/** Kinds of publications that hold data. */
const DATA: ReadonlySet<string> = new Set(["part", "file"]);

function wrong(runId: string, state: string): UsageError {
  const context = { run_id: runId };
  return new UsageError("usage", `Cannot retract run "${runId}": ${state}`, { context });
}
