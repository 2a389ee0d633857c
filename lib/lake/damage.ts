import { join } from "node:path";
import {
  getStreamState,
  heldBytes,
  type PublishedFile,
  publishedFiles,
  removePublication,
  type StreamName,
  touchPublication,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import { type Disk, hashFile } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { statOf } from "./_stat_of.ts";

/** A stream whose published data is not what the audit database says it is. */
export interface Damage extends StreamName {
  /** Paths of data files that are missing or altered, relative to the lake. */
  readonly paths: readonly string[];
  /** The runs that published them. */
  readonly runs: readonly string[];
}

/**
 * Compares what is published with what is in the lake: every file by size and modification time, and by its content if
 * that time moved. What the database holds itself (manifests, markers, `_current`) is written again if it is missing, but
 * not next to data that is: a lake that was brought back from an older copy must stay whole for its readers.
 *
 * An alteration that keeps size and modification time is not seen.
 *
 * @param signal Aborted when it must stop: a lake that was copied is read as a whole.
 */
export async function findDamage(
  db: Database,
  disk: Disk,
  signal?: AbortSignal,
): Promise<Damage[]> {
  const damaged: PublishedFile[] = [];
  const held: PublishedFile[] = [];
  const seen: { row: PublishedFile; mtime: number }[] = [];
  const gone: PublishedFile[] = [];
  for (const row of publishedFiles(db)) {
    // Quarantine belongs to the people who look after the rejects.
    if (!row.path.startsWith("raw/")) continue;
    const quick = stateOf(disk, row);
    if (quick === "whole") continue;
    const state = quick === "touched" ? await contentState(disk, row, signal) : quick;
    if (typeof state === "number") seen.push({ row, mtime: state });
    else if (state === "missing" && wasRemoved(db, row)) gone.push(row);
    else if (row.is_held === 1) held.push(row);
    else damaged.push(row);
  }
  const lost = new Set(damaged.map(idOf));
  damaged.push(...held.filter((row) => !lost.has(idOf(row)) && !restored(db, disk, row)));
  if (seen.length + gone.length > 0) {
    db.transaction("lake-seen", () => {
      for (const { row, mtime } of seen) touchPublication(db, row.publication_id, mtime);
      for (const row of gone) removePublication(db, row.publication_id);
    });
  }
  return Array.from(Map.groupBy(damaged, idOf).values(), (rows) => ({
    source: rows[0]?.source ?? "",
    stream: rows[0]?.stream ?? "",
    paths: rows.map(({ path }) => path),
    runs: [...new Set(rows.map(({ run_id }) => run_id))],
  }));
}

function idOf({ source, stream }: StreamName): string {
  return `${source}.${stream}`;
}

/** Returns the paths of published data that is missing or of another size, without reading or writing any. */
export function goneFiles(db: Database, lake: string): string[] {
  return publishedFiles(db).filter((row) =>
    row.path.startsWith("raw/") && row.is_held === 0 && !wasRemoved(db, row) &&
    sizeOf(join(lake, row.path)) !== row.bytes
  ).map(({ path }) => path).toArray();
}

function sizeOf(path: string): number | undefined {
  try {
    return statOf(path)?.size;
  } catch {
    return undefined; // What cannot be read is not there for its readers either.
  }
}

/** Writes again what the database holds itself; what is in its way, a folder say, is damage as well. */
function restored(db: Database, disk: Disk, { path, publication_id }: PublishedFile): boolean {
  try {
    disk.writeFile(join(disk.root, path), heldBytes(db, publication_id));
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
  logEvent("publication-restored", { path });
  return true;
}

/** Looks at a file, but not into it. */
function stateOf(
  disk: Disk,
  row: PublishedFile,
): "whole" | "missing" | "altered" | "touched" {
  try {
    const info = statOf(join(disk.root, row.path));
    if (info === undefined) return "missing";
    if (!info.isFile || info.size !== row.bytes) return "altered";
    return (info.mtime?.getTime() ?? 0) === row.mtime_ms ? "whole" : "touched";
  } catch (error) {
    return alteredBy(error);
  }
}

/** Returns the new modification time of a file that is whole but was touched. */
async function contentState(
  disk: Disk,
  row: PublishedFile,
  signal?: AbortSignal,
): Promise<"missing" | "altered" | number> {
  const path = join(disk.root, row.path);
  try {
    const mtime = statOf(path)?.mtime?.getTime() ?? 0;
    const { sha256 } = await hashFile(path, { signal });
    return sha256 === row.sha256 ? mtime : "altered";
  } catch (error) {
    return alteredBy(error);
  }
}

/** What cannot be read is not there for its readers either. */
function alteredBy(error: unknown): "altered" {
  if (error instanceof StorageError) return "altered";
  throw error;
}

/** Before version 3 of the schema a snapshot was removed without a note. */
function wasRemoved(db: Database, row: PublishedFile): boolean {
  return row.mtime_ms === null && row.path.includes("/snapshot=") &&
    getStreamState(db, row).current_run_id !== row.run_id;
}
