import { join } from "node:path";
import { decodeTime } from "@std/ulid";
import {
  getOwner,
  getStreamState,
  insertContract,
  insertPublished,
  remember,
  restoreOwner,
  saveStreamState,
  type StreamKey,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import { hashFile } from "../files/mod.ts";
import { attempt } from "../io/mod.ts";
import { hasRecords, identityOf, recordsOf } from "./_published_records.ts";
import { rebuiltContracts } from "./_rebuilt_contracts.ts";
import {
  addFiles,
  addNoted,
  addRetractions,
  addStream,
  type RebuiltSoFar,
  smallFile,
} from "./_rebuilt_rows.ts";
import { statOf } from "./_stat_of.ts";
import { unknownOf } from "./_unknown_of.ts";
import { manifestFolder } from "./layout.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { manifestsIn, readMark } from "./ownership.ts";

/** What {@linkcode rebuildAudit} found. */
export interface RebuiltAudit {
  /** Runs that have a manifest. */
  readonly runs: number;
  /** Streams of those runs. */
  readonly streams: number;
  /** Data files that are as their manifest says; those of retracted runs are not looked at. */
  readonly files: number;
  /** Data files that are missing or altered; the next run reports them. */
  readonly damaged: readonly string[];
  /** What no manifest says, one sentence each. */
  readonly unknown: readonly string[];
}

/**
 * Fills a new audit database from the manifests of a lake. Every data file is read and hashed on the way.
 *
 * @param db A database that no run has used yet.
 * @param lake Folder of the lake; nothing in it is changed.
 * @throws {StorageError} If there are no manifests, or one cannot be read.
 */
export async function rebuildAudit(db: Database, lake: string): Promise<RebuiltAudit> {
  const manifests = manifestsOf(lake);
  const isInForce = inForceOf(manifests.map(({ manifest }) => manifest));
  const checked = new Map<string, number | undefined>();
  const records = new Map<Manifest, readonly Uint8Array[]>();
  for (const { manifest } of manifests) {
    if (!isInForce(manifest)) continue;
    for (const file of manifest.files) checked.set(file.path, await mtimeIfWhole(lake, file));
    records.set(manifest, await recordsOf(lake, manifest, checked));
  }
  const streams = Map.groupBy(manifests, ({ manifest }) => `${manifest.source}.${manifest.stream}`);
  const states: Awaited<ReturnType<typeof stateOf>>[] = [];
  for (const all of streams.values()) {
    states.push(
      await stateOf(db, lake, { all: all.map((one) => one.manifest), isInForce, checked }),
    );
  }
  const made: RebuiltSoFar["made"] = new Map();
  const mark = readMark(lake);
  db.transaction("rebuild", () => {
    if (mark !== undefined) restoreOwner(db, { ...getOwner(db), ...mark });
    for (const { path, text, manifest } of manifests) {
      if (manifest.supersedes === undefined) {
        addStream(db, manifest);
        addFiles(db, manifest, { checked, made });
        addNoted(db, manifest);
        remember(db, manifest, { parts: records.get(manifest) ?? [], seenAt: startOf(manifest) });
      }
      insertPublished(db, [smallFile(lake, manifest, { kind: "manifest", path, text })]);
      addRetractions(db, manifest);
    }
    for (const { state, contracts, current } of states) {
      saveStreamState(db, state);
      for (const contract of contracts) insertContract(db, contract);
      if (current !== undefined) {
        insertPublished(db, [smallFile(lake, { ...state, run_id: current.runId }, current)]);
      }
    }
  });
  return {
    runs: new Set(
      manifests.filter(({ manifest }) => manifest.supersedes === undefined)
        .map(({ manifest }) => manifest.run_id),
    ).size,
    streams: streams.size,
    files: [...checked.values()].filter((mtime) => mtime !== undefined).length,
    damaged: [...checked].filter(([, mtime]) => mtime === undefined).map(([path]) => path),
    unknown: unknownOf(manifests.map(({ manifest }) => manifest), states.map(({ state }) => state)),
  };
}

/** Reads all manifests, in the order of their runs. */
function manifestsOf(lake: string) {
  const manifests = manifestsIn(lake).map((path) => readManifest(lake, path))
    .sort((a, b) => a.manifest.run_id < b.manifest.run_id ? -1 : 1);
  if (manifests.length === 0) {
    throw unusable(lake, "it has no manifests, expected the folder that lake: names");
  }
  return manifests;
}

/** Returns what says of a manifest whether readers should use it: it takes nothing back, and is not taken back. */
function inForceOf(manifests: readonly Manifest[]): (manifest: Manifest) => boolean {
  const retracted = new Set(
    manifests.flatMap(({ supersedes = [], ...stream }) =>
      supersedes.map((run_id) => keyOf({ ...stream, run_id }))
    ),
  );
  return (manifest) => manifest.supersedes === undefined && !retracted.has(keyOf(manifest));
}

function keyOf({ run_id, source, stream }: StreamKey): string {
  return JSON.stringify([run_id, source, stream]);
}

function unusable(lake: string, state: string): StorageError {
  return new StorageError("storage-missing", `Cannot rebuild from lake "${lake}": ${state}`, {
    context: { lake },
  });
}

function readText(path: string): string {
  return attempt("read", path, () => Deno.readTextFileSync(path));
}

function readManifest(lake: string, path: string) {
  const text = readText(join(lake, path));
  let manifest: Manifest;
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
  return { path, text, manifest };
}

function startOf({ run_id }: Manifest): string {
  return new Date(decodeTime(run_id)).toISOString();
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
async function stateOf(
  db: Database,
  lake: string,
  { all, isInForce, checked }: {
    readonly all: readonly Manifest[];
    readonly checked: ReadonlyMap<string, number | undefined>;
    readonly isInForce: (manifest: Manifest) => boolean;
  },
) {
  const [{ source, stream, mode } = { source: "", stream: "", mode: "snapshot" as const }] = all
    .slice(-1);
  const path = `${manifestFolder({ source, stream })}/_current`;
  // That of a retraction, if no other run can be followed. One that is missing is written again by the next run.
  const found = all.findLast((one) => isInForce(one) && one.followed === true);
  const text = statOf(join(lake, path)) ? readText(join(lake, path)) : found && `${found.run_id}\n`;
  const named = all.find((one) => one.run_id === text?.trim());
  const current = named !== undefined && isInForce(named) ? named : undefined;
  // What a retracted run has read is asked for again: whether its watermark was reset, nobody knows any more.
  const read = all.filter((one) => isInForce(one) && one.backfill === undefined && one.complete);
  const state = {
    ...getStreamState(db, { source, stream }),
    watermark: read.findLast((one) => one.watermark !== null)?.watermark ?? null,
    content_sha256: mode !== "incremental" && current !== undefined && hasRecords(current)
      ? await identityOf(lake, current.files, checked)
      : null,
    current_run_id: current?.run_id ?? null,
    previous_run_id: previousOf(all.filter(isInForce), current),
    current_complete: Number(current?.complete ?? false),
    complete_rows: mode === "snapshot" && current?.complete ? current.rows : null,
    mode,
    follows: all.findLast((one) => one.type !== undefined)?.follows ?? null,
  };
  return {
    state,
    contracts: rebuiltContracts(all),
    current: text === undefined || named === undefined
      ? undefined
      : { kind: "current" as const, path, text, runId: named.run_id },
  };
}

/** The run that readers of a snapshot followed before; a partial one was followed only while none was complete. */
function previousOf(manifests: readonly Manifest[], current: Manifest | undefined): string | null {
  const older = manifests.filter(({ mode, run_id }) =>
    mode === "snapshot" && current !== undefined && run_id < current.run_id
  );
  return (older.findLast(({ complete }) => complete) ?? older.at(-1))?.run_id ?? null;
}
