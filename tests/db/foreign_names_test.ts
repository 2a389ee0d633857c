import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openDatabase, openTables, type Tables } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { generatedNames, wordsOfEngines } from "./_generated_names.ts";

const ignore = !granted("read", "write");
const VALUES = [1, 2, 3, 4];

/** The value of a column; as texts those of different rows are in another order. */
function valueIn(row: number, at: number): number {
  return row - 10 - at * 1000;
}

/** Reads a table whose columns have these names by each of them, which must not change a thing. */
async function readByEach(names: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "names.db");
    {
      using db = openDatabase(path, { timeout: 0 });
      const columns = names.map((name) => `"${name}" INTEGER`).join(", ");
      db.exec(`CREATE TABLE t ("the key" INTEGER PRIMARY KEY, ${columns})`);
      for (const value of VALUES.toReversed()) {
        const row = [value, ...names.map((_, at) => valueIn(value, at))];
        db.exec(`INSERT INTO t VALUES (${row.join(", ")})`);
      }
    }
    await using tables = await openTables({ engine: "sqlite", path });
    const wanted = VALUES.map((value) =>
      Object.fromEntries([
        ["the key", value],
        ...names.map((one, at) => [one, valueIn(value, at)]),
      ])
    );
    for (const name of names) {
      assertEquals(await rowsOf(tables, name), { rows: wanted, counted: VALUES.length }, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function rowsOf(tables: Tables, name: string) {
  const rows: unknown[] = [];
  const reading = tables.read({ table: await tables.describe("t"), key: [name] });
  for (;;) {
    const step = await reading.next();
    if (step.done) return { rows, counted: step.value.counted };
    for (const line of new TextDecoder().decode(step.value.lines).split("\n")) {
      rows.push(JSON.parse(line));
    }
  }
}

Deno.test({
  name: "Tables.read() reads columns that have the names of its own statements",
  ignore,
  async fn() {
    const names = await generatedNames();
    assert(
      ["j", "k", "t", "n", "lines", "keys", "page", "r"].every((name) => names.includes(name)),
    );
    await readByEach(names);
  },
});

everyTest({
  name: "Tables.read() reads columns that have any name that is a word of its statements",
  ignore,
  async fn() {
    const words = await wordsOfEngines();
    for (let at = 0; at < words.length; at += 40) await readByEach(words.slice(at, at + 40));
  },
});
