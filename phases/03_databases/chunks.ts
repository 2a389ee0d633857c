import { type Database, openDatabase } from "../../lib/db/mod.ts";
import type { FetchReport } from "../01_apis/fetch_report.ts";
import type { WorkFolders } from "../_narrator/mod.ts";

/** Name of the database with the source table. */
export const SOURCE = "source.db";
/** Rows of a chunk. */
export const PAGE_SIZE = 500;
/** Rows that another job deletes. */
export const DELETED = 25;

/** A table, read in chunks. */
export interface ChunkedRead {
  readonly chunks: number;
  readonly rows: number;
}

/** Reads the table by OFFSET and by its key, while others delete from it. */
export function readBothWays(
  work: WorkFolders,
): { readonly byOffset: ChunkedRead; readonly byKey: ChunkedRead } {
  return {
    byOffset: readWhileDeleting(work, offsetPages),
    byKey: readWhileDeleting(
      work,
      (db) => db.keysetPages<{ id: string }>({ table: "events", key: ["id"], pageSize: PAGE_SIZE }),
    ),
  };
}

/**
 * Loads phase 1's records into a source table.
 *
 * @returns How many.
 */
export async function loadEvents(work: WorkFolders): Promise<number> {
  using db = openDatabase(work.path(3, SOURCE));
  db.exec(
    "CREATE TABLE events (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
  );
  return db.insertMany("events", ["id", "body"], await eventRows(work));
}

/** Loads them once more, as a queue does that was not told that they had arrived. */
export async function deliverAgain(
  work: WorkFolders,
): Promise<{ readonly stored: number; readonly rows: number }> {
  const rows = await eventRows(work);
  using db = openDatabase(work.path(3, SOURCE));
  const stored = db.insertMany("events", ["id", "body"], rows, { onConflict: "ignore" });
  return { stored, rows: db.get<{ n: number }>("SELECT count(*) AS n FROM events")?.n ?? 0 };
}

async function eventRows(work: WorkFolders) {
  const { file } = await work.result<FetchReport>(1);
  const lines = (await Deno.readTextFile(work.path(1, file))).trimEnd().split("\n");
  return lines.map((line) => [(JSON.parse(line) as { id: string }).id, line] as const);
}

function readWhileDeleting(
  work: WorkFolders,
  pages: (db: Database) => Iterable<readonly { readonly id: string }[]>,
): ChunkedRead {
  const path = work.path(3, "reading.db");
  Deno.copyFileSync(work.path(3, SOURCE), path);
  using db = openDatabase(path);
  let chunks = 0;
  let rows = 0;
  for (const page of pages(db)) {
    chunks++;
    rows += page.length;
    if (chunks > 1) continue;
    const gone = page.slice(0, DELETED).map(({ id }) => id);
    db.run(`DELETE FROM events WHERE id IN (${gone.map(() => "?").join(", ")})`, gone);
  }
  return { chunks, rows };
}

function* offsetPages(db: Database): Generator<{ id: string }[]> {
  for (let offset = 0;; offset += PAGE_SIZE) {
    const page = db.all<{ id: string }>("SELECT id FROM events ORDER BY id LIMIT ? OFFSET ?", [
      PAGE_SIZE,
      offset,
    ]);
    if (page.length === 0) return;
    yield page;
  }
}
