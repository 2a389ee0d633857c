import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeTime } from "@std/ulid";
import {
  endRun,
  forgetOutcome,
  getRun,
  insertFile,
  insertPublished,
  insertRetraction,
  insertRun,
  latestFile,
  newStreamRow,
  type Publication,
  REBUILT_TYPE,
  saveStream,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { statOf } from "./_stat_of.ts";
import { withoutPartNumber } from "./layout.ts";
import type { Manifest, ManifestSource } from "./manifest.ts";

/** Name of the pipeline of runs that were rebuilt. */
const REBUILT = "(rebuilt)";

/** Adds the run of a manifest, once. */
function addRun(
  db: Database,
  { run_id, backfill, source, stream }: Manifest,
): void {
  if (getRun(db, run_id) !== undefined) return;
  const range = backfill && `${source}.${stream}=${backfill.from ?? ""}..${backfill.until ?? ""}`;
  insertRun(db, {
    run_id,
    pipeline: REBUILT,
    config_identity: "",
    started_at: new Date(decodeTime(run_id)).toISOString(),
    backfill: range ?? null,
  });
  // A stream that failed, or had nothing new, has no manifest.
  endRun(db, { run_id, status: "unknown", ended_at: null, exit_code: null });
}

/** Adds its run, and what that made of the stream; an older manifest does not say whether what was rejected made it partial. */
export function addStream(db: Database, manifest: Manifest): void {
  addRun(db, manifest);
  const { run_id, source, stream, type = REBUILT_TYPE, mode, rows, complete } = manifest;
  const { followed = complete, evidence, contradictions, counts } = manifest;
  const { outcome = complete ? undefined : "partial" } = manifest;
  const { read = rows, rejected = 0, duplicates = 0, unchanged = 0 } = counts ?? {};
  const { out_of_range = 0, files_rejected = 0 } = counts ?? {};
  saveStream(db, {
    ...newStreamRow({ run_id, source, stream, type, mode }),
    phase: "ended",
    checkpoint: manifest.files.some((file) => (file.source ?? file.sources) !== undefined)
      ? { type: "files", reader: manifest.reader, schema: manifest.schema }
      : null,
    ...{ read, written: rows, rejected, duplicates, unchanged, out_of_range, files_rejected },
    files_published: new Set(
      manifest.files.flatMap(({ source, sources = source ? [source] : [] }) =>
        sources.map(({ path }) => path)
      ),
    ).size,
    watermark_to: manifest.watermark,
    stop_reason: manifest.stop_reason,
    verdict: {
      outcome: outcome ?? "complete",
      evidence,
      contradictions,
      complete,
      followed,
      reasons: contradictions.map(({ message }) => message),
    },
  });
  if (outcome === undefined) forgetOutcome(db, manifest);
}

/** What has been rebuilt of a lake so far. */
export interface RebuiltSoFar {
  /** When each data file was written, in ms; `undefined` if it is not as its manifest says. */
  readonly checked: ReadonlyMap<string, number | undefined>;
  /** The files of sources in each data file, by the data file's path without its part number. */
  readonly made: Map<string, Pick<ManifestSource, "path" | "version">[]>;
}

/** Adds its data files, and the files of a source that they were made from. */
export function addFiles(
  db: Database,
  { run_id, source, stream, files, reader }: Manifest,
  { checked, made }: RebuiltSoFar,
): void {
  const kind =
    reader.format !== "csv" && files.every((one) => (one.source ?? one.sources) === undefined)
      ? "part"
      : "file";
  insertPublished(
    db,
    files.map(({ path, bytes, rows, sha256 }) => ({
      ...{ run_id, source, stream, kind, path, bytes, rows, sha256 },
      staged: null,
      content: null,
      mtime_ms: checked.get(path) ?? null,
    })),
  );
  const rowsOf = new Map<string, number>();
  for (const { rows, source: one, sources = one ? [one] : [] } of files) {
    for (const { path, version } of sources) {
      const name = `${version} ${path}`;
      rowsOf.set(name, (rowsOf.get(name) ?? 0) + rows);
    }
  }
  const seen = new Set<string>();
  for (const { path: target, source: one, sources = one ? [one] : [] } of files) {
    for (const { path, sha256, bytes, version, acceptance, rejected = 0, ...about } of sources) {
      // A file that was split is in several.
      const { read = rowsOf.get(`${version} ${path}`) ?? 0 } = about;
      if (seen.has(`${version} ${path}`)) continue;
      seen.add(`${version} ${path}`);
      const known = { path, version: freeVersion(db, { source, stream, path, version }) };
      made.getOrInsertComputed(withoutPartNumber(target), () => []).push(known);
      insertFile(db, {
        ...{ source, stream, run_id, target, sha256, bytes, acceptance, ...known },
        ...supersededBy({ path, supersedes: about.supersedes }, made),
        // Not as found: the next run hashes it once, and knows it.
        mtime_ms: 0,
        inode: null,
        verdict: "published",
        ...{ duplicate_of: null, duplicate_of_sha256: null },
        grew_from: about.grew_from ?? null,
        // Of files that an older version put together nobody knows how many rows each has.
        ...{ read, written: read - rejected, rejected },
        ...{ error_code: null, error_message: null },
      });
    }
  }
}

/** Adds the files that a run took in without a data file of their own. */
export function addNoted(db: Database, { run_id, source, stream, noted = [] }: Manifest): void {
  for (const { path, version, sha256, bytes, acceptance, copy_of, before } of noted) {
    insertFile(db, {
      ...{ source, stream, run_id, path, sha256, bytes, acceptance, grew_from: null },
      version: freeVersion(db, { source, stream, path, version }),
      // Not as found, as above.
      mtime_ms: 0,
      inode: null,
      verdict: copy_of === undefined ? "published" : "duplicate",
      duplicate_of: copy_of?.path ?? null,
      duplicate_of_sha256: copy_of?.sha256 ?? null,
      supersedes_path: before?.path ?? null,
      supersedes_version: before?.version ?? null,
      ...{ read: 0, written: 0, rejected: 0, target: null },
      ...{ error_code: null, error_message: null },
    });
  }
}

/** An older version counted a file's contents over again if another one had been moved to its name. */
function freeVersion(
  db: Database,
  { path, version, ...name }:
    & Pick<Manifest, "source" | "stream">
    & Pick<ManifestSource, "path" | "version">,
): number {
  const isTaken = db.get(
    "SELECT 1 FROM files WHERE source = ? AND stream = ? AND path = ? AND version = ?",
    [name.source, name.stream, path, version],
  ) !== undefined;
  return isTaken ? (latestFile(db, name, path)?.version ?? 0) + 1 : version;
}

/** Returns which version a file supersedes: the newest of those that its manifest names; of files put together, that of its name. */
function supersededBy(
  { path, supersedes = [] }: Pick<ManifestSource, "path" | "supersedes">,
  made: RebuiltSoFar["made"],
) {
  const all = made.get(withoutPartNumber(supersedes.at(-1) ?? "")) ?? [];
  const found = all.findLast((one) => one.path === path) ?? (all.length === 1 ? all[0] : undefined);
  return { supersedes_path: found?.path ?? null, supersedes_version: found?.version ?? null };
}

/** Takes back what a retraction's manifest supersedes; ids sort by time, so that it is there by now. */
export function addRetractions(
  db: Database,
  { run_id, source, stream, supersedes = [] }: Manifest,
): void {
  for (const retracted of supersedes) {
    insertRetraction(db, {
      ...{ run_id: retracted, source, stream, retraction_id: run_id },
      retracted_at: new Date(decodeTime(run_id)).toISOString(),
    });
  }
}

/** Returns a file that readers look at as the publication that it was. */
export function smallFile(
  lake: string,
  { run_id, source, stream }: Pick<Manifest, "run_id" | "source" | "stream">,
  { kind, path, text }: {
    readonly kind: "manifest" | "current";
    readonly path: string;
    readonly text: string;
  },
): Publication & { readonly mtime_ms: number | null } {
  const bytes = new TextEncoder().encode(text);
  return {
    ...{ run_id, source, stream, kind, path },
    staged: null,
    content: text,
    bytes: bytes.length,
    rows: 0,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    mtime_ms: statOf(join(lake, path))?.mtime?.getTime() ?? null,
  };
}
