import {
  type DataFile,
  type FileRow,
  type FilesCheckpoint,
  filesWithoutTarget,
  filesWithTarget,
  originsOf,
  type Publication,
  publicationsOf,
  publishedDataOf,
  replayedFiles,
  type StreamRow,
  type StreamVerdict,
  supersededVersions,
  type TargetedFile,
} from "../audit/mod.ts";
import { formatDotPath } from "../grammar/mod.ts";
import {
  type Manifest,
  manifestFolder,
  type ManifestSource,
  manifestText,
  type NotedFile,
  type ReaderOptions,
  smallPublication,
  withoutPartNumber,
} from "../lake/mod.ts";
import { isMerged } from "./_file_parts.ts";
import type { RecordMemory } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";

/** Returns the marker, the manifest and the pointer for the files that a run has published; nothing if there are none. */
export function filesManifest(
  ctx: RunContext,
  row: StreamRow,
  verdict: StreamVerdict,
): Publication[] {
  const files = publishedDataOf(ctx.db, row);
  const [first] = files;
  if (row.checkpoint?.type !== "files") return [];
  const { reader, schema } = row.checkpoint as FilesCheckpoint & { reader: ReaderOptions };
  const { replaces = false, notes = false } = row.checkpoint;
  const noted = notes ? filesWithoutTarget(ctx.db, row) : [];
  if (first === undefined && noted.length === 0) return [];
  const folder = first?.path.slice(0, first.path.lastIndexOf("/"));
  const marker = { path: `${folder}/_SUCCESS`, content: "" };
  return [
    ...(first === undefined ? [] : [smallPublication(row, "marker", marker)]),
    ...manifestOf(ctx, row, { verdict, data: files, reader, schema, replaces, noted }),
  ];
}

/** Returns what a manifest says of a file that has no data file of its own. */
function notedFile(row: FileRow): NotedFile {
  const { path, sha256, bytes, version, acceptance, supersedes_path, supersedes_version } = row;
  const { duplicate_of, duplicate_of_sha256 } = row;
  return {
    ...{ path, sha256, bytes, version, acceptance },
    modified: new Date(row.mtime_ms).toISOString(),
    copy_of: duplicate_of === null
      ? undefined
      : { path: duplicate_of, sha256: duplicate_of_sha256 },
    before: supersedes_path === null || supersedes_version === null
      ? undefined
      : { path: supersedes_path, version: supersedes_version },
  };
}

/** Whether a file takes the place of an earlier version: a copy that was only renamed does not. */
function isReplacing({ verdict, path, supersedes_path }: FileRow): boolean {
  return verdict === "published" || path === supersedes_path;
}

/** Returns what the files of a run were made from, by their paths in the lake. */
function sourcesOf(
  ctx: RunContext,
  { run_id, source, stream }: StreamRow,
): Map<string, (ManifestSource & TargetedFile)[]> {
  const sources = new Map<string, (ManifestSource & TargetedFile)[]>();
  for (const file of filesWithTarget(ctx.db, { run_id, source, stream })) {
    const earlier = supersededVersions(ctx.db, { ...file, source, stream })
      .flatMap((one) => partsOf(ctx, one));
    // Of thousands of files, copies would take as much memory again.
    const about = Object.assign(file, {
      modified: new Date(file.mtime_ms).toISOString(),
      supersedes: earlier.length === 0 ? undefined : earlier,
    });
    const name = withoutPartNumber(file.target ?? "");
    const others = sources.get(name);
    if (others === undefined) sources.set(name, [about]);
    else others.push(about);
  }
  return sources;
}

/** Returns the paths in the lake of a file that was split. */
function partsOf(ctx: RunContext, { target, ...file }: FileRow): string[] {
  if (target === null) return [];
  const name = withoutPartNumber(target);
  if (name === target) return [target];
  return publicationsOf(ctx.db, file).map(({ path }) => path)
    .filter((path) => withoutPartNumber(path) === name);
}

/** Returns the watermark that a read leaves: only one that is complete moves it, else the next one begins where this one did. */
function watermarkOf(row: StreamRow, { complete }: StreamVerdict): string | null {
  return complete ? row.watermark_to ?? row.watermark_from : row.watermark_from;
}

function countsOf(row: StreamRow): Manifest["counts"] {
  const { read, rejected, duplicates, unchanged, out_of_range, files_rejected } = row;
  return { read, rejected, duplicates, unchanged, out_of_range, files_rejected };
}

/** What a manifest says of a run. */
interface ManifestContent {
  readonly verdict: StreamVerdict;
  readonly data: readonly DataFile[];
  readonly reader: Manifest["reader"];
  readonly schema: unknown;
  /** What decided on the records. @default {its files are those of a vendor} */
  readonly memory?: Pick<RecordMemory, "primaryKey" | "columns">;
  readonly follows?: string | null;
  /** Whether files take the place of their earlier versions. @default false */
  readonly replaces?: boolean;
  /** Its files that have no data. @default [] */
  readonly noted?: readonly FileRow[];
}

/** Returns the files of the lake that a run takes out of sight. */
function replacedBy(
  ctx: RunContext,
  { source, stream }: StreamRow,
  { sources, replaces, noted = [] }: Pick<ManifestContent, "replaces" | "noted"> & {
    readonly sources: ReadonlyMap<string, readonly (ManifestSource & TargetedFile)[]>;
  },
): string[] {
  const files = [...sources.values()].flat();
  if (replaces) {
    const earlier = noted.filter(isReplacing).flatMap((one) => supersededVersions(ctx.db, one));
    return [
      ...files.flatMap((one) => one.supersedes ?? []),
      ...earlier.flatMap((one) => partsOf(ctx, one)),
    ];
  }
  return files.filter(({ grew_from }) => grew_from !== null)
    .map(({ grew_from }) => ({ source, stream, grew_from }))
    .flatMap((one) => originsOf(ctx.db, one))
    .filter((one) => !isMerged(one)).flatMap((one) => partsOf(ctx, one));
}

/** Returns a stream's manifest, and the pointer to it if readers may follow. */
export function manifestOf(
  ctx: RunContext,
  row: StreamRow,
  about: ManifestContent,
): Publication[] {
  const { verdict, data, reader, schema, memory: { primaryKey = [], columns } = {} } = about;
  const sources = sourcesOf(ctx, row);
  const replaced = replacedBy(ctx, row, { ...about, sources });
  const { noted = [] } = about;
  const { backfill, replay } = ctx;
  const folder = manifestFolder(row);
  const { run_id, source, stream, type, mode, stop_reason } = row;
  const { outcome, complete, followed, evidence, contradictions } = verdict;
  const content = manifestText({
    ...{ run_id, source, stream, type, mode, complete, outcome, followed },
    ...{ evidence, contradictions, stop_reason },
    counts: countsOf(row),
    follows: about.follows ?? undefined,
    primary_key: primaryKey.length > 0 ? primaryKey.map(formatDotPath) : undefined,
    all_columns: columns === undefined ? undefined : true,
    watermark: backfill !== undefined
      ? null
      : replay === undefined
      ? watermarkOf(row, verdict)
      : row.watermark_from,
    backfill: backfill?.range,
    replays: replay === undefined ? undefined : replayedFiles(ctx.db, row),
    replaces: replaced.length === 0 ? undefined : [...new Set(replaced)],
    noted: noted.length === 0 ? undefined : noted.map(notedFile),
    receipt: ctx.receipt ? `${row.run_id}.receipt.json` : undefined,
    reader,
    schema,
  }, { publications: data, sources });
  const path = `${folder}/${row.run_id}.json`;
  const publications = [smallPublication(row, "manifest", { path, content })];
  if (verdict.followed) {
    const pointer = { path: `${folder}/_current`, content: `${row.run_id}\n` };
    publications.push(smallPublication(row, "current", pointer));
  }
  return publications;
}
