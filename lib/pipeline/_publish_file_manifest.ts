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
  settle,
  smallPublication,
  streamFolder,
} from "../publish/mod.ts";
import { tellProgress } from "./_tell_progress.ts";
import type { RunContext } from "./run_context.ts";

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
      schema: row.state === null ? null : JSON.parse(row.state).schema,
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
