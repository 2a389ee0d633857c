import { dirname } from "node:path";
import {
  closeIntent,
  confirmPublications,
  heldBytes,
  type IntendedFile,
  intendedFiles,
  type Intent,
  openIntents,
  type StreamKey,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import { type Disk, hashFile } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { statOf } from "./_stat_of.ts";
import { applyResult } from "./intend.ts";

/** What readers look at first must come last. */
const VISIBLE_LAST: ReadonlySet<string> = new Set(["manifest", "current"]);

/**
 * Moves everything that a stream of a run intends into place and confirms it.
 *
 * @throws {StorageError} As {@linkcode confirmIntent}.
 */
export async function confirm(db: Database, disk: Disk, key: StreamKey): Promise<void> {
  for (const intent of openIntents(db, key)) await confirmIntent(db, disk, intent);
}

/**
 * Moves the files of one intent into place and confirms them: data first, manifests once the data is confirmed. With
 * the last of them the stream's new state is in force and, if it ends with them, the stream is `ended`.
 *
 * Every step can be repeated, so the same call finishes a publication that a crash cut short.
 *
 * @returns How many files were put in place.
 * @throws {StorageError} `publication-lost` if a file is neither staged nor in place as intended; others if the disk
 * refuses, and then the intent stays open.
 */
export async function confirmIntent(db: Database, disk: Disk, intent: Intent): Promise<number> {
  const all = intendedFiles(db, intent.intent_id);
  const manifests = all.filter((row) => VISIBLE_LAST.has(row.kind));
  const data = all.filter((row) => !VISIBLE_LAST.has(row.kind));
  const groups = [data, manifests].filter((group) => group.length > 0);
  for (const [index, group] of groups.entries()) {
    const open = group.filter((row) => row.status === "intended");
    // A file keeps its time when it is renamed.
    const times = new Map(open.map((row) => [row, stagedTime(disk, row)]));
    const staged = open.filter((row) => times.get(row) !== undefined);
    disk.renameAll(staged.map((row) => (
      { from: disk.pathOf(row.staged ?? ""), to: disk.pathOf(row.path) }
    )));
    for (const row of open) if (times.get(row) === undefined) await putInPlace(db, disk, row);
    db.transaction("publish-confirm", () => {
      confirmPublications(
        db,
        open.map((row) => [row.publication_id, times.get(row) ?? mtimeOf(disk, row)]),
      );
      if (index + 1 < groups.length) return;
      applyResult(db, intent, {
        state: intent.state ?? undefined,
        verdict: intent.verdict ?? undefined,
      });
      closeIntent(db, intent.intent_id, "confirmed");
    });
  }
  return all.length;
}

/** Returns the time of a file that waits in staging; `undefined` if it does not, or has another size than intended. */
function stagedTime(
  disk: Disk,
  { is_held, staged, bytes }: IntendedFile,
): number | null | undefined {
  if (is_held === 1 || staged === null) return undefined;
  const info = statOf(disk.pathOf(staged));
  return info?.size === bytes ? info.mtime?.getTime() ?? null : undefined;
}

/** Writes a small file, or finds one that was put in place before. */
async function putInPlace(db: Database, disk: Disk, row: IntendedFile): Promise<void> {
  const target = disk.pathOf(row.path);
  if (row.is_held === 1) return disk.writeFile(target, heldBytes(db, row.publication_id));
  // Only a stop or a fault between the rename and its confirmation leads here.
  if (statOf(target) === undefined || (await hashFile(target)).sha256 !== row.sha256) {
    throw new StorageError(
      "publication-lost",
      `Cannot publish "${row.path}": it is neither staged nor in place as intended`,
      { context: { run_id: row.run_id, source: row.source, stream: row.stream, path: row.path } },
    );
  }
  // It may have come before the folder was flushed.
  disk.syncDir(dirname(target));
  logEvent("publication-found", { path: row.path });
}

function mtimeOf(disk: Disk, row: IntendedFile): number | null {
  return statOf(disk.pathOf(row.path))?.mtime?.getTime() ?? null;
}
