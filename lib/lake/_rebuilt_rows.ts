import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeTime } from "@std/ulid";
import {
  endRun,
  getRun,
  insertFile,
  insertPublished,
  insertRetraction,
  insertRun,
  newStreamRow,
  type Publication,
  REBUILT_TYPE,
  saveStream,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { statOf } from "./_stat_of.ts";
import type { Manifest } from "./manifest.ts";

/** Name of the pipeline of runs that were rebuilt. */
const REBUILT = "(rebuilt)";

/** Adds the run of a manifest, once. */
export function addRun(
  db: Database,
  { run_id, complete, backfill, source, stream }: Manifest,
): void {
  const started_at = new Date(decodeTime(run_id)).toISOString();
  const known = getRun(db, run_id);
  if (known === undefined) {
    const range = backfill && `${source}.${stream}=${backfill.from ?? ""}..${backfill.until ?? ""}`;
    insertRun(db, {
      run_id,
      pipeline: REBUILT,
      config_identity: "",
      started_at,
      backfill: range ?? null,
    });
  }
  const isComplete = complete && (known === undefined || known.status === "complete");
  endRun(db, {
    run_id,
    status: isComplete ? "complete" : "partial",
    ended_at: started_at,
    exit_code: isComplete ? 0 : 2,
  });
}

/** Adds what its run made of the stream. */
export function addStream(db: Database, manifest: Manifest): void {
  const { run_id, source, stream, type = REBUILT_TYPE, mode, rows, complete } = manifest;
  const { followed = complete, evidence, contradictions } = manifest;
  saveStream(db, {
    ...newStreamRow({ run_id, source, stream, type, mode }),
    phase: "ended",
    checkpoint: manifest.files.some((file) => (file.source ?? file.sources) !== undefined)
      ? { type: "files", reader: manifest.reader, schema: manifest.schema }
      : null,
    read: rows,
    written: rows,
    files_published: new Set(
      manifest.files.flatMap(({ source, sources = source ? [source] : [] }) =>
        sources.map(({ path }) => path)
      ),
    ).size,
    watermark_to: manifest.watermark,
    stop_reason: manifest.stop_reason,
    verdict: {
      outcome: complete ? "complete" : "partial",
      evidence,
      contradictions,
      complete,
      followed,
      reasons: contradictions.map(({ message }) => message),
    },
  });
}

/** Adds its data files, and the files of a source that they were made from. */
export function addFiles(
  db: Database,
  { run_id, source, stream, files, reader }: Manifest,
  checked: ReadonlyMap<string, number | undefined>,
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
    for (const { path, sha256, bytes, version, acceptance } of sources) {
      // A file that was split is in several.
      const rows = rowsOf.get(`${version} ${path}`) ?? 0;
      if (seen.has(`${version} ${path}`)) continue;
      seen.add(`${version} ${path}`);
      insertFile(db, {
        ...{ source, stream, run_id, target, path, sha256, bytes, version, acceptance },
        // Not as found: the next run hashes it once, and knows it.
        mtime_ms: 0,
        inode: null,
        verdict: "published",
        duplicate_of: null,
        // Of files that were put together nobody knows how many rows each has.
        ...{ read: rows, written: rows, rejected: 0 },
        ...{ error_code: null, error_message: null },
      });
    }
  }
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
