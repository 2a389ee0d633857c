import { join } from "@std/path";
import {
  getStreamState,
  type Publication,
  replaceBoundary,
  saveStream,
  saveStreamState,
  type StreamKey,
  type StreamRow,
  type StreamStateRow,
} from "../audit/mod.ts";
import { hashFile } from "../files/mod.ts";
import {
  buildManifest,
  intend,
  JSON_READER,
  partitionFolder,
  quarantineFolder,
  settle,
  smallPublication,
  stagingFolder,
  streamFolder,
  writeParts,
} from "../publish/mod.ts";
import { stagedRecords, stagedRejects } from "./_staging.ts";
import type { StreamMemory } from "./_stream_memory.ts";
import { tellProgress } from "./_tell_progress.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { RunContext } from "./run_context.ts";

/**
 * Publishes what a stream has staged: parts, marker, quarantine, then the manifest and, where the data may be
 * followed, the pointer to it. A snapshot with the content of the one before publishes nothing. A backfill leaves
 * the pointer and the stream's state as they are.
 *
 * @param row A row in state `staged`; it ends `complete` or `partial`.
 */
export async function publishStream(
  ctx: RunContext,
  row: StreamRow,
  memory: StreamMemory,
): Promise<void> {
  tellProgress(ctx, row, "publishing");
  const key: StreamKey = { run_id: row.run_id, source: row.source, stream: row.stream };
  const before = getStreamState(ctx.db, key);
  const complete = row.proven === 1 && row.skipped_pages === 0;
  const unchanged = row.stop_reason === "not-modified";
  const content = unchanged
    ? before.content_sha256
    : row.mode === "snapshot"
    ? (await hashFile(join(ctx.disk.root, stagedRecords(row)))).sha256
    : null;
  if (content !== null && content === before.content_sha256) {
    row.duplicates += row.written;
    row.written = 0;
  }
  const changed = row.mode === "snapshot" ? content !== before.content_sha256 : row.written > 0;
  const data = changed ? await stageData(ctx, row, key) : [];
  const { backfill } = ctx;
  const follow = backfill === undefined && (complete || before.current_proven === 0);
  const publications = [
    ...data,
    ...await quarantine(ctx, row, key),
    ...(changed
      ? pointers(row, key, { data, complete, follow, schema: memory.schema, backfill })
      : []),
  ];
  const after = nextState(before, row, { complete, content, follow: changed && follow });
  checkConservation(row, data);
  const boundary = row.mode === "incremental" && backfill === undefined
    ? await memory.boundary(complete, join(ctx.disk.root, stagedRecords(row)))
    : undefined;
  row.status = complete ? "complete" : "partial";
  intend(ctx.db, publications, () => {
    saveStream(ctx.db, row);
    if (backfill !== undefined) return;
    saveStreamState(ctx.db, after);
    if (boundary !== undefined) replaceBoundary(ctx.db, key, boundary);
  });
  await settle(ctx.db, ctx.store, key);
  if (changed && follow) removeOldSnapshots(ctx, row, before.current_run_id);
}

function nextState(
  before: StreamStateRow,
  row: StreamRow,
  outcome: { complete: boolean; content: string | null; follow: boolean },
): StreamStateRow {
  return {
    source: row.source,
    stream: row.stream,
    // Only a read that is proven complete may move on; else the next one begins where this one did.
    watermark: outcome.complete ? row.watermark_to ?? before.watermark : before.watermark,
    content_sha256: outcome.follow ? outcome.content : before.content_sha256,
    // Only of what is complete; else the next run must read all of it again.
    validators: outcome.complete
      ? row.stop_reason === "not-modified" ? before.validators : row.validators
      : null,
    current_run_id: outcome.follow ? row.run_id : before.current_run_id,
    current_proven: outcome.follow ? Number(outcome.complete) : before.current_proven,
  };
}

async function stageData(
  ctx: RunContext,
  row: StreamRow,
  key: StreamKey,
): Promise<Publication[]> {
  const folder = partitionFolder(key, ctx.run, row.mode);
  const parts = await writeParts(ctx.disk, {
    key,
    from: join(ctx.disk.root, stagedRecords(row)),
    staging: `${stagingFolder(row.run_id)}/${row.source}.${row.stream}.parts`,
    folder,
  });
  return parts.length === 0
    ? []
    : [...parts, smallPublication(key, "marker", `${folder}/_SUCCESS`, "")];
}

async function quarantine(
  ctx: RunContext,
  row: StreamRow,
  key: StreamKey,
): Promise<Publication[]> {
  if (row.rejected_bytes === 0) return [];
  const staged = stagedRejects(row);
  const { sha256, size } = await hashFile(join(ctx.disk.root, staged));
  return [{
    ...key,
    kind: "rejects",
    path: `${quarantineFolder(key)}/${row.run_id}.jsonl`,
    staged,
    content: null,
    bytes: size,
    rows: row.quarantined,
    sha256,
  }];
}

function pointers(
  row: StreamRow,
  key: StreamKey,
  what: {
    readonly data: readonly Publication[];
    readonly complete: boolean;
    readonly follow: boolean;
    readonly schema: unknown;
    readonly backfill: Backfill | undefined;
  },
): Publication[] {
  const folder = `${streamFolder(key)}/_manifests`;
  const manifest = buildManifest({
    ...key,
    mode: row.mode,
    complete: what.complete,
    stop_reason: row.stop_reason,
    watermark: what.backfill === undefined ? row.watermark_to : null,
    backfill: what.backfill?.range,
    reader: JSON_READER,
    schema: what.schema,
  }, what.data);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const publications = [
    smallPublication(key, "manifest", `${folder}/${row.run_id}.json`, text),
  ];
  if (what.follow) {
    publications.push(smallPublication(key, "current", `${folder}/_current`, `${row.run_id}\n`));
  }
  return publications;
}

/** The law of this project; a breach is a bug here, so the error is no `IngestError`. */
function checkConservation(row: StreamRow, data: readonly Publication[]): void {
  const rows = data.reduce((sum, part) => sum + part.rows, 0);
  const { read, written, quarantined, duplicates } = row;
  if (read !== written + quarantined + duplicates || rows !== written) {
    throw new Error(
      `Cannot publish ${row.source}.${row.stream}: ${read} read, ${written} written (${rows} in parts), ` +
        `${quarantined} quarantined, ${duplicates} duplicates`,
    );
  }
}

/** Readers may still be on the snapshot before this one, so that one stays. */
function removeOldSnapshots(ctx: RunContext, row: StreamRow, previous: string | null): void {
  if (row.mode !== "snapshot") return;
  const keep = new Set([`snapshot=${row.run_id}`, `snapshot=${previous}`]);
  for (const name of ctx.store.list(streamFolder(row))) {
    if (name.startsWith("snapshot=") && !keep.has(name)) {
      ctx.store.delete(`${streamFolder(row)}/${name}`);
    }
  }
}
