import { hash } from "node:crypto";
import { basename, join } from "node:path";
import type { FileRow, Publication } from "../audit/mod.ts";
import { fileEntry, mergeFiles, splitFile } from "../files/mod.ts";
import { attempt } from "../io/mod.ts";
import { withoutPartNumber } from "../lake/mod.ts";
import type { RunContext } from "./run_context.ts";

/** Sizes that the files of a stream have in the lake, in compressed bytes. */
export interface PartSizes {
  /** Larger files are split, and small ones put together, to about this. @default Infinity */
  readonly targetSize?: number | undefined;
  /** Smaller files are put together. @default 0 */
  readonly mergeBelow?: number | undefined;
}

/** Splits a staged file that is too large into parts of one size; they wait in a folder of their own. */
export async function splitStaged(
  ctx: RunContext,
  data: Publication,
  about: Pick<PartSizes, "targetSize"> & { readonly contentBytes: number },
): Promise<Publication[]> {
  const { disk, signal } = ctx;
  const { targetSize = Infinity } = about;
  if (data.bytes <= targetSize) return [data];
  const count = Math.ceil(data.bytes / targetSize);
  // A little more than an even share, so that no rest is left over.
  const targetBytes = Math.ceil(about.contentBytes / count * 1.02);
  const folder = `${data.staged}.parts`;
  disk.remove(join(disk.root, folder));
  disk.makeDir(join(disk.root, folder));
  const parts = await splitFile(entryOf(ctx, data), join(disk.root, folder), {
    targetBytes,
    signal,
  });
  for (const { path } of parts) flushPath(ctx, path);
  disk.syncDir(join(disk.root, folder));
  const [, stem = "", ending = ""] = /^(.+?)((?:\.[a-z]+)+)$/.exec(data.path) ?? [];
  return parts.map(({ name, rows, bytes, sha256 }, at) => ({
    ...data,
    path: `${stem}-${String(at).padStart(5, "0")}${ending}`,
    staged: `${folder}/${name}`,
    ...{ rows, bytes, sha256 },
  }));
}

/** Puts staged files of one stream together, in their order. */
export async function mergeStaged(
  ctx: RunContext,
  files: readonly Publication[],
): Promise<Publication> {
  const [first] = files;
  if (first === undefined) throw new RangeError("Cannot merge: there are no files");
  const name = basename(first.path);
  const folder = first.path.slice(0, -name.length);
  const ending = /(?:\.[a-z]+)+$/.exec(name)?.[0] ?? "";
  const all = hash("sha256", files.map(({ sha256 }) => sha256).join());
  const merged = `${mergedStem(first.run_id)}${all.slice(0, 8)}${ending}`;
  const staged = `${(first.staged ?? "").slice(0, -name.length)}${merged}`;
  const target = join(ctx.disk.root, staged);
  const entries = files.map((file) => entryOf(ctx, file));
  const { rows, bytes, sha256 } = await mergeFiles(entries, target, { signal: ctx.signal });
  flushPath(ctx, target);
  return { ...first, path: folder + withoutPartNumber(merged), staged, rows, bytes, sha256 };
}

/** Says whether others are in the same file in the lake. */
export function isMerged({ target, run_id }: FileRow): boolean {
  return basename(target ?? "").startsWith(mergedStem(run_id));
}

function mergedStem(runId: string): string {
  return `merged-${runId}-`;
}

function entryOf({ disk }: RunContext, { staged }: Publication) {
  const path = join(disk.root, staged ?? "");
  return fileEntry(basename(path), path, attempt("look at", path, () => Deno.statSync(path)));
}

/** Flushes a staged file that was not flushed as it was written. */
export function flushStaged(ctx: RunContext, { staged }: Publication): void {
  flushPath(ctx, join(ctx.disk.root, staged ?? ""));
}

function flushPath({ disk }: RunContext, path: string): void {
  using file = attempt("open", path, () => Deno.openSync(path, { read: true, write: true }));
  disk.syncFile(path, file);
}
