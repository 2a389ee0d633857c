import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { permissionFlags } from "../../lib/cli/access.ts";
import { extractTable } from "../../lib/cli/db/extract_table.ts";
import { openDatabase, openTables } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";
import { makeLink } from "../_make_link.ts";
import { DAMAGED, damageIndex } from "../db/_damage_index.ts";
import { inFolder, runHeadwaters } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Makes a database in a folder, and runs a test there. */
function withDatabase(sql: string, test: (cwd: string) => Promise<void>): Promise<void> {
  return inFolder({}, async (cwd) => {
    {
      using db = openDatabase(join(cwd, "shop.db"));
      db.exec(sql);
    }
    await test(cwd);
  });
}

const EXTRACT = ["db", "extract", "--from", "sqlite:shop.db", "--out", "out"];

Deno.test({
  name: "db extract writes a table, counted in its snapshot, and says what it is",
  ignore,
  fn: () =>
    withDatabase(
      `CREATE TABLE orders (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, data ANY) STRICT;
       INSERT INTO orders VALUES (1, 'é', 9007199254740993), (2, 'b', NULL)`,
      async (cwd) => {
        const { code, stdout, stderr } = await runHeadwaters(
          [...EXTRACT, "--table", "orders", "--key", "sku", "--json"],
          { cwd },
        );
        assertEquals(code, 0, stderr);
        const { rows, key, one_snapshot, counted, parts: [part] } = JSON.parse(stdout);
        assertEquals([rows, key, one_snapshot, counted], [2, ["sku", "id"], true, 2]);
        const bytes = await Deno.readFile(join(cwd, "out", part.name));
        assertEquals(
          new TextDecoder().decode(gunzipSync(bytes)),
          '{"sku":"b","id":2,"data":null}\n{"sku":"é","id":1,"data":9007199254740993}\n',
        );
        const { schema } = JSON.parse(await Deno.readTextFile(join(cwd, "out/_extract.json")));
        assertEquals(
          schema.fields.map((
            { type, nullable }: { type: string; nullable: boolean },
          ) => [type, nullable]),
          [
            ["long", false],
            ["string", false],
            ["long", true],
          ],
        );
      },
    ),
});

Deno.test({
  name: "db extract reads what is in the WAL of a database that a link leads to",
  ignore,
  fn: () =>
    inFolder({ "real/.keep": "" }, async (cwd) => {
      const real = join(cwd, "real/w.db");
      using writer = openDatabase(real);
      writer.exec("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
      writer.all("PRAGMA wal_checkpoint(TRUNCATE)");
      writer.exec("INSERT INTO t VALUES (2), (3)");
      const link = join(cwd, "shop.db");
      await makeLink(real, link);
      const flags = permissionFlags({ databases: [link] });
      assertEquals(flags, [
        `--allow-read=${[link, real, `${real}-wal`, `${real}-shm`, `${real}-journal`].join(",")}`,
      ]);
      const { stdout, stderr } = await runHeadwaters([...EXTRACT, "-t", "t", "--json"], { cwd });
      const { rows, counted } = JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`);
      assertEquals([rows, counted], [3, 3], stderr);
    }),
});

everyTest({
  name: "db extract hears a stop while it compresses",
  ignore: !granted("read", "write"),
  fn: () =>
    withDatabase(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
       WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000)
         INSERT INTO t SELECT i, hex(randomblob(1500)) FROM s`,
      async (cwd) => {
        await using tables = await openTables({ engine: "sqlite", path: join(cwd, "shop.db") });
        await Deno.mkdir(join(cwd, "out"));
        const stop = new AbortController();
        let pages = 0;
        const onPage = () => {
          // Only a loop that lets others have a turn hears it, as it hears a signal.
          if (++pages === 2) setTimeout(() => stop.abort(new Error("stop")), 0);
        };
        const how = { table: "t", key: [], signal: stop.signal, onPage };
        await assertRejects(() => extractTable(tables, join(cwd, "out"), how), Error, "stop");
        assert(pages < 4, `it went on for ${pages} pages`);
      },
    ),
});

everyTest({
  name: "db extract leaves nothing of a table that it cannot write as it is",
  ignore,
  fn: () =>
    withDatabase(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (7, CAST(X'ff' AS TEXT))`,
      async (cwd) => {
        const { code, stderr } = await runHeadwaters([...EXTRACT, "--table", "t"], { cwd });
        assertEquals(code, 1);
        assertStringIncludes(stderr, '"id":7');
        assertEquals([...Deno.readDirSync(cwd)].filter(({ name }) => name.startsWith("out")), []);
      },
    ),
});

everyTest({
  name: "db extract refuses a table that its index does not lead through",
  ignore,
  fn: () =>
    withDatabase(
      DAMAGED,
      async (cwd) => {
        await damageIndex(join(cwd, "shop.db"));
        const { code, stdout } = await runHeadwaters(
          [...EXTRACT, "--table", "orders", "--key", "code", "--json"],
          { cwd },
        );
        assertEquals([code, JSON.parse(stdout).error.code], [1, "database-damaged"]);
        assertEquals([...Deno.readDirSync(cwd)].filter(({ name }) => name.startsWith("out")), []);
      },
    ),
});

everyTest({
  name: "db extract asks for the host, and no password on the command line",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      const run = (from: string, ...more: string[]) =>
        runHeadwaters(
          ["db", "extract", "--from", from, "--table", "t", "--out", "out", ...more],
          { cwd, env: { PW: "geheim" } },
        );
      const dry = await run(
        "postgres://etl@[::1]:5433/shop",
        "--password-env",
        "PW",
        "--dry-run",
        "--json",
      );
      const { net, env, read } = JSON.parse(dry.stdout);
      assertEquals([net, env, read], [["[::1]:5433"], ["PW"], []]);
      const { code, stderr } = await run("postgres://etl:geheim@h/shop");
      assertEquals(code, 64);
      assert(!stderr.includes("geheim"));
      assertStringIncludes(stderr, "--password-env");
      // Nobody listens there; the client finds no variable of its own and needs no permission for one.
      const closed = await run("postgres://etl@127.0.0.1:1/shop", "--password-env", "PW");
      assertEquals(closed.code, 1, closed.stderr);
      assertStringIncludes(closed.stderr, "see that the server runs");
    }),
});
