import { join } from "node:path";
import {
  closeIntent,
  type FileRow,
  forgetFiles,
  type Intent,
  publicationsOfIntent,
  remember,
  removeBoundary,
  removeRejectsOf,
  removeReplays,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Disk } from "../files/mod.ts";

const DATA: ReadonlySet<string> = new Set(["part", "file", "rejects"]);

/**
 * Takes back an intent that cannot be kept because its staged files are gone: what is in place of it leaves the lake,
 * the stream's state stays as it was, and files that it would have published are forgotten, so that they are taken in
 * again.
 *
 * @param alongside Runs in the same transaction, with the files that were forgotten.
 */
export function dropIntent(
  db: Database,
  disk: Disk,
  intent: Intent,
  alongside: (forgotten: readonly FileRow[]) => void,
): void {
  const data = publicationsOfIntent(db, intent.intent_id).filter((row) => DATA.has(row.kind));
  for (const { path } of data) disk.remove(join(disk.root, path));
  db.transaction("publish-lost", () => {
    db.run("DELETE FROM publications WHERE intent_id = ?", [intent.intent_id]);
    closeIntent(db, intent.intent_id, "lost");
    if (intent.state?.boundary_run_id === intent.run_id) removeBoundary(db, intent);
    remember(db, intent, { parts: [], seenAt: "" });
    removeReplays(db, intent);
    const forgotten: FileRow[] = [];
    for (const { path } of data) {
      for (const row of forgetFiles(db, intent, path)) {
        removeRejectsOf(db, intent, row.path);
        forgotten.push(row);
      }
    }
    alongside(forgotten);
  });
}
