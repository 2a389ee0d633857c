import { getLogger } from "@logtape/logtape";
import { confirmPublication, openPublications, type PublicationRow } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError } from "../errors/mod.ts";
import type { Store } from "./store.ts";

const log = getLogger(["headwaters", "publish"]);

/** What readers look at first must come last. */
const VISIBLE_LAST: ReadonlySet<string> = new Set(["manifest", "current"]);

/**
 * Moves everything that is intended into place and confirms it: data first, manifests after the data is confirmed.
 *
 * Every step can be repeated, so the same call finishes a publication that a crash cut short.
 *
 * @param only Limits it to one stream of one run; others may still be at work.
 * @returns How many files were put in place.
 * @throws {StorageError} `storage-damaged` if a file is neither staged nor in place, or is not what was intended.
 */
export async function settle(
  db: Database,
  store: Store,
  only?: { readonly run_id: string; readonly source: string; readonly stream: string },
): Promise<number> {
  const open = openPublications(db).filter((row) =>
    only === undefined ||
    (row.run_id === only.run_id && row.source === only.source && row.stream === only.stream)
  );
  const manifests = open.filter((row) => VISIBLE_LAST.has(row.kind));
  const data = open.filter((row) => !VISIBLE_LAST.has(row.kind));
  for (const group of [data, manifests]) {
    for (const row of group) await putInPlace(store, row);
    if (group.length === 0) continue;
    db.transaction("publish-confirm", () => {
      for (const row of group) confirmPublication(db, row.publication_id);
    });
  }
  return open.length;
}

async function putInPlace(store: Store, row: PublicationRow): Promise<void> {
  if (row.content !== null) {
    store.putBytes(row.path, new TextEncoder().encode(row.content));
    return;
  }
  if (row.staged !== null && store.size(row.staged) !== undefined) {
    store.put(row.staged, row.path);
    return;
  }
  // Only a crash between the rename and its confirmation leads here.
  if (store.size(row.path) === undefined || await store.sha256(row.path) !== row.sha256) {
    throw new StorageError(
      "storage-damaged",
      `Cannot publish "${row.path}": it is neither staged nor in place as intended`,
      { context: { run_id: row.run_id, source: row.source, stream: row.stream } },
    );
  }
  log.info("publication was in place already", { path: row.path });
}
