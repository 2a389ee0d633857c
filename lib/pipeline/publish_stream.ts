import { join } from "node:path";
import {
  insertBoundary,
  type Publication,
  settleReplays,
  type StreamRow,
  type StreamStateRow,
  type StreamVerdict,
  useAcceptance,
} from "../audit/mod.ts";
import { hashFile } from "../files/mod.ts";
import {
  logNames,
  nameFault,
  PART_FORMATS,
  partitionFolder,
  quarantineFolder,
  removeOldSnapshots,
  smallPublication,
  writeParts,
} from "../lake/mod.ts";
import { contentOf } from "./content_identity.ts";
import { keepContract, logContract } from "./contract.ts";
import type { RecordMemory } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { filesManifest, manifestOf } from "./stream_manifest.ts";
import { streamId } from "./source_type.ts";
import { recordsCheckpoint, stagedRecords, stagedRejects } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";

/**
 * Publishes a stream as its verdict says: data, marker and quarantine, then the manifest and, if readers may follow,
 * the pointer to it. A backfill leaves the pointer and the stream's state as they are.
 *
 * @param record A stream that is `staged`; it is `ended` afterwards.
 * @param memory What decided on its records; `undefined` for a stream of files.
 */
export async function publishStream(
  ctx: RunContext,
  record: StreamRecord,
  memory: RecordMemory | undefined,
): Promise<void> {
  const { verdict } = record.row;
  if (verdict === null) throw new Error(`Cannot publish ${streamId(record.row)}: no verdict`);
  record.progress("publishing");
  if (memory === undefined) await publishFiles(ctx, record, verdict);
  else await publishRecords(ctx, record, { verdict, memory });
  record.progress(verdict.outcome);
}

async function publishRecords(
  ctx: RunContext,
  record: StreamRecord,
  about: { readonly verdict: StreamVerdict; readonly memory: RecordMemory },
): Promise<void> {
  const { verdict, memory } = about;
  const { state: before, row } = record;
  const content = await contentOf(ctx, row, before);
  const isReplay = ctx.replay !== undefined;
  const isNew = isReplay ? row.written > 0 : isNewContent(row, { before, verdict, content });
  const { reader, schemaOf = (schema: unknown) => schema } = PART_FORMATS[ctx.config.part_format];
  const read = record.contract.published(memory);
  const schema = schemaOf(read);
  const data = isNew ? await stageParts(ctx, row, read) : [];
  // Of JSON lines, which keep them, the views tell.
  if (isNew && schema !== read) logNames(nameFault(read));
  checkConservation(row, isNew ? data : undefined);
  const publications = [
    ...data,
    ...await stageQuarantine(ctx, row),
    ...(isNew
      ? manifestOf(ctx, row, { verdict, data, reader, schema, memory, follows: record.follows })
      : []),
  ];
  const boundary = await boundaryOf(ctx, row, { verdict, memory });
  const next = { verdict, content, isNew, boundary, nextSeen: memory.nextSeen ?? null };
  const state = stateAfter(ctx, record, next);
  const unchanged = !isReplay && row.mode !== "incremental" && !isNew;
  const change = unchanged ? { unchanged: row.unchanged + row.written, written: 0 } : {};
  const contract = record.contract.compare(memory, { isComplete: verdict.complete });
  logContract(contract);
  record.intend(change, {
    publications,
    state,
    verdict,
    alongside: () => {
      if (isNew && ctx.backfill === undefined) keepContract(ctx.db, contract);
      if (boundary !== undefined) insertBoundary(ctx.db, record.key, boundary);
      memory.intend?.();
      settleReplays(ctx.db, record.key);
      // One that readers do not follow, for its rejects say, has not used it up.
      if (verdict.complete && verdict.followed) useAcceptance(ctx.db, record.key);
    },
  });
  await record.confirm();
  if (row.mode === "snapshot" && isNew) {
    removeOldSnapshots(ctx.db, ctx.disk, { name: row, now: ctx.now() });
  }
}

/** Ends a stream of files: marker, manifest of the files that this run published, and the pointer to it. */
async function publishFiles(
  ctx: RunContext,
  record: StreamRecord,
  verdict: StreamVerdict,
): Promise<void> {
  const { row, state: before } = record;
  const publications = filesManifest(ctx, row, verdict);
  checkConservation(row, undefined);
  record.intend({}, {
    publications,
    verdict,
    state: publications.length > 0 && verdict.followed
      ? {
        ...before,
        current_run_id: row.run_id,
        current_complete: Number(verdict.complete),
        previous_run_id: before.current_run_id,
        mode: row.mode,
      }
      : undefined,
  });
  await record.confirm();
}

function isNewContent(
  row: StreamRow,
  about: {
    readonly before: StreamStateRow;
    readonly verdict: StreamVerdict;
    readonly content: string | null;
  },
): boolean {
  const { before, verdict, content } = about;
  if (row.mode === "incremental") return row.written > 0;
  // The same answer once more has nothing to add.
  if (row.mode === "append") {
    // A change feed may well say the same again once it has moved on, and has nothing new until then.
    const { watermark_to: token } = row;
    const isNew = token === null ? content !== before.content_sha256 : token !== before.watermark;
    // Or it is the last page again, and what was published of it has been told apart.
    const isTold = before.follows !== null && before.boundary_run_id !== null;
    return row.written > 0 && (isNew || isTold);
  }
  if (content === before.content_sha256) {
    // The same rows, but now it is known that they are all there are: the manifest should say so.
    return verdict.complete && verdict.followed && before.current_complete === 0 &&
      row.stop_reason !== "not-modified";
  }
  // What is held back is published once, not every night.
  return verdict.followed || content !== before.held_sha256;
}

/** Returns the records that the next run will see again; a backfill leaves those that are known. */
async function boundaryOf(
  ctx: RunContext,
  row: StreamRow,
  { verdict, memory }: { readonly verdict: StreamVerdict; readonly memory: RecordMemory },
): Promise<readonly string[] | undefined> {
  const isReplay = ctx.replay !== undefined;
  const hasOne = isReplay ? row.mode === "incremental" : row.mode !== "snapshot";
  if (!hasOne || ctx.backfill !== undefined) return undefined;
  return await memory.boundary(verdict.complete && !isReplay, ctx.stagedRecords(row));
}

/** Returns the state that the stream is left in; `undefined` if it stays. */
function stateAfter(
  { backfill, replay }: RunContext,
  record: StreamRecord,
  about: Parameters<typeof nextState>[1],
): StreamStateRow | undefined {
  if (replay !== undefined) return replayedState(record, about.boundary);
  return backfill === undefined ? nextState(record, about) : undefined;
}

/**
 * A replay moves no watermark; what it has published is known to the next run all the same: by the boundary, or by its
 * hash as long as a database that was made again has no boundary.
 */
function replayedState(
  { state, row }: StreamRecord,
  boundary: readonly string[] | undefined,
): StreamStateRow {
  const isInForce = boundary !== undefined && state.boundary_run_id !== null;
  return { ...state, boundary_run_id: isInForce ? row.run_id : state.boundary_run_id };
}

function nextState(
  { state: before, row, follows }: StreamRecord,
  about: {
    readonly verdict: StreamVerdict;
    readonly content: string | null;
    readonly isNew: boolean;
    readonly boundary: readonly string[] | undefined;
    readonly nextSeen: string | null;
  },
): StreamStateRow {
  const { verdict, content, isNew, boundary } = about;
  const followed = isNew && verdict.followed;
  const isSnapshot = row.mode === "snapshot";
  const isCurrent = followed || content === before.content_sha256;
  const notModified = row.stop_reason === "not-modified";
  const validators = notModified ? before.validators : validatorsOf(row);
  return {
    source: row.source,
    stream: row.stream,
    // Only a read that is complete may move on; else the next one begins where this one did.
    watermark: verdict.complete ? row.watermark_to ?? before.watermark : before.watermark,
    content_sha256: followed || isNew && row.mode === "append" ? content : before.content_sha256,
    held_sha256: isSnapshot && isNew && !followed ? content : followed ? null : before.held_sha256,
    // Only of what nothing is wrong with, so that readers follow it; else the next run must read, and judge, all of it
    // again: rejects that are tolerated today may not be tomorrow.
    validators: verdict.outcome === "complete" && row.rejected === 0 ? validators : null,
    current_run_id: followed ? row.run_id : before.current_run_id,
    current_complete: followed ? Number(verdict.complete) : before.current_complete,
    previous_run_id: followed ? before.current_run_id : before.previous_run_id,
    complete_rows: isSnapshot && verdict.complete && isCurrent && !notModified
      ? row.written
      : before.complete_rows,
    boundary_run_id: boundary !== undefined ? row.run_id : before.boundary_run_id,
    mode: row.mode,
    follows,
    next_seen: about.nextSeen ?? before.next_seen,
    known_to: before.known_to,
  };
}

function validatorsOf(row: StreamRow): string | null {
  const { validators } = recordsCheckpoint(row);
  return validators === null ? null : JSON.stringify(validators);
}

async function stageParts(
  ctx: RunContext,
  row: StreamRow,
  schema: unknown,
): Promise<Publication[]> {
  const folder = partitionFolder(row, ctx.run, row.mode);
  const parts = await writeParts(ctx.disk, {
    key: { run_id: row.run_id, source: row.source, stream: row.stream },
    from: join(ctx.disk.root, stagedRecords(ctx, row)),
    schema,
    format: PART_FORMATS[ctx.config.part_format],
    staging: `${ctx.staging}/${streamId(row)}.parts`,
    folder,
    signal: ctx.signal,
  });
  const marker = { path: `${folder}/_SUCCESS`, content: "" };
  return parts.length === 0 ? [] : [...parts, smallPublication(row, "marker", marker)];
}

async function stageQuarantine(ctx: RunContext, row: StreamRow): Promise<Publication[]> {
  if (recordsCheckpoint(row).rejected_bytes === 0) return [];
  const staged = stagedRejects(ctx, row);
  const { sha256, size } = await hashFile(join(ctx.disk.root, staged), { signal: ctx.signal });
  return [{
    run_id: row.run_id,
    source: row.source,
    stream: row.stream,
    kind: "rejects",
    path: `${quarantineFolder(row)}/${row.run_id}.jsonl`,
    staged,
    content: null,
    bytes: size,
    rows: row.rejected + row.skipped_pages,
    sha256,
  }];
}

/** The law of this project; a breach is a bug here, so the error is no `IngestError`. */
function checkConservation(row: StreamRow, data: readonly Publication[] | undefined): void {
  const rows = data?.reduce((sum, part) => sum + part.rows, 0) ?? row.written;
  const { read, written, rejected, duplicates, unchanged, out_of_range } = row;
  const known = written + rejected + duplicates + unchanged + out_of_range;
  if (read === known && rows === written) return;
  throw new Error(
    `Cannot publish ${streamId(row)}: ${read} read, ${written} written (${rows} in parts), ` +
      `${rejected} rejected, ${duplicates} duplicates, ${unchanged} unchanged, ${out_of_range} out of range`,
  );
}
