import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { SuspendedError, UsageError } from "../../lib/errors/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { resetStream, retractRun } from "../../lib/pipeline/mod.ts";
import { Cursor } from "../../lib/pipeline/sources/database/cursor.ts";
import { REMEMBERED_READS } from "../../lib/pipeline/sources/database/memory.ts";
import { DAMAGED, damageIndex } from "../db/_damage_index.ts";
import { databaseTest } from "./_database_world.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

const STREAM = "shop.orders";

const ROWS = `CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT) STRICT;
  WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 250)
    INSERT INTO orders SELECT i, printf('2026-01-%02d', i / 10) FROM s`;

const WRONG_KEYS: Readonly<Record<string, readonly [keys: string, code: string]>> = {
  "a lag on a text": ["at, lag: 48", "config-invalid"],
  "a column that is not there": ["changed_at", "database-statement"],
  "a real number among texts": ["mixed", "database-statement"],
};

for (const [name, [column, code]] of Object.entries(WRONG_KEYS)) {
  databaseTest(
    `${name} fails its own stream, and the others go on with the next run`,
    {
      sql: `${ROWS}; ALTER TABLE orders ADD mixed ANY; UPDATE orders SET mixed = at;
         UPDATE orders SET mixed = 9e999 WHERE id = 3; CREATE TABLE good (id INTEGER PRIMARY KEY) STRICT; INSERT INTO good VALUES (1)`,
      keys: `, incremental: { column: ${column} } }, { name: good`,
      test: name.includes("among") ? everyWorldTest : worldTest,
    },
    async (world, db) => {
      const first = await world.run();
      assertEquals(
        [first.exit_code, streamOf(first, STREAM).error_code, streamOf(first, "shop.good").written],
        [1, code, 1],
      );
      db.exec("INSERT INTO good VALUES (2)");
      const second = await world.run();
      assertEquals([second.exit_code, streamOf(second, "shop.good").written], [1, 2]);
      assert(second.run_id !== first.run_id);
    },
  );
}

function ids(world: World): number[] {
  return world.rows(STREAM).map((line) => JSON.parse(line).id);
}

databaseTest(
  "a snapshot of a table is counted in its own snapshot, and published when it has changed",
  { sql: ROWS },
  async (world, db) => {
    const first = streamOf(await world.run(), STREAM);
    assertEquals([first.outcome, first.evidence, first.read, first.written], [
      "complete",
      ["snapshot-counted"],
      250,
      250,
    ]);
    assertEquals(ids(world), Array.from({ length: 250 }, (_, at) => at + 1));
    const second = streamOf(await world.run(), STREAM);
    assertEquals([second.written, second.unchanged], [0, 250]);
    db.exec("DELETE FROM orders WHERE id <= 3; UPDATE orders SET at = 'new' WHERE id = 9");
    await world.run();
    assertEquals([ids(world).length, ids(world)[0]], [247, 4]);
    const [manifest] = world.manifests(STREAM);
    assertEquals(
      (manifest?.schema as { fields: { type: string }[] }).fields.map(({ type }) => type),
      ["long", "string"],
    );
  },
);

databaseTest(
  "an incremental table loses nothing at the watermark and doubles nothing, and keeps what has none",
  { sql: ROWS, keys: ", incremental: { column: at }" },
  async (world, db) => {
    db.exec("INSERT INTO orders VALUES (1000, NULL)");
    const first = streamOf(await world.run(), STREAM);
    assertEquals([first.outcome, first.written, first.rejected], ["partial", 250, 1]);
    // One with the watermark's own value, one that was changed, and one that came before it.
    db.exec(`INSERT INTO orders VALUES (251, '2026-01-25'), (252, '2026-01-01');
      UPDATE orders SET at = '2026-01-26' WHERE id = 7; DELETE FROM orders WHERE id = 1000`);
    const second = streamOf(await world.run(), STREAM);
    assertEquals([second.outcome, second.read, second.duplicates, second.written], [
      "complete",
      3,
      1,
      2,
    ]);
    const found = ids(world).filter((id) => id > 250 || id === 7).sort((a, b) => a - b);
    assertEquals([ids(world).length, found], [252, [7, 7, 251]]);
    const third = streamOf(await world.run(), STREAM);
    assertEquals([third.read, third.duplicates], [1, 1]);
  },
);

databaseTest(
  "a row that is rejected is known in the next night, and rejected again once it has changed",
  {
    sql: ROWS,
    keys:
      ", incremental: { column: at }, tolerance: { records: 0.1 }, checks: [{ column: id, max: 5000 }]",
    test: everyWorldTest,
  },
  async (world, db) => {
    const night = async (sql = "") => {
      db.exec(sql);
      const { outcome, rejected, duplicates, written } = streamOf(await world.run(), STREAM);
      return [outcome, rejected, duplicates, written];
    };
    const nulls = "INSERT INTO orders VALUES (1000, NULL), (1001, NULL), (9000, '2026-01-25')";
    assertEquals(await night(nulls), ["complete", 3, 0, 250]);
    for (let nights = 0; nights < 3; nights++) {
      assertEquals(await night(), ["complete", 0, 4, 0]);
    }
    assertEquals(await night("INSERT INTO orders VALUES (1002, NULL)"), ["partial", 1, 4, 0]);
    assertEquals(await night("UPDATE orders SET at = '2026-02-01' WHERE id = 1000"), [
      "complete",
      0,
      4,
      1,
    ]);
    assertEquals(await night("UPDATE orders SET id = 2000 WHERE id = 1001"), ["partial", 1, 2, 0]);
    for (const name of ["audit.db", "audit.db-wal", "audit.db-shm"]) {
      await Deno.remove(join(world.folder, name)).catch(() => {});
    }
    {
      using audit = openAudit(join(world.folder, "audit.db"));
      await rebuildAudit(audit, join(world.folder, "lake"));
    }
    const again = await night();
    assert(Number(again[1]) >= 2);
    assertEquals((await night())[1], 0);
  },
);

databaseTest(
  "a row that was changed within the value of the watermark is a later version, also when it changes back",
  { sql: ROWS, keys: ", incremental: { column: at }" },
  async (world, db) => {
    db.exec("ALTER TABLE orders ADD COLUMN v TEXT");
    await world.run();
    for (const v of ["'new'", "NULL", "NULL"]) {
      db.exec(`UPDATE orders SET v = ${v} WHERE id = 250`);
      await world.run();
    }
    const versions = world.rows(STREAM).map((line) => JSON.parse(line)).filter(({ id }) =>
      id === 250
    );
    assertEquals(versions.map(({ v }) => v), [null, "new", null]);
  },
);

databaseTest(
  "rows without a key are counted, and known again when columns have come",
  {
    sql: `CREATE TABLE orders (at TEXT, what TEXT);
      INSERT INTO orders VALUES ('2026-01-01', 'in'), ('2026-01-02', 'in'), ('2026-01-02', 'in')`,
    keys: ", incremental: { column: at }",
  },
  async (world, db) => {
    const written = async (sql: string) => {
      db.exec(sql);
      const { written, duplicates } = streamOf(await world.run(), STREAM);
      return [written, duplicates];
    };
    assertEquals(await written(""), [3, 0]);
    assertEquals(await written(""), [0, 2]);
    assertEquals(await written("INSERT INTO orders VALUES ('2026-01-02', 'in')"), [1, 2]);
    assertEquals(await written(""), [0, 3]);
    assertEquals(await written("ALTER TABLE orders ADD COLUMN host TEXT"), [0, 3]);
    assertEquals(
      await written(
        "INSERT INTO orders VALUES ('2026-01-02', 'in', NULL), ('2026-01-02', 'in', 'a')",
      ),
      [2, 3],
    );
    assertEquals(await written("ALTER TABLE orders ADD COLUMN port INT DEFAULT 1"), [0, 5]);
    assertEquals(await written("INSERT INTO orders VALUES ('2026-01-03', 'in', 'a', 2)"), [1, 5]);
    assertEquals(await written(""), [0, 1]);
  },
);

databaseTest(
  "texts are compared as the database compares them, which is not by their UTF-16",
  {
    sql: `PRAGMA encoding = 'UTF-16le'; CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT);
      INSERT INTO orders VALUES (1, 'a'), (2, '\u{100}'), (3, '\u{fb01}'), (4, '\u{1f4a9}')`,
    keys: ", incremental: { column: at }",
  },
  async (world) => {
    await world.run();
    assertEquals(streamOf(await world.run(), STREAM).written, 0);
    assertEquals(streamOf(await world.run(), STREAM).written, 0);
    assertEquals(ids(world).toSorted((a, b) => a - b), [1, 2, 3, 4]);
  },
);

databaseTest(
  "a lag reaches no further back than any number",
  {
    sql: `CREATE TABLE orders (id INTEGER PRIMARY KEY);
      INSERT INTO orders VALUES (-9223372036854775808), (-9223372036854775806)`,
    keys: ", incremental: { column: id, lag: 10 }",
  },
  async (world) => {
    await world.run();
    assertEquals(streamOf(await world.run(), STREAM).duplicates, 2);
  },
);

databaseTest(
  "a lag brings rows that were committed late, once",
  { sql: ROWS, keys: ", incremental: { column: id, lag: 20 }" },
  async (world, db) => {
    db.exec("DELETE FROM orders WHERE id IN (240, 200)");
    await world.run();
    db.exec("INSERT INTO orders VALUES (240, 'late'), (200, 'too late'), (260, 'new')");
    const second = streamOf(await world.run(), STREAM);
    assertEquals([second.read, second.duplicates, second.written], [22, 20, 2]);
    assertEquals(new Set(ids(world)).size, ids(world).length);
    assert(ids(world).includes(240) && !ids(world).includes(200));
  },
);

databaseTest(
  "what a retracted run had read comes again after a reset, and nothing of the runs before it",
  { sql: ROWS, keys: ", incremental: { column: id, lag: 20 }", test: everyWorldTest },
  async (world, db) => {
    const night = async (id: number) => {
      db.exec(`INSERT INTO orders VALUES (${id}, 'new')`);
      const summary = await world.run();
      return { ...streamOf(summary, STREAM), run_id: summary.run_id };
    };
    await world.run();
    const [second, third] = [await night(300), await night(400)];
    const config = await world.config({ edit: world.edit });
    const { streams: [planned] } = await retractRun(config, second.run_id, { dryRun: true });
    assertEquals(planned?.later, [third.run_id]);
    for (const { run_id } of [third, second]) await retractRun(config, run_id);
    assertEquals(ids(world).length, 250);
    const reset = await resetStream(config, STREAM, { to: second.watermark_from ?? "" });
    assertEquals(reset.asks_for, 'rows with "id" from 250 on, and 20 before it');
    const again = streamOf(await world.run(), STREAM);
    assertEquals([again.outcome, again.duplicates, again.written], ["complete", 21, 2]);
    assertEquals([ids(world).length, new Set(ids(world)).size], [252, 252]);
  },
);

databaseTest(
  "a reset over more reads than a table's rows are remembered for is refused",
  { sql: ROWS, keys: ", incremental: { column: id }", test: everyWorldTest },
  async (world, db) => {
    await world.run();
    const later: string[] = [];
    for (let id = 301; id <= 301 + REMEMBERED_READS; id++) {
      db.exec(`INSERT INTO orders VALUES (${id}, 'new')`);
      later.push((await world.run()).run_id);
    }
    const config = await world.config({ edit: world.edit });
    const back = async (to: string, runs: readonly string[]) => {
      for (const run_id of runs.toReversed()) await retractRun(config, run_id);
      await resetStream(config, STREAM, { to });
    };
    const [oldest = "", ...others] = later;
    await back("301", others);
    const again = await world.run();
    assertEquals([again.totals.duplicates, again.totals.written], [1, REMEMBERED_READS]);
    assertEquals([ids(world).length, new Set(ids(world)).size], [258, 258]);
    const refused = () => back("250", [oldest, again.run_id]);
    assertStringIncludes((await assertRejects(refused, UsageError)).message, "more than 7 reads");
  },
);

databaseTest(
  "deletes: detect brings the keys that are left, read after the rows, so that no row is missing from them",
  { sql: ROWS, keys: ", incremental: { column: at }, deletes: detect", test: everyWorldTest },
  async (world, db) => {
    const keys = () => world.rows("shop.orders_keys").map((line) => JSON.parse(line));
    const first = await world.run({
      onProgress: ({ stream, records }) => {
        if (stream !== "orders" || records !== 250) return;
        db.exec("INSERT OR IGNORE INTO orders VALUES (251, '2026-02-01')");
      },
    });
    assertEquals(streamOf(first, "shop.orders_keys").evidence, ["snapshot-counted"]);
    assertEquals(keys(), Array.from({ length: 251 }, (_, at) => ({ id: at + 1 })));
    db.exec(
      "DELETE FROM orders WHERE id IN (7, 100); INSERT INTO orders VALUES (300, '2026-03-01')",
    );
    await world.run();
    const left = new Set(keys().map(({ id }) => id));
    assertEquals(ids(world).filter((id) => !left.has(id)).sort(), [100, 7]);
    assertEquals([left.size, new Set(ids(world)).size], [250, 252]);
    assertEquals(streamOf(await world.run(), "shop.orders_keys").written, 0);
  },
);

databaseTest(
  "a read without new rows, and a row without values, say nothing about the types of columns",
  {
    sql: `CREATE TABLE orders (id INTEGER PRIMARY KEY, price REAL, n);
      INSERT INTO orders VALUES (1, 1.5, 2), (2, 2.5, 3)`,
    keys: ", incremental: { column: id }, contract: freeze",
  },
  async (world, db) => {
    for (const more of ["", "", "INSERT INTO orders VALUES (3, NULL, NULL)", ""]) {
      db.exec(more);
      const { exit_code, reasons } = await world.run();
      assertEquals([exit_code, reasons], [0, []]);
    }
    assertEquals(ids(world), [1, 2, 3]);
  },
);

databaseTest(
  "a table with the names of our statements loses no row, as it grows and as rows go",
  {
    sql:
      `CREATE TABLE orders (k INTEGER PRIMARY KEY, j INTEGER NOT NULL, id INTEGER, t TEXT) STRICT;
      WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 120)
        INSERT INTO orders SELECT i, i, i, 'x' FROM s`,
    keys: ", incremental: { column: j }, deletes: detect",
  },
  async (world, db) => {
    await world.run();
    db.exec("DELETE FROM orders WHERE k = 9; INSERT INTO orders VALUES (121, 121, 121, 'y')");
    await world.run();
    assertEquals(ids(world).sort((a, b) => a - b), Array.from({ length: 121 }, (_, at) => at + 1));
    assertEquals(world.rows("shop.orders_keys").length, 120);
  },
);

databaseTest(
  "deletes: detect cannot tell rows without a primary key apart, and says so",
  {
    sql: "CREATE TABLE orders (at TEXT) STRICT; INSERT INTO orders VALUES ('a')",
    keys: ", incremental: { column: at }, deletes: detect",
  },
  async (world) => {
    const summary = await world.run();
    assertEquals([summary.exit_code, streamOf(summary, STREAM).outcome], [1, "complete"]);
    assertStringIncludes(summary.reasons.join(), "no primary key or unique index");
  },
);

for (const keys of ["", ", incremental: { column: id, lag: 30 }"]) {
  databaseTest(
    `a read that was stopped goes on after its last page, with nothing twice${keys}`,
    { sql: ROWS, keys },
    async (world, db) => {
      const stop = new AbortController();
      const stopped = await world.run({
        signal: stop.signal,
        onProgress: ({ records }) => {
          if (records === 0) return;
          stop.abort(new SuspendedError("suspended-signal", "stopped"));
        },
      });
      assertEquals([stopped.exit_code, streamOf(stopped, STREAM).read], [75, 100]);
      // Behind, before and after what was to be read.
      db.exec("INSERT INTO orders VALUES (0, 'x'), (1000, 'x'); DELETE FROM orders WHERE id = 200");
      const rest = streamOf(await world.run(), STREAM);
      assertEquals([rest.outcome, rest.evidence, rest.read], ["complete", ["last-key"], 249]);
      assertEquals(
        ids(world),
        Array.from({ length: 250 }, (_, at) => at + 1).filter((id) => id !== 200),
      );
      await world.run();
      assertEquals(ids(world).filter((id) => id === 1000), [1000]);
      assertEquals(new Set(ids(world)).size, ids(world).length);
    },
  );
}

databaseTest(
  "a row whose text is no text goes to quarantine, and the rest of its page does not",
  {
    sql:
      "CREATE TABLE orders (id INTEGER PRIMARY KEY, a); INSERT INTO orders VALUES (1, 'a'), (2, CAST(X'ff' AS TEXT)), (3, X'ff')",
  },
  async (world) => {
    const { read, written, rejected } = streamOf(await world.run(), STREAM);
    assertEquals([read, written, rejected], [3, 2, 1]);
    assertEquals(world.rows(STREAM), ['{"id":1,"a":"a"}', '{"id":3,"a":"ff"}']);
  },
);

databaseTest(
  "rows that a damaged index does not lead to are missed, and that is noticed",
  { sql: DAMAGED, keys: ", key: [code]" },
  async (world, db) => {
    db.close();
    await damageIndex(db.path);
    const summary = await world.run();
    const { outcome, read, contradictions } = streamOf(summary, STREAM);
    assertEquals([outcome, read, contradictions.map(({ code }) => code)], ["partial", 2, [
      "total-not-read",
    ]]);
    assertStringIncludes(summary.reasons.join(), "REINDEX");
  },
);

databaseTest(
  "a table that is not there fails its own stream, and says which there are",
  { sql: "CREATE TABLE order_lines (id INTEGER PRIMARY KEY)" },
  async (world) => {
    const summary = await world.run();
    assertEquals(summary.exit_code, 1);
    assertStringIncludes(summary.reasons.join(), "expected one of order_lines");
  },
);

databaseTest(
  "a rebuilt audit database knows the rows that earlier runs published, and those of the run after it",
  { sql: ROWS, keys: ", incremental: { column: id, lag: 20 }", test: everyWorldTest },
  async (world, db) => {
    await world.run();
    for (let night = 1; night < 3; night++) {
      for (const name of ["audit.db", "audit.db-wal", "audit.db-shm"]) {
        await Deno.remove(join(world.folder, name)).catch(() => {});
      }
      {
        using audit = openAudit(join(world.folder, "audit.db"));
        await rebuildAudit(audit, join(world.folder, "lake"));
      }
      db.exec(`INSERT INTO orders VALUES (${1000 + night}, '2026-01-2${night}')`);
      for (const written of [1, 0]) {
        assertEquals(streamOf(await world.run(), STREAM).written, written);
      }
    }
    assertEquals(new Set(ids(world)).size, 252);
    assertEquals(ids(world).length, 252);
  },
);

Deno.test("Cursor measures times to the microsecond, before 1970 as well, and knows no end of time", () => {
  const column = { name: "at", type: "timestamptz", notNull: true, cursor: "time" } as const;
  const cursor = new Cursor(column, { ms: 1500 });
  for (const time of ["2026-03-29T01:30:00.123456+00:00", "1969-12-31T23:59:59.999999+00:00"]) {
    assertEquals(cursor.jsonOf(cursor.rankOf(`"${time}"`) ?? 0n), `"${time}"`);
  }
  const from = cursor.from(cursor.rankOf('"2026-01-01T00:00:00.5+00:00"') ?? 0n);
  assertEquals(cursor.jsonOf(from), '"2025-12-31T23:59:59.000000+00:00"');
  for (
    const other of [
      '"infinity"',
      '"0044-03-15T00:00:00+00:00 BC"',
      '"12026-01-01T00:00:00+00:00"',
      "null",
      "5",
    ]
  ) {
    assertEquals(cursor.rankOf(other), undefined);
  }
  const future = cursor.rankOf('"2099-01-01T00:00:00+00:00"') ?? 0n;
  for (const now of [1000, 1999]) {
    assertEquals(cursor.highest(undefined, future, now), 1_000_000n);
  }
});

/** A form of texts, a time of the future in it, and our clock in it, at half past one at night in UTC. */
const FORMS: readonly (readonly [form: string, future: string, bound: string])[] = [
  [
    "a clock without a zone that nobody's is ahead of",
    "2099-01-01 00:00:00",
    "2026-03-28 13:30:00",
  ],
  ["one that may be ahead of ours", "2026-03-29 14:00:00", "2026-03-29 01:30:00"],
  ["a day", "9999-99-99", "2026-03-28"],
  ["minutes", "2099-01-01T00:00", "2026-03-28T13:30"],
  ["UTC", "2026-03-29T02:00:00Z", "2026-03-29T01:30:00Z"],
  ["UTC to the microsecond", "2099-01-01T00:00:00.000000Z", "2026-03-29T01:30:00.250000Z"],
  ["a zone", "2099-01-01 00:00:00+02:00", "2026-03-29 03:30:00+02:00"],
  ["a zone in the west", "2099-01-01 00:00:00.0 -0330", "2026-03-28 22:00:00.2 -0330"],
];

Deno.test("Cursor takes no text that is a time beyond our clock, and leaves other texts alone", () => {
  const now = Date.parse("2026-03-29T01:30:00.250Z");
  const cursor = new Cursor({ name: "at", type: "TEXT", notNull: true, cursor: "text" }, {
    keys: 0,
  });
  for (const [form, future, bound] of FORMS) {
    assertEquals(cursor.highest(undefined, future, now), bound, form);
  }
  for (const other of ["2026-03-29 01:30:00", "v9", "20990101", "12026-01-01", "2099-01-01x"]) {
    assertEquals(cursor.highest(undefined, other, now), other);
  }
});

Deno.test("Cursor knows no infinity as a place", () => {
  for (const cursor of ["text", "number", "time", "date"] as const) {
    const one = new Cursor({ name: "at", type: "", notNull: true, cursor }, { keys: 0 });
    for (const json of ['"Infinity"', '"-Infinity"', '"infinity"', '"NaN"']) {
      if (cursor === "text" && json === '"infinity"') continue;
      assertEquals(one.rankOf(json), undefined, `${cursor} ${json}`);
    }
  }
});

Deno.test("Cursor counts a date in whole days, whatever the clock and the lag", () => {
  const column = { name: "day", type: "date", notNull: true, cursor: "date" } as const;
  const now = Date.parse("2026-03-29T21:30:00Z");
  const days = (lag: number) => {
    const cursor = new Cursor(column, { ms: lag });
    const rank = cursor.highest(undefined, cursor.rankOf('"2026-03-30"') ?? 0n, now);
    return [cursor.jsonOf(rank), cursor.jsonOf(cursor.from(rank))];
  };
  assertEquals(days(0), ['"2026-03-29"', '"2026-03-29"']);
  assertEquals(days(86_400_000), ['"2026-03-29"', '"2026-03-28"']);
  assertEquals(days(1), ['"2026-03-29"', '"2026-03-28"']);
  const cursor = new Cursor(column, { ms: 0 });
  // As an older version kept it.
  assertEquals(cursor.rankOf('"2026-03-29T21:30:00.000000"'), cursor.rankOf('"2026-03-29"'));
  const sentinel = cursor.highest(
    undefined,
    cursor.rankOf('"9999-12-31"') ?? 0n,
    now - 12 * 3_600_000,
  );
  assertEquals(cursor.jsonOf(sentinel), '"2026-03-28"');
});

databaseTest(
  "a row of the future stops no stream, and comes once",
  { sql: ROWS, keys: ", incremental: { column: at }" },
  async (world, db) => {
    db.exec("INSERT INTO orders VALUES (1000, '2099-01-01 00:00:00')");
    await world.run();
    db.exec(`INSERT INTO orders VALUES (1001, '2026-11-26 02:00:00')`);
    assertEquals(streamOf(await world.run(), STREAM).written, 1);
    assertEquals(streamOf(await world.run(), STREAM).written, 0);
    assertEquals([ids(world).length, new Set(ids(world)).size], [252, 252]);
  },
);

databaseTest(
  "a row that is too large for JSON goes to quarantine by its key, and the others are published",
  {
    sql: `CREATE TABLE orders (id INTEGER PRIMARY KEY, b BLOB) STRICT;
      INSERT INTO orders VALUES (1, X'00'), (2, zeroblob(70000000)), (3, X'01')`,
    test: everyWorldTest,
  },
  async (world) => {
    const { read, written, rejected } = streamOf(await world.run(), STREAM);
    assertEquals([read, written, rejected, ids(world)], [3, 2, 1, [1, 3]]);
  },
);
