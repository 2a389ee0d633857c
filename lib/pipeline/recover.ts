import { join } from "node:path";
import {
  type FileRow,
  getRun,
  getStream,
  type Intent,
  newStreamRow,
  notedWithoutManifest,
  openIntents,
  removeChecks,
  removeRejects,
  saveStream,
  type StreamKey,
  StreamPages,
  type StreamRow,
  streamsOf,
  withoutManifest,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { actionFor, IngestError, StorageError } from "../errors/mod.ts";
import { storageError } from "../io/mod.ts";
import {
  confirm,
  confirmIntent,
  type Damage,
  dropIntent,
  expireRetracted,
  findDamage,
  finishRemovals,
  intend,
  writeViews,
} from "../lake/mod.ts";
import { logEvent, withCorrelation } from "../logging/mod.ts";
import { filesManifest } from "./stream_manifest.ts";
import type { RunContext } from "./run_context.ts";
import { streamId } from "./source_type.ts";
import { recordsCheckpoint, stagedRecords, stagedRejects } from "./staging.ts";
import { unkeptError } from "./unkept_error.ts";
import { decideGivenUp } from "./verdict.ts";

/**
 * Brings the lake and the audit database to one state before anything new is read: looks for damage, keeps the
 * intents of earlier runs, and gives the files of runs that were given up their manifest.
 *
 * `blocked` takes each stream that must not go on, by its name, and why; the others are not held up by it.
 */
export async function recover(
  ctx: RunContext,
  about: {
    /** Runs that were given up for this one. */
    readonly abandoned: readonly string[];
    readonly blocked: Map<string, IngestError>;
  },
): Promise<void> {
  const { abandoned, blocked } = about;
  // First of all: no manifest may be put next to data that is gone.
  for (const damage of await findDamage(ctx.db, ctx.disk, ctx.signal)) {
    block(blocked, damage, damageError(ctx, damage));
  }
  await keepIntents(ctx, blocked);
  for (const runId of abandoned) logEvent("run-given-up", { abandoned_run_id: runId });
  restartUnstaged(ctx, blocked);
  // No view that a stop has left behind may name what is removed now.
  writeViews(ctx.db, ctx.disk);
  expireRetracted(ctx.db, ctx.now());
  finishRemovals(ctx.db, ctx.disk);
  for (const key of [...withoutManifest(ctx.db), ...notedWithoutManifest(ctx.db)]) {
    const run = getRun(ctx.db, key.run_id);
    const isOver = run === undefined ||
      ["abandoned", "complete", "partial", "unknown"].includes(run.status);
    if (isOver && !blocked.has(streamId(key))) await concludeOrBlock(ctx, key, blocked);
  }
}

/** What cannot be put in place now is put in place by a later run; the other streams are not held up by it. */
async function concludeOrBlock(
  ctx: RunContext,
  key: StreamKey,
  blocked: Map<string, IngestError>,
): Promise<void> {
  try {
    await concludeGivenUp(ctx, key);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    block(blocked, key, unkeptError(key, error));
  }
}

async function keepIntents(ctx: RunContext, blocked: Map<string, IngestError>): Promise<void> {
  const { db, disk } = ctx;
  let files = 0;
  for (const intent of openIntents(db)) {
    try {
      // Intents of one stream are kept in their order.
      if (!blocked.has(streamId(intent))) files += await confirmIntent(db, disk, intent);
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      if (actionFor("publication", error) === "retry") takeBack(ctx, intent);
      else block(blocked, intent, unkeptError(intent, error));
    }
  }
  if (files > 0) logEvent("publications-finished", { files });
}

function block(
  blocked: Map<string, IngestError>,
  name: { readonly source: string; readonly stream: string },
  error: IngestError,
): void {
  const { source, stream } = name;
  withCorrelation({ source, stream }, () => {
    logEvent("stream-blocked", { code: error.code, reason: error.message });
  });
  if (!blocked.has(streamId(name))) blocked.set(streamId(name), error);
}

/** Keeps every stream from being read: the lake of the audit database is not where the configuration says. */
export function blockAll({ db, disk, plans }: RunContext, blocked: Map<string, IngestError>): void {
  for (const plan of plans) block(blocked, plan, lostError(disk.root, db.path));
}

/** Returns the error of a lake that holds nothing of what its audit database has published. */
export function lostError(lake: string, audit: string): StorageError {
  return new StorageError(
    "lake-damaged",
    `Cannot go on: lake "${lake}" holds nothing of what "${audit}" has published; bring it back from a copy, ` +
      "name the folder where it is in lake:, or remove the lake and the audit database together to read everything again",
    { context: { lake, audit } },
  );
}

function damageError({ disk, db }: RunContext, { paths, runs }: Damage): StorageError {
  const [first = ""] = paths;
  const which = paths.length === 1
    ? `"${first}" is`
    : `${paths.length} published files, such as "${first}", are`;
  return new StorageError(
    "lake-damaged",
    `Cannot go on: ${which} missing from lake "${disk.root}" or altered; bring them back from a copy, ` +
      `take back what published them by headwaters pipeline retract (${
        runs.slice(0, 10).join(", ")
      }), ` +
      `or remove the lake and "${db.path}" together to read everything again`,
    { context: { lake: disk.root, paths: paths.slice(0, 10) } },
  );
}

/** The staged bytes are gone, so that what they held is read again: by this run if it is the same, else by the next. */
function takeBack(ctx: RunContext, intent: Intent): void {
  const { db, disk } = ctx;
  const { run_id, source, stream } = intent;
  dropIntent(db, disk, intent, (files) => {
    const row = getStream(db, intent);
    if (row === undefined) return;
    if (getRun(db, run_id)?.status === "abandoned") {
      return saveStream(db, { ...row, verdict: decideGivenUp(row) });
    }
    if (row.checkpoint?.type === "files") {
      const change = { phase: "reading" as const, verdict: null };
      return saveStream(db, { ...row, ...change, ...countsWithout(row, files) });
    }
    restart(db, row);
  });
  withCorrelation({ source, stream }, () => {
    logEvent("publication-lost", { lost_run_id: run_id });
  });
}

/**
 * Streams of this run that have lost what they had staged are read from their start again: a checkpoint is worth no more
 * than its bytes. So are those whose source cannot go on from where it was stopped.
 */
function restartUnstaged(
  ctx: RunContext,
  blocked: ReadonlyMap<string, IngestError>,
): void {
  const { db, disk, run } = ctx;
  for (const row of streamsOf(db, run.run_id)) {
    if (row.phase === "ended" || blocked.has(streamId(row))) continue;
    // What is staged cannot be published as it is.
    const isRefused = ["check-failed", "contract-broken"].includes(row.error_code ?? "") ||
      row.phase === "staged" && row.error_code === "internal-fault";
    if (isRefused) {
      db.transaction("stream-restart", () => restart(db, row));
      continue;
    }
    const { position, staged_bytes, rejected_bytes } = recordsCheckpoint(row);
    if (row.phase === "reading" && row.checkpoint?.type === "records" && position === null) {
      if (row.pages > 0) db.transaction("stream-restart", () => restart(db, row));
      continue;
    }
    // Behind a checkpoint there may be more, which it does not know; behind the end nothing.
    const isWhole = [
      [stagedRecords(ctx, row), staged_bytes] as const,
      [stagedRejects(ctx, row), rejected_bytes] as const,
    ].every(([path, bytes]) => {
      const size = sizeOf(join(disk.root, path));
      return row.phase === "staged" ? size === bytes : size >= bytes;
    });
    if (isWhole) continue;
    db.transaction("stream-restart", () => restart(db, row));
    const { source, stream, run_id } = row;
    withCorrelation({ source, stream }, () => {
      logEvent("publication-lost", { lost_run_id: run_id });
    });
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw storageError("look at", path, error);
  }
}

function restart(db: Database, row: StreamRow): void {
  new StreamPages(db, row).clear();
  removeRejects(db, row);
  removeChecks(db, row);
  const { run_id, source, stream, type, mode, watermark_from } = row;
  saveStream(db, { ...newStreamRow({ run_id, source, stream, type, mode }), watermark_from });
}

function countsWithout(
  row: {
    readonly bytes: number;
    readonly read: number;
    readonly written: number;
    readonly rejected: number;
    readonly files_published: number;
    readonly files_rejected: number;
    readonly files_duplicate: number;
  },
  files: readonly FileRow[],
) {
  // Copies were not read.
  const sum = (field: "bytes" | "read" | "written" | "rejected") =>
    files.reduce((total, file) => total + (file.duplicate_of === null ? file[field] : 0), 0);
  const count = (verdict: FileRow["verdict"]) =>
    files.filter((file) => file.verdict === verdict).length;
  return {
    bytes: row.bytes - sum("bytes"),
    read: row.read - sum("read"),
    written: row.written - sum("written"),
    rejected: row.rejected - sum("rejected"),
    files_published: row.files_published - count("published"),
    files_rejected: row.files_rejected - count("rejected"),
    files_duplicate: row.files_duplicate - count("duplicate"),
  };
}

/** Every published file is in a manifest, also of a run that nobody will finish. */
async function concludeGivenUp(ctx: RunContext, key: StreamKey): Promise<void> {
  const { db, disk } = ctx;
  const row = getStream(db, key);
  if (row === undefined) return;
  const verdict = decideGivenUp(row);
  const publications = filesManifest(ctx, row, verdict);
  intend(db, key, { publications, verdict, alongside: () => {} });
  await confirm(db, disk, key);
  const { source, stream, run_id } = key;
  withCorrelation({ source, stream }, () => {
    logEvent("run-concluded", { concluded_run_id: run_id });
  });
}
