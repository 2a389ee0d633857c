import { join } from "@std/path";
import { type Database, openDatabase } from "../../lib/db/mod.ts";
import { type World, worldTest } from "./_world.ts";

/** Runs a test with a database, and a pipeline over its table `orders`. */
export function databaseTest(
  name: string,
  { sql, keys = "", test = worldTest }: {
    readonly sql: string;
    readonly keys?: string;
    readonly test?: typeof worldTest;
  },
  fn: (
    world: World & { readonly edit: (yaml: string) => string },
    db: Database,
  ) => Promise<void>,
): void {
  test(name, async (world) => {
    using db = openDatabase(join(world.folder, "shop.db"));
    db.exec(sql);
    const run = world.run;
    const edit = (yaml: string) =>
      `${yaml.slice(0, yaml.indexOf("sources:"))}sources:
  - name: shop
    type: database
    database: sqlite:shop.db
    streams: [{ name: orders${keys} }]
`;
    await fn({ ...world, edit, run: (options = {}) => run.call(world, { edit, ...options }) }, db);
  });
}
