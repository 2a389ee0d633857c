import { completeRetryOptions, decideWait } from "../../lib/api/mod.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import {
  type Database,
  openDatabase,
  openTables,
  parseTableAddress,
  type TableEnd,
  type TablePage,
  type TablePosition,
  type TableQuery,
  type Tables,
} from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { keepThread } from "../_keep_thread.ts";

const ignore = !granted("read", "write");
const decoder = new TextDecoder();

/** Makes a database, and runs a test on the tables of it. */
async function withTables(
  sql: string,
  test: (tables: Tables, db: Database, path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "shop.db");
    using db = openDatabase(path, { timeout: 0 });
    db.exec(sql);
    const waits = { sleep: () => Promise.resolve(), random: () => 1 };
    await using tables = await openTables({ engine: "sqlite", path }, { waits });
    await test(tables, db, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Reads a table to its end. */
async function readAll(
  tables: Tables,
  name: string,
  query: Omit<TableQuery, "table"> & { readonly onPage?: (page: TablePage) => void } = {},
): Promise<{ lines: string[]; end: TableEnd; pages: TablePage[] }> {
  const pages: TablePage[] = [];
  const reading = tables.read({ ...query, table: await tables.describe(name) });
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      return { lines: pages.flatMap((page) => linesOf(page)), end: step.value, pages };
    }
    pages.push(step.value);
    query.onPage?.(step.value);
  }
}

function linesOf({ lines }: TablePage): string[] {
  return decoder.decode(lines).split("\n");
}

for (const encoding of ["UTF-16le", "UTF-16be"]) {
  Deno.test({
    name: `Tables.read() reads a database that holds its texts in ${encoding}`,
    ignore,
    fn: async () => {
      const sql =
        `PRAGMA encoding = '${encoding}'; CREATE TABLE t (k TEXT PRIMARY KEY, n) WITHOUT ROWID;
        INSERT INTO t VALUES ('a', 1), ('\u{100}', 'é\u{1f4a9}'), ('ﬁ', x'00ff')`;
      await withTables(sql, async (tables, db) => {
        assertEquals(db.get("PRAGMA encoding"), { encoding });
        const { lines, end } = await readAll(tables, "t");
        assertEquals(lines.toSorted(), [
          '{"k":"a","n":1}',
          '{"k":"Ā","n":"é\u{1f4a9}"}',
          '{"k":"ﬁ","n":"00ff"}',
        ]);
        assertEquals(end.counted, 3);
        const from = await readAll(tables, "t", { from: '"ﬁ"' });
        assertEquals(from.lines[0], '{"k":"ﬁ","n":"00ff"}');
      });
    },
  });
}

Deno.test({
  name: "Tables.read() keeps every digit, byte and character of SQLite's values",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE odd (id INTEGER PRIMARY KEY, "a'b" , "c""d");
       INSERT INTO odd VALUES (1, 9007199254740993, 0.1), (2, X'00ff', 'x' || char(0) || 'y'),
         (3, NULL, 5e-324), (4, 9e999, -9e999), (9223372036854775807, 'é' || char(10) || '"', -1.0)`,
      async (tables) => {
        const { lines, end } = await readAll(tables, "ODD");
        assertEquals(lines, [
          `{"id":1,"a'b":9007199254740993,"c\\"d":0.1}`,
          `{"id":2,"a'b":"00ff","c\\"d":"x\\u0000y"}`,
          `{"id":3,"a'b":null,"c\\"d":4.9406564584124654e-324}`,
          `{"id":4,"a'b":"Infinity","c\\"d":"-Infinity"}`,
          `{"id":9223372036854775807,"a'b":"é\\n\\"","c\\"d":-1.0}`,
        ]);
        assertEquals(end, { oneSnapshot: true, counted: 5 });
      },
    ),
});

Deno.test({
  name: "Tables.checkCursor() refuses values of SQLite that are not in the order of texts",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME, word TEXT, any_, n INT, r REAL, f "FLOAT(8)", d "double precision",
         c "REAL CHAR"); INSERT INTO t VALUES (1, 'a', '', NULL, 1, 1, 1, 1, 'x')`,
      async (tables, db) => {
        const check = async (name: string, value?: string) => {
          if (value !== undefined) db.exec(`UPDATE t SET ${name} = ${value}`);
          const table = await tables.describe("t");
          const column = table.columns.find((one) => one.name === name);
          assert(column !== undefined);
          await tables.checkCursor(table, column);
          return column.cursor ?? "none";
        };
        const names = ["id", "at", "word", "any_", "n", "r", "f", "d", "c"];
        const cursors = await Promise.all(names.map((name) => check(name)));
        assertEquals(cursors.join(" "), "number text text text number none none none text");
        const values = [["at", "9e999"], ["at", "5"], ["word", "x''"], ["any_", "0.5"]] as const;
        for (const [name, value] of values) {
          await assertRejects(
            () => check(name, value),
            DatabaseError,
            "expected text in every row",
          );
        }
      },
    ),
});

Deno.test({
  name: "Tables.read() gives the text that JSON functions of a view or a generated column make",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE docs (id INTEGER PRIMARY KEY, doc TEXT, n INTEGER AS (json_extract(doc, '$.n')),
         title TEXT AS (json_extract(doc, '$.t')), kept TEXT AS (json_extract(doc, '$.t')) STORED,
         bytes BLOB AS (CAST(json_extract(doc, '$.t') AS BLOB))) STRICT;
       INSERT INTO docs (id, doc) VALUES (1, '{"t":{"a":1},"n":7}'), (2, '{"t":["\\u0000é"]}'), (3, '{"t":"x"}'), (4, NULL)`,
      async (tables) => {
        const texts = ['{"a":1}', '["\\u0000é"]', "x", null];
        const { lines } = await readAll(tables, "docs");
        const rows = lines.map((line) => JSON.parse(line));
        assertEquals(rows.map(({ title }) => title), texts);
        assertEquals(rows.map(({ kept }) => kept), texts);
        assertEquals(rows.map(({ n }) => n), [7, null, null, null]);
        assertEquals(rows.map(({ bytes }) => bytes), [
          ...texts.map((text) => text && new TextEncoder().encode(text).toHex()),
        ]);
      },
    ),
});

Deno.test({
  name: "Tables.read() hears a stop between two pages, and after the count",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE t (id INTEGER PRIMARY KEY);
       WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 250)
         INSERT INTO t SELECT i FROM s`,
      async (tables) => {
        for (const stopAt of [1, 2]) {
          const stop = new AbortController();
          let pages = 0;
          const onPage = () => {
            if (++pages !== stopAt) return;
            setTimeout(() => stop.abort(new Error("stop")), 0);
            keepThread();
          };
          const { signal } = stop;
          await assertRejects(() => readAll(tables, "t", { signal, onPage }), Error, "stop");
          assertEquals(pages, stopAt);
        }
      },
    ),
});

/** Keys with ties, NULLs and every type, over tables that tell their rows apart in different ways. */
const KEYS = [
  { table: "plain", key: ["n"] },
  { table: "plain", key: ["v", "n"] },
  { table: "plain", key: ["t"] },
  { table: "composite", key: [] },
  { table: "composite", key: ["b", "v"] },
  { table: "indexed", key: ["code"] },
];

Deno.test({
  name: "Tables.read() reads each row once by any key, with ties and NULLs, wherever it is resumed",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE plain (n INTEGER, v, t TEXT COLLATE NOCASE);
       WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 260)
         INSERT INTO plain SELECT nullif(i % 7, 3), CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i / 3.0
           WHEN 2 THEN 'v' || i WHEN 3 THEN CAST('b' || i AS BLOB) ELSE i END,
           CASE i % 2 WHEN 0 THEN 'a' ELSE 'A' END FROM s;
       CREATE TABLE composite (a TEXT, b REAL, v, PRIMARY KEY (a, b)) WITHOUT ROWID;
       INSERT INTO composite SELECT DISTINCT 'é' || n, rowid / 7.0, v FROM plain WHERE n IS NOT NULL;
       CREATE TABLE indexed (code TEXT NOT NULL COLLATE NOCASE UNIQUE, v);
       INSERT INTO indexed SELECT printf('%03d', rowid), v FROM plain`,
      async (tables, db) => {
        for (const { table, key } of KEYS) {
          const n = db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
          const { lines, end, pages } = await readAll(tables, table, { key });
          assertEquals(lines.length, n, `${table} ${key}`);
          assertEquals(end, { oneSnapshot: true, counted: n });
          for (const { position } of pages) {
            const at = lines.length - (await restOf(tables, table, key, position)).length;
            assertEquals(
              await restOf(tables, table, key, position),
              lines.slice(at),
              `${table} ${key}`,
            );
          }
        }
      },
    ),
});

async function restOf(
  tables: Tables,
  table: string,
  key: readonly string[],
  position: TablePosition,
): Promise<string[]> {
  // A position is kept in a database as JSON.
  const { lines, end } = await readAll(tables, table, {
    key,
    position: JSON.parse(JSON.stringify(position)),
  });
  assertEquals(end, { oneSnapshot: false, counted: undefined });
  return lines;
}

const NUMBERS = `CREATE TABLE numbers (id INTEGER PRIMARY KEY) STRICT;
  WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 300)
    INSERT INTO numbers SELECT i * 2 FROM s`;

Deno.test({
  name: "Tables.read() sees one moment while others write, in WAL mode",
  ignore,
  fn: () =>
    withTables(NUMBERS, async (tables, db) => {
      // Not all of it may be in the file: then SQLite itself holds the snapshot.
      db.exec("INSERT INTO numbers VALUES (-1)");
      const { lines, end } = await readAll(tables, "numbers", {
        onPage: () =>
          db.exec(
            "DELETE FROM numbers WHERE id > 10; INSERT OR IGNORE INTO numbers VALUES (601), (9999)",
          ),
      });
      assertEquals(lines.length, 301);
      assertEquals(end, { oneSnapshot: true, counted: 301 });
    }),
});

Deno.test({
  name:
    "Tables.read() reads up to the last key of its beginning where a snapshot would stop writers",
  ignore,
  fn: () =>
    withTables(`${NUMBERS}; PRAGMA journal_mode = DELETE`, async (tables, db) => {
      let pages = 0;
      const { lines, end } = await readAll(tables, "numbers", {
        onPage: () => {
          // A row before and a row after the page, and one after the last key: a busy table must not be endless.
          if (pages++ === 0) {
            db.exec(
              "INSERT INTO numbers VALUES (3), (401), (9999); DELETE FROM numbers WHERE id = 402",
            );
          }
        },
      });
      assertEquals(lines.filter((line) => /:(3|402|9999)}/.test(line)), []);
      assert(lines.includes('{"id":401}'));
      assertEquals([lines.length, end], [300, { oneSnapshot: false, counted: undefined }]);
    }),
});

Deno.test({
  name: "Tables.read() begins at a value, and at the rows that have none",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT);
       INSERT INTO t VALUES (1, '2026-01-01'), (2, NULL), (3, '2026-01-03'), (4, '2026-01-02')`,
      async (tables) => {
        const { lines } = await readAll(tables, "t", { key: ["at"], from: '"2026-01-02"' });
        assertEquals(lines, [
          '{"at":"2026-01-02","id":4}',
          '{"at":"2026-01-03","id":3}',
          '{"at":null,"id":2}',
        ]);
      },
    ),
});

Deno.test({
  name: "Tables.read() waits and tries again while the database is locked, and then gives up",
  ignore,
  async fn() {
    await withTables(`${NUMBERS}; PRAGMA journal_mode = DELETE`, async (tables, db, path) => {
      const table = await tables.describe("numbers");
      const waits: number[] = [];
      const options = {
        waits: {
          random: () => 1,
          sleep: (ms: number) => {
            waits.push(ms);
            if (waits.length === 2) db.exec("COMMIT");
            return Promise.resolve();
          },
        },
        busyTimeout: 1,
      };
      await using others = await openTables({ engine: "sqlite", path }, options);
      db.exec("BEGIN EXCLUSIVE");
      const reading = others.read({ table });
      const step = await reading.next();
      assert(!step.done);
      assertEquals([step.value.rows, waits], [100, [500, 1000]]);
      // As a request to an API waits that got no answer.
      const policy = {
        headers: undefined,
        now: 0,
        random: () => 1,
        options: completeRetryOptions(),
      };
      assertEquals(waits, [0, 1].map((retries) => decideWait({ ...policy, retries }).wait));
      await reading.return({ oneSnapshot: false });
      db.exec("BEGIN EXCLUSIVE");
      const error = await assertRejects(
        () => others.read({ table, retry: { limit: 0 } }).next(),
        DatabaseError,
      );
      assertEquals(error.code, "database-busy");
      db.exec("COMMIT");
    });
  },
});

Deno.test({
  name: "Tables.describe() waits as a page does while the database is locked, if it is asked to",
  ignore,
  fn: () =>
    withTables("CREATE TABLE t (id INTEGER PRIMARY KEY)", async (_, db, path) => {
      const waits: number[] = [];
      const sleep = (ms: number) => {
        waits.push(ms);
        if (waits.length === 2) db.exec("COMMIT");
        return Promise.resolve();
      };
      db.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
      const options = { waits: { random: () => 1, sleep }, busyTimeout: 1 };
      await using others = await openTables({ engine: "sqlite", path }, options);
      const error = await assertRejects(() => others.describe("t"), DatabaseError);
      assertEquals(error.code, "database-busy");
      const { name } = await others.describe("t", { retry: {} });
      assertEquals([name, waits], ["t", [500, 1000]]);
    }),
});

Deno.test({
  name: "Tables says of a damaged source what helps it, which is nothing of ours",
  ignore,
  async fn() {
    const path = await Deno.makeTempFile();
    try {
      for (
        const text of ["no database, but long enough to be one", "SQLite format 3\0 and so on"]
      ) {
        await Deno.writeTextFile(path, text.padEnd(4096, "x"));
        await using tables = await openTables({ engine: "sqlite", path });
        const error = await assertRejects(() => tables.describe("t"), DatabaseError);
        assertStringIncludes(
          error.message,
          "bring it back from a copy, or have its owner repair it",
        );
        assert(!error.message.includes("audit rebuild"), error.message);
      }
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name: "Tables names what cannot be read, and what can",
  ignore,
  fn: () =>
    withTables(
      `CREATE TABLE t (a, b); CREATE VIEW v AS SELECT * FROM t; CREATE TABLE u (a TEXT NOT NULL, b)`,
      async (tables) => {
        const error = await assertRejects(() => tables.describe("orders"), DatabaseError);
        await assertRejects(
          () => readAll(tables, "u", { key: ["a", "a"] }),
          DatabaseError,
          "expected each column once",
        );
        assertStringIncludes(error.message, "expected one of t, u");
        const unknown = await assertRejects(
          () => readAll(tables, "t", { key: ["c"] }),
          DatabaseError,
        );
        assertStringIncludes(unknown.message, 'no column "c", expected some of a, b');
        const view = await assertRejects(() => readAll(tables, "v", { key: ["a"] }), DatabaseError);
        assertStringIncludes(view.message, "no primary key or unique index over NOT NULL columns");
      },
    ),
});

Deno.test("parseTableAddress() takes no password, and asks for TLS beyond this machine", () => {
  const error = assertThrows(() => parseTableAddress("postgres://a:geheim@h/d"), TypeError);
  assert(!error.message.includes("geheim"));
  for (
    const text of [
      "shop.db",
      "postgres://h/d",
      "postgres://a@h",
      "postgres://a@h/d?ssl=1",
      "mysql://a@h/d",
      "postgres://a%zz@h/d",
      "postgres://a@*.h/d",
      "postgres://a@h,i/d",
      "postgres://a@h%20i/d",
    ]
  ) {
    assertThrows(() => parseTableAddress(text), TypeError);
  }
  const modes = ["localhost", "[::1]", "10.0.0.1", "10.0.0.1/d?sslmode=require"].map((host) =>
    parseTableAddress(`postgres://a@${host.includes("/") ? host : `${host}/d`}`)
  );
  assertEquals(
    modes.map((one) => one.engine === "postgres" && one.sslmode),
    ["disable", "disable", "verify-full", "require"],
  );
});
