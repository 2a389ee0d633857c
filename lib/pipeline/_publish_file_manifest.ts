import {
  getStreamState,
  type Publication,
  publicationsOf,
  saveStream,
  saveStreamState,
  type StreamKey,
  type StreamRow,
} from "../audit/mod.ts";
import {
  buildManifest,
  intend,
  partitionFolder,
  type ReaderOptions,
  settle,
  smallPublication,
  streamFolder,
} from "../publish/mod.ts";
import { tellProgress } from "./_tell_progress.ts";
import type { RunContext } from "./run_context.ts";

/** What the ledger keeps of a stream of files until its manifest is written. */
export interface FileState {
  readonly reader: ReaderOptions;
  readonly schema: unknown;
}

/** Returns the state of a stream that has prepared at least one file. */
export function fileState(row: StreamRow): FileState {
  if (row.state === null) throw new Error(`Cannot describe ${row.source}: no file was prepared`);
  return JSON.parse(row.state);
}

/** Returns the state after one more file: all files of a stream must be readable in one way. */
export function nextFileState(row: StreamRow, prepared: FileState): string {
  const before = row.state === null ? undefined : fileState(row).reader;
  const multiLine = [before, prepared.reader].some((reader) => reader?.["multiLine"] === "true");
  const reader = multiLine ? { ...prepared.reader, multiLine: "true" } : prepared.reader;
  return JSON.stringify({ reader, schema: prepared.schema } satisfies FileState);
}

/** Ends a files or logs stream: marker, manifest of the files that this run published, and the pointer to it. */
export async function publishFileManifest(
  ctx: RunContext,
  row: StreamRow,
  key: StreamKey,
): Promise<void> {
  const files = publicationsOf(ctx.db, key).filter(({ kind }) => kind === "file");
  const folder = `${streamFolder(key)}/_manifests`;
  const state = getStreamState(ctx.db, key);
  const publications: Publication[] = [];
  if (files.length > 0) {
    tellProgress(ctx, row, "publishing");
    const manifest = buildManifest({
      ...key,
      mode: row.mode,
      complete: true,
      stop_reason: row.stop_reason,
      watermark: null,
      ...fileState(row),
    }, files);
    const partition = partitionFolder(key, ctx.run, row.mode);
    publications.push(
      smallPublication(key, "marker", `${partition}/_SUCCESS`, ""),
      smallPublication(
        key,
        "manifest",
        `${folder}/${row.run_id}.json`,
        `${JSON.stringify(manifest, null, 2)}\n`,
      ),
      smallPublication(key, "current", `${folder}/_current`, `${row.run_id}\n`),
    );
  }
  intend(ctx.db, publications, () => {
    if (files.length > 0) {
      saveStreamState(ctx.db, { ...state, current_run_id: row.run_id, current_proven: 1 });
    }
    saveStream(ctx.db, row);
  });
  await settle(ctx.db, ctx.store, key);
}
