import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parquetReadObjects } from "hyparquet";
import { zstdDecompressSync } from "node:zlib";
import { openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { ContractFilter } from "../../lib/pipeline/contract_filter.ts";
import { TableSchema } from "../../lib/schema/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { databaseTest } from "./_database_world.ts";
import { everyWorldTest, streamOf, type World } from "./_world.ts";

const STREAM = "shop.orders";

function table(strict = " STRICT"): string {
  return `CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT, n INT)${strict};
    INSERT INTO orders VALUES (1, '2026-11-01', 1), (2, '2026-11-02', NULL)`;
}

function keys(contract: string, incremental = ", incremental: { column: at }"): string {
  return `${incremental}, contract: ${contract}, tolerance: { records: 100% }`;
}

/** The columns of each version of the contract, by name and type. */
function contracts(world: World): string[] {
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  return db.all<{ schema: string }>("SELECT schema FROM contracts ORDER BY version")
    .map(({ schema }) => columnsIn(JSON.parse(schema)));
}

function columnsIn(schema: unknown): string {
  return (schema as { fields: { name: string; type: string }[] }).fields
    .map(({ name, type }) => `${name} ${type}`).join(", ");
}

/** The first reject of the stream. */
function quarantined(world: World): { readonly raw: string; readonly message: string } {
  const folder = join(world.folder, "lake/quarantine/shop/orders");
  const [{ name } = { name: "" }] = [...Deno.readDirSync(folder)];
  const [first = ""] = Deno.readTextFileSync(join(folder, name)).split("\n");
  return JSON.parse(first);
}

/** Rows of the newest manifest, which is of Parquet. */
async function parquetRows(world: World): Promise<Record<string, unknown>[]> {
  const [{ path } = { path: "" }] = world.manifests(STREAM).at(-1)?.files ?? [];
  const { buffer } = await Deno.readFile(join(world.folder, "lake", path));
  return await parquetReadObjects({
    file: buffer,
    compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
  });
}

for (const strict of [" STRICT", ""]) {
  databaseTest(
    `a column that is new in a table${strict} is rescued into the parts and their schema, and not into the contract`,
    { sql: table(strict), keys: keys("rescue"), ...(strict === "" && { test: everyWorldTest }) },
    async (world, db) => {
      const parquet = { edit: (yaml: string) => `part_format: parquet\n${world.edit(yaml)}` };
      await world.run(parquet);
      db.exec(`ALTER TABLE orders ADD COLUMN extra INT;
        INSERT INTO orders VALUES (3, '2026-11-03', 3, 4242)`);
      const { exit_code, columns } = await world.run(parquet);
      assertEquals([exit_code, columns.map(({ field }) => field)], [0, ["_rescued", "extra"]]);
      const sent = '{"at":"2026-11-03","id":3,"n":3,"extra":4242}';
      const schema = "id long, at string, n long";
      assertEquals(columnsIn(world.manifests(STREAM).at(-1)?.schema), `${schema}, _rescued string`);
      assertEquals((await parquetRows(world)).map(({ _rescued }) => _rescued), [sent]);
      // Nothing is rescued: the column stays, and nothing else is known.
      await world.run(parquet);
      assertEquals(contracts(world), [schema, `${schema}, _rescued string`]);
    },
  );
}

databaseTest(
  "a column of a snapshot that a contract has rescued does not come in with the next run",
  { sql: table(""), keys: keys("rescue", ""), test: everyWorldTest },
  async (world, db) => {
    await world.run();
    const rows = world.rows(STREAM);
    db.exec("UPDATE orders SET n = 'seven' WHERE n = 1");
    for (const id of [3, 4]) {
      await world.run();
      const [first = "", ...others] = world.rows(STREAM);
      assertEquals(JSON.parse(first), {
        id: 1,
        at: "2026-11-01",
        _rescued: '{"id":1,"at":"2026-11-01","n":"seven"}',
      });
      assertEquals(others[0], rows[1]);
      const schema = columnsIn(world.manifests(STREAM).at(-1)?.schema);
      assertEquals(schema, "id long, at string, n long, _rescued string");
      assertEquals(contracts(world).at(-1), schema);
      db.run("INSERT INTO orders VALUES (?, 'x', 'nine')", [id]);
    }
  },
);

databaseTest(
  "what a run has staged is published with what was rescued if another process publishes it",
  { sql: table(), keys: keys("rescue", ""), test: everyWorldTest },
  async (world, db) => {
    await world.run();
    db.exec("ALTER TABLE orders ADD COLUMN extra INT DEFAULT 4242");
    let isDown = false;
    const observe = (step: DiskStep) => {
      isDown ||= step.kind === "point" && step.name === "publish-intent:before-commit";
      if (isDown) throw new SimulatedCrash("pulled the plug");
    };
    await assertRejects(() => world.run({ observe }));
    assertEquals((await world.run()).attempts, 2);
    const schema = columnsIn(world.manifests(STREAM).at(-1)?.schema);
    assertEquals(schema, "id long, at string, n long, _rescued string");
    assertEquals(world.rows(STREAM).length, 2);
  },
);

databaseTest(
  "a row whose key its contract does not know as it is is rejected, and kept as it was sent",
  { sql: table(""), keys: keys("rescue", ", key: [id]"), test: everyWorldTest },
  async (world, db) => {
    db.exec(`DROP TABLE orders; CREATE TABLE orders (id ANY PRIMARY KEY NOT NULL, n INT);
      INSERT INTO orders VALUES (1, 1)`);
    await world.run();
    db.exec(`ALTER TABLE orders ADD COLUMN extra INT; INSERT INTO orders VALUES ('two', 2, 3)`);
    const { rejected, written } = streamOf(await world.run(), STREAM);
    assertEquals([rejected, written], [1, 1]);
    const { raw, message } = quarantined(world);
    assertEquals(raw, '{"id":"two","n":2,"extra":3}');
    assertStringIncludes(message, '"id" was long and is string');
  },
);

databaseTest(
  "what was published is no reject of a contract that came later, and moves into no contract",
  { sql: table(), keys: keys("reject") },
  async (world, db) => {
    await world.run();
    db.exec(`ALTER TABLE orders ADD COLUMN extra INT;
      INSERT INTO orders VALUES (3, '2026-11-02', 3, 7)`);
    const { read, rejected, duplicates } = streamOf(await world.run(), STREAM);
    assertEquals([read, rejected, duplicates], [2, 1, 1]);
    using audit = openAudit(join(world.folder, "audit.db"), { readOnly: true });
    const [reject] = audit.all<{ message: string }>("SELECT message FROM rejects");
    assertEquals(reject?.message, '"extra" (long) is new, which its contract does not allow');
    assertEquals(contracts(world), ["id long, at string, n long"]);
  },
);

for (const contract of ["freeze", "evolve"]) {
  databaseTest(
    `a column that an incremental table has lost is noticed: ${contract}`,
    { sql: table(), keys: keys(contract), ...(contract === "evolve" && { test: everyWorldTest }) },
    async (world, db) => {
      await world.run();
      db.exec("ALTER TABLE orders DROP COLUMN n; INSERT INTO orders VALUES (3, '2026-11-03')");
      const { exit_code, columns, reasons } = await world.run();
      const found = columns.map(({ change, field }) => `${change} ${field}`);
      assertEquals([exit_code, found], contract === "freeze" ? [1, []] : [0, ["removed n"]]);
      if (contract === "freeze") return assertStringIncludes(reasons.join(), '"n" (long) is gone');
      const before = contracts(world);
      await Deno.remove(join(world.folder, "audit.db"));
      {
        using audit = openAudit(join(world.folder, "audit.db"));
        await rebuildAudit(audit, join(world.folder, "lake"));
      }
      assertEquals(contracts(world), before);
    },
  );
}

databaseTest(
  "a record that a check rejects is kept as it was sent, whatever its contract has left out",
  { sql: table(), keys: keys("rescue", ", checks: [{ column: n, max: 5 }]"), test: everyWorldTest },
  async (world, db) => {
    await world.run();
    db.exec("ALTER TABLE orders ADD COLUMN extra INT; INSERT INTO orders VALUES (3, 'x', 6, 4242)");
    assertEquals(streamOf(await world.run(), STREAM).rejected, 1);
    assertEquals(quarantined(world).raw, '{"id":3,"at":"x","n":6,"extra":4242}');
  },
);

Deno.test("ContractFilter takes a table's column for what the table says, not for what a value looks like", () => {
  const columns = [
    { name: "id", notNull: true, sparkType: "long" },
    { name: "price", notNull: false, sparkType: "decimal(10,2)" },
  ];
  const known = new TableSchema(columns).toStructType();
  const memory = { columns: [...columns, { name: "extra", notNull: false, sparkType: "long" }] };
  const filter = new ContractFilter(known, "reject", memory as never);
  const fault = (text: string) => {
    const value: unknown = JSON.parse(text);
    return filter.apply({ bytes: new TextEncoder().encode(text), value }, value).fault?.message;
  };
  for (const price of ["1.5", "5", "12345678.90", "null"]) {
    assertEquals(fault(`{"id":1,"price":${price}}`), undefined, price);
  }
  const end = ", which its contract does not allow";
  assertEquals(fault('{"id":1,"price":"NaN"}'), `"price" was decimal(10,2) and is string${end}`);
  assertEquals(fault('{"id":1,"extra":null}'), `"extra" (long) is new${end}`);
});
