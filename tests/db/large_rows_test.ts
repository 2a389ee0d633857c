import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openDatabase, openTables, type TablePage } from "../../lib/db/mod.ts";
import { Tables } from "../../lib/db/read_table.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

type TableEngine = ConstructorParameters<typeof Tables>[0];

const TABLE = {
  name: "t",
  sql: "t",
  columns: [
    { name: "id", type: "int", notNull: true },
    { name: "data", type: "bytes", notNull: false },
  ],
  unique: [["id"]],
};
const MB = 1024 ** 2;

/** A table whose rows have these sizes; a page has room for 16, and nothing for a row above 128. */
function engineOf(sizes: readonly number[], asked: number[]): TableEngine {
  return {
    describe: () => Promise.resolve(TABLE),
    names: () => Promise.resolve([]),
    begin: () => Promise.resolve(true),
    lastKey: () => Promise.resolve([String(sizes.length - 1)]),
    count: () => Promise.resolve(sizes.length),
    page({ after, table }, limit) {
      const first = after === undefined ? 0 : Number(after[0]) + 1;
      const found = sizes.slice(first, first + limit);
      const isKeys = table.columns.length === 1;
      asked.push(isKeys ? 0 : found.length);
      const size = isKeys ? 0 : found.reduce((sum, one) => sum + one, 0);
      if (size > (limit === 1 ? 128 : 16)) return Promise.resolve(undefined);
      return Promise.resolve({
        count: found.length,
        lines: new TextEncoder().encode(found.map((_, at) => `{"id":${first + at}}`).join("\n")),
        last: [String(first + found.length - 1)],
        isLast: found.length < limit,
      });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function pagesOf(tables: Tables, name = "t"): Promise<TablePage[]> {
  const pages: TablePage[] = [];
  const reading = tables.read({ table: await tables.describe(name) });
  for (;;) {
    const step = await reading.next();
    if (step.done) return pages;
    pages.push(step.value);
  }
}

Deno.test("Tables.read() halves a page that is too large, down to a row, of which the key is left", async () => {
  const asked: number[] = [];
  const waits = { sleep: () => Promise.resolve(), random: () => 1 };
  const sizes = [1, 1, 9, 9, 200, 1];
  const pages = await pagesOf(new Tables(engineOf(sizes, asked), waits));
  const rows = pages.flatMap(({ lines }) => new TextDecoder().decode(lines).split("\n"));
  assertEquals(rows, sizes.map((_, id) => `{"id":${id}}`));
  const large = pages.filter(({ tooLarge }) => tooLarge !== undefined);
  assertEquals(large.map(({ lines, tooLarge }) => [new TextDecoder().decode(lines), tooLarge]), [
    ['{"id":4}', "more than 128 MB as JSON"],
  ]);
  assertEquals(asked.filter((one) => one === 0).length, 1);
});

everyTest({
  name: "Tables.read() holds no more of wide rows of SQLite than a page of them",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "wide.db");
      {
        using db = openDatabase(path);
        db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, b);
          WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 150)
            INSERT INTO t SELECT i, CASE WHEN i < 100 THEN 'x' WHEN i = 120 THEN zeroblob(70000000)
              ELSE zeroblob(2000000) END FROM s`);
      }
      await using tables = await openTables({ engine: "sqlite", path });
      const pages = await pagesOf(tables);
      assertEquals(pages.reduce((sum, { rows }) => sum + rows, 0), 150);
      assert(pages.every(({ lines }) => lines.length <= 16 * MB));
      const large = pages.filter(({ tooLarge }) => tooLarge !== undefined);
      assertEquals(large.map(({ lines }) => new TextDecoder().decode(lines)), ['{"id":120}']);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
