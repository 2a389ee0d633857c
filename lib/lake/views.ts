import { join } from "node:path";
import { manifestState } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Disk } from "../files/mod.ts";
import { attempt, exists } from "../io/mod.ts";
import { logEvent, withCorrelation } from "../logging/mod.ts";
import { duckdbViews } from "./_duckdb_views.ts";
import { sparkViews } from "./_spark_views.ts";
import { type LiveStream, liveStreams } from "./live_streams.ts";

/** Folder of the lake that holds the views; Spark skips names with a leading `_`. */
export const VIEWS_FOLDER = "_views";

/** Of which manifests the views were written last through a database that is open. */
const WRITTEN = new WeakMap<Database, string>();

/**
 * Writes the views of a lake, `duckdb.sql` and `spark.py`: one a stream over exactly the files that its manifests name,
 * and one more with all versions where a primary key says which is the latest. Each file is replaced as a whole, and
 * only if it says something new. While a database is open, they are written again only after its manifests have changed.
 */
export function writeViews(db: Database, disk: Disk): void {
  const state = `${disk.root} ${manifestState(db)}`;
  if (WRITTEN.get(db) === state) return;
  const streams = liveStreams(db);
  if (streams.length === 0) return;
  const texts = {
    "duckdb.sql": duckdbViews,
    "spark.py": sparkViews,
  };
  let isNew = false;
  // One after the other: each may be as large as all that they are made of.
  for (const [name, write] of Object.entries(texts)) {
    const text = write(streams, disk.root);
    const path = join(disk.root, VIEWS_FOLDER, name);
    const isWritten = attempt("read", path, () =>
      exists(path) && Deno.readTextFileSync(path)) === text;
    if (!isWritten) disk.writeFile(path, new TextEncoder().encode(text));
    isNew ||= !isWritten;
  }
  WRITTEN.set(db, state);
  if (isNew) logFaults(streams);
}

function logFaults(streams: readonly LiveStream[]): void {
  for (const { source, stream, nameFault } of streams) {
    withCorrelation({ source, stream }, () => logNames(nameFault));
  }
}

/** Says in the log for which names there is a text in place of columns, if there are such: readers would look for them. */
export function logNames(nameFault: string | undefined): void {
  if (nameFault !== undefined) logEvent("names-alike", { reason: nameFault });
}
