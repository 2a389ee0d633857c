import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeTime } from "@std/ulid";
import {
  endRun,
  getOwner,
  getRun,
  getStreamState,
  insertFile,
  insertPublished,
  insertRun,
  newStreamRow,
  type Publication,
  restoreOwner,
  saveStream,
  saveStreamState,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import { gunzip, hashFile } from "../files/mod.ts";
import { statOf } from "./_stat_of.ts";
import { manifestFolder } from "./layout.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { manifestsIn, readMark } from "./ownership.ts";

/** What {@linkcode rebuildAudit} found. */
export interface RebuiltAudit {
  /** Runs that have a manifest. */
  readonly runs: number;
  /** Streams of those runs. */
  readonly streams: number;
  /** Data files that are as their manifest says. */
  readonly files: number;
  /** Data files that are missing or altered; the next run reports them. */
  readonly damaged: readonly string[];
  /** What no manifest says, one sentence each. */
  readonly unknown: readonly string[];
}

/** Name of the pipeline of runs that were rebuilt. */
const REBUILT = "(rebuilt)";

/**
 * Fills a new audit database from the manifests of a lake. Every data file is read and hashed on the way.
 *
 * @param db A database that no run has used yet.
 * @param lake Folder of the lake; nothing in it is changed.
 * @throws {StorageError} If there are no manifests, or one cannot be read.
 */
export async function rebuildAudit(db: Database, lake: string): Promise<RebuiltAudit> {
  const manifests = manifestsIn(lake).map((path) => readManifest(lake, path))
    .sort((a, b) => a.manifest.run_id < b.manifest.run_id ? -1 : 1);
  if (manifests.length === 0) {
    throw unusable(lake, "it has no manifests, expected the folder that lake: names");
  }
  const checked = new Map<string, number | undefined>();
  for (const { manifest } of manifests) {
    for (const file of manifest.files) checked.set(file.path, await mtimeIfWhole(lake, file));
  }
  const streams = Map.groupBy(manifests, ({ manifest }) => `${manifest.source}.${manifest.stream}`);
  const states: Awaited<ReturnType<typeof stateOf>>[] = [];
  for (const all of streams.values()) {
    states.push(await stateOf(db, lake, all.map((one) => one.manifest)));
  }
  const mark = readMark(lake);
  db.transaction("rebuild", () => {
    if (mark !== undefined) restoreOwner(db, { ...getOwner(db), ...mark });
    for (const { path, text, manifest } of manifests) {
      addRun(db, manifest);
      addStream(db, manifest);
      addFiles(db, manifest, checked);
      insertPublished(db, [smallFile(lake, manifest, { kind: "manifest", path, text })]);
    }
    for (const { state, current } of states) {
      saveStreamState(db, state);
      if (current !== undefined) {
        insertPublished(db, [smallFile(lake, { ...state, run_id: current.runId }, current)]);
      }
    }
  });
  return {
    runs: new Set(manifests.map(({ manifest }) => manifest.run_id)).size,
    streams: streams.size,
    files: [...checked.values()].filter((mtime) => mtime !== undefined).length,
    damaged: [...checked].filter(([, mtime]) => mtime === undefined).map(([path]) => path),
    unknown: unknownOf(manifests.map(({ manifest }) => manifest)),
  };
}

function unusable(lake: string, state: string): StorageError {
  return new StorageError("storage-missing", `Cannot rebuild from lake "${lake}": ${state}`, {
    context: { lake },
  });
}

function readManifest(lake: string, path: string) {
  const text = Deno.readTextFileSync(join(lake, path));
  let manifest: Manifest & { readonly supersedes?: unknown };
  try {
    manifest = JSON.parse(text);
  } catch {
    throw unusable(lake, `manifest "${path}" is no JSON; bring it back from a copy`);
  }
  if (manifest.manifest_version !== 1) {
    throw unusable(
      lake,
      `manifest "${path}" has a form that this program does not know; update it`,
    );
  }
  if (manifest.supersedes !== undefined) {
    throw unusable(
      lake,
      `manifest "${path}" takes earlier ones back, which cannot be rebuilt; bring back a copy of the database`,
    );
  }
  return { path, text, manifest };
}

/** Returns when a data file was written, in ms; `undefined` if it is missing or not what the manifest says. */
async function mtimeIfWhole(lake: string, file: ManifestFile): Promise<number | undefined> {
  const path = join(lake, file.path);
  const info = statOf(path);
  if (info?.size !== file.bytes) return undefined;
  const { sha256 } = await hashFile(path);
  return sha256 === file.sha256 ? info.mtime?.getTime() ?? 0 : undefined;
}

/** Returns what the next run must know of a stream, and the pointer that readers follow. */
async function stateOf(db: Database, lake: string, manifests: readonly Manifest[]) {
  const [{ source, stream, mode } = { source: "", stream: "", mode: "snapshot" as const }] =
    manifests
      .slice(-1);
  const path = `${manifestFolder({ source, stream })}/_current`;
  const text = statOf(join(lake, path)) && Deno.readTextFileSync(join(lake, path));
  const runId = text?.trim();
  const current = manifests.find((one) => one.run_id === runId);
  const read = manifests.filter((one) => one.backfill === undefined && one.complete);
  const state = {
    ...getStreamState(db, { source, stream }),
    watermark: read.findLast((one) => one.watermark !== null)?.watermark ?? null,
    content_sha256: mode === "incremental" || current === undefined
      ? null
      : await contentOf(lake, current.files),
    current_run_id: current?.run_id ?? null,
    current_complete: Number(current?.complete ?? false),
    complete_rows: mode === "snapshot" && current?.complete ? current.rows : null,
    mode,
  };
  return {
    state,
    current: text === undefined || current === undefined
      ? undefined
      : { kind: "current" as const, path, text, runId: current.run_id },
  };
}

/** Returns what an answer that was read as a whole is known by: its records, in their order. */
async function contentOf(lake: string, files: readonly ManifestFile[]): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for (const { path } of files) {
      using file = await Deno.open(join(lake, path));
      for await (const chunk of gunzip(file.readable, { source: path })) hash.update(chunk);
    }
  } catch {
    return null; // A damaged one is reported as such; the next answer counts as new.
  }
  return hash.digest("hex");
}

function addRun(db: Database, { run_id, complete, backfill, source, stream }: Manifest): void {
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

function addStream(db: Database, manifest: Manifest): void {
  const { run_id, source, stream, mode, rows, complete, evidence, contradictions } = manifest;
  saveStream(db, {
    ...newStreamRow({ run_id, source, stream, type: "unknown", mode }),
    phase: "ended",
    read: rows,
    written: rows,
    files_published: manifest.files.filter((file) => file.source !== undefined).length,
    watermark_to: manifest.watermark,
    stop_reason: manifest.stop_reason,
    verdict: {
      outcome: complete ? "complete" : "partial",
      evidence,
      contradictions,
      complete,
      followed: complete,
      reasons: contradictions.map(({ message }) => message),
    },
  });
}

function addFiles(
  db: Database,
  { run_id, source, stream, files, reader }: Manifest,
  checked: ReadonlyMap<string, number | undefined>,
): void {
  const kind = reader.format !== "csv" && files.every((one) => one.source === undefined)
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
  for (const { path: target, rows, source: from } of files) {
    if (from === undefined) continue;
    insertFile(db, {
      ...{ source, stream, run_id, target, ...from },
      // Not as found: the next run hashes it once, and knows it.
      mtime_ms: 0,
      inode: null,
      verdict: "published",
      duplicate_of: null,
      read: rows,
      written: rows,
      rejected: 0,
      error_code: null,
      error_message: null,
    });
  }
}

function smallFile(
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

function unknownOf(manifests: readonly Manifest[]): string[] {
  const streams = (test: (manifest: Manifest) => boolean) =>
    [...new Set(manifests.filter(test).map(({ source, stream }) => `${source}.${stream}`))].sort()
      .join(", ");
  const watermarked = streams(({ watermark }) => watermark !== null);
  const nameless = streams(({ files, reader }) =>
    reader.format !== "json" && files.some((file) => file.source === undefined)
  );
  return [
    "runs that published nothing, and the pages, requests, waits and counts of the others",
    "what was rejected and why: its bytes and reasons are still in the lake's quarantine; rejected files are looked at again",
    ...(watermarked === "" ? [] : [
      `which records at the watermark are published: the next run publishes some of them a second time in ${watermarked}`,
    ]),
    ...(nameless === "" ? [] : [
      `which files these are from, as an older version did not say: the next run takes them in a second time in ${nameless}`,
    ]),
  ];
}
