import { type Database, openDatabase } from "../../db/mod.ts";
import type { FetchReport } from "../apis/fetch_report.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

const PAGE_SIZE = 500;

/** Step 4: a source table read in chunks, while somebody else deletes from it. */
export async function tellChunks(teller: Teller, work: WorkFolders): Promise<void> {
  const ids = await loadEvents(work);
  teller.step(
    "Chunked reads: by the last key, never by OFFSET",
    `A source table with phase 1's ${ids} earthquakes is read in chunks of ${PAGE_SIZE}. After the first chunk another job deletes 25 rows ` +
      "that were read already, as retention jobs do:",
  );
  const byOffset = readWhileDeleting(work, offsetPages);
  const byKey = readWhileDeleting(
    work,
    (db) => db.keysetPages<{ id: string }>({ table: "events", key: ["id"], pageSize: PAGE_SIZE }),
  );
  teller.table(
    [
      { title: "reading by" },
      { title: "chunks", align: "right" },
      { title: "rows read", align: "right" },
      { title: "rows missed", align: "right" },
    ],
    [
      [
        "LIMIT 500 OFFSET n",
        String(byOffset.chunks),
        String(byOffset.rows),
        String(ids - byOffset.rows),
      ],
      [
        "keysetPages(): id > last id",
        String(byKey.chunks),
        String(byKey.rows),
        String(ids - byKey.rows),
      ],
    ],
  );
  teller.judge(
    "OFFSET counts rows that are no longer there and steps over others, without an error. A key is a place, a count is not.",
  );
  teller.prove(
    "reading by key misses no row while others are deleted",
    byKey.rows === ids && byOffset.rows < ids,
    `OFFSET missed ${ids - byOffset.rows}`,
  );
}

async function loadEvents(work: WorkFolders): Promise<number> {
  const { file } = await work.result<FetchReport>(1);
  const lines = (await Deno.readTextFile(work.path(1, file))).trimEnd().split("\n");
  using db = openDatabase(work.path(3, "source.db"));
  db.exec(
    "CREATE TABLE events (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
  );
  const rows = lines.map((line) => [(JSON.parse(line) as { id: string }).id, line] as const);
  return db.insertMany("events", ["id", "body"], rows);
}

function readWhileDeleting(
  work: WorkFolders,
  pages: (db: Database) => Iterable<readonly { readonly id: string }[]>,
): { readonly chunks: number; readonly rows: number } {
  const path = work.path(3, "reading.db");
  Deno.copyFileSync(work.path(3, "source.db"), path);
  using db = openDatabase(path);
  let chunks = 0;
  let rows = 0;
  for (const page of pages(db)) {
    chunks++;
    rows += page.length;
    if (chunks > 1) continue;
    const gone = page.slice(0, 25).map(({ id }) => id);
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
