import { openDatabase } from "../../lib/db/mod.ts";

/** A table, and another one with fewer rows whose index will take the place of the first one's. */
export const DAMAGED = `
  CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, pad TEXT);
  CREATE TABLE other (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
  INSERT INTO orders (id, code) VALUES (1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO other VALUES (1, 'a'), (3, 'c')`;

/** Damages the index of {@linkcode DAMAGED}, so that it leads to two rows of three; nobody else has it open. */
export async function damageIndex(path: string): Promise<void> {
  let pages: { size: number; from: number; to: number } | undefined;
  {
    using db = openDatabase(path);
    pages = db.get(`SELECT (SELECT page_size FROM pragma_page_size) AS size,
      (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_other_1') AS "from",
      (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_orders_1') AS "to"`);
    db.get("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  if (pages === undefined) throw new Error("There are no pages");
  const { size, from, to } = pages;
  const bytes = await Deno.readFile(path);
  bytes.copyWithin((to - 1) * size, (from - 1) * size, from * size);
  await Deno.writeFile(path, bytes);
}
