import {
  assertEquals,
  assertMatch,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { type Database, openDatabase } from "../../lib/db/mod.ts";

function fresh(crashPoint?: (name: string) => void): Database {
  const db = openDatabase(":memory:", crashPoint === undefined ? {} : { crashPoint });
  db.exec(`CREATE TABLE t (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER, x REAL, any_value ANY
  ) STRICT`);
  return db;
}

function databaseError(fn: () => unknown): DatabaseError {
  return assertThrows(fn, DatabaseError);
}

Deno.test("all() and get() read rows, and get() gives undefined where there is none", () => {
  using db = fresh();
  db.run("INSERT INTO t (id, name) VALUES (?, ?), (?, ?)", [1, "a", 2, "b"]);
  assertEquals(db.all<{ name: string }>("SELECT name FROM t ORDER BY id"), [
    { name: "a" },
    { name: "b" },
  ]);
  assertEquals(db.get<{ id: number }>("SELECT id FROM t WHERE name = :name", { name: "b" }), {
    id: 2,
  });
  assertStrictEquals(db.get("SELECT id FROM t WHERE id = ?", [3]), undefined);
});

Deno.test("run() stores an integer as an integer where the column does not decide", () => {
  using db = fresh();
  db.run("INSERT INTO t (name, any_value) VALUES (?, ?)", ["a", 5]);
  assertEquals(db.get("SELECT typeof(any_value) AS kind, ? / 2 AS half FROM t", [5]), {
    kind: "integer",
    half: 2,
  });
});

Deno.test("run() stores a number in a TEXT column without a decimal point", () => {
  using db = fresh();
  db.run("INSERT INTO t (name) VALUES (?)", [1]);
  assertEquals(db.get("SELECT name FROM t"), { name: "1" });
});

Deno.test("run() counts changes and returns a rowid beyond 2^53 exactly", () => {
  using db = fresh();
  const result = db.run("INSERT INTO t (id, name) VALUES (?, 'a')", [9007199254740993n]);
  assertEquals(result, { changes: 1, lastInsertRowid: 9007199254740993n });
});

Deno.test("all() refuses an integer beyond 2^53 unless bigints are asked for", () => {
  using db = fresh();
  db.run("INSERT INTO t (id, name) VALUES (?, 'a')", [2n ** 53n + 1n]);
  assertThrows(() => db.all("SELECT id FROM t"), RangeError, "ask for { bigints: true }");
  assertThrows(() => db.get("SELECT id FROM t"), RangeError, "ask for { bigints: true }");
  assertEquals(db.all("SELECT id FROM t", [], { bigints: true }), [{ id: 2n ** 53n + 1n }]);
  assertEquals(db.get("SELECT 1 AS one"), { one: 1 });
});

Deno.test("all() refuses missing and superfluous parameters instead of binding NULL", () => {
  using db = fresh();
  const cases: [string, Parameters<Database["all"]>[1], string][] = [
    ["SELECT ?, ? AS b", [1], "Cannot bind 1 parameters: the statement has 2"],
    ["SELECT ?1, ?3", [1, 2], "the statement has 3"],
    ["SELECT ?", [1, 2], "Cannot bind 2 parameters: the statement has 1"],
    ["SELECT 1", [1], "the statement has 0"],
    ["SELECT :a, :b", { a: 1 }, 'no value for ":b"'],
    ["SELECT :a", { a: 1, c: 2 }, 'Cannot bind parameter ":c"'],
    ["SELECT :a", [1], "the statement names its parameters (a)"],
    ["SELECT ?", { a: 1 }, "wants a list"],
    ["SELECT ?, :a", [1], "mixes"],
    ["SELECT :toString", {}, 'no value for ":toString"'],
    // deno-lint-ignore no-sparse-arrays
    ["SELECT ?1 AS a, ?2 AS b", [1, ,] as unknown as number[], "a parameter has no value"],
  ];
  for (const [sql, params, message] of cases) {
    assertThrows(() => db.all(sql, params), TypeError, message);
  }
});

Deno.test("all() does not take text, comments and names for parameters", () => {
  using db = fresh();
  const sql = `SELECT '?' AS "a?", ':b' AS [c:d], 1 AS \`e?\`, 2 AS f$g -- ? :x
    /* ? $y */ WHERE ? = ?2 AND '' <> 'it''s ?'`;
  assertEquals(db.all(sql, [1, 1]), [{ "a?": "?", "c:d": ":b", "e?": 1, f$g: 2 }]);
});

Deno.test("all() binds @name and $name like :name, but not two of them of one name", () => {
  using db = fresh();
  assertEquals(db.get("SELECT @a AS a, $b AS b, @a AS c", { a: 1, b: 2 }), { a: 1, b: 2, c: 1 });
  const error = databaseError(() => db.get("SELECT @a AS a, :a AS b", { a: 1 }));
  assertEquals(error.code, "database-statement");
});

Deno.test("all() passes on what toSqlValue() refuses", () => {
  using db = fresh();
  assertThrows(() => db.all("SELECT ?", [2 ** 60]), RangeError, "it is not exact; use a bigint");
  assertThrows(() => db.all("SELECT :a", { a: NaN }), TypeError, "Cannot bind NaN");
});

Deno.test("all() refuses a text of several statements, of which only the first would run", () => {
  using db = fresh();
  assertThrows(() => db.all("SELECT 1; SELECT 2"), TypeError, "use exec()");
  assertThrows(() => db.all(" -- nothing\n ;"), TypeError, "empty");
  assertEquals(db.all("  SELECT 1 AS a; -- done\n /* really */ ;"), [{ a: 1 }]);
});

Deno.test("all() refuses two columns of one name, of which one would be lost", () => {
  using db = fresh();
  assertThrows(() => db.all("SELECT 1 AS a, 2 AS a"), TypeError, '"a"');
});

Deno.test("all() reports a row that cannot be computed instead of ending early", () => {
  using db = fresh();
  db.run("INSERT INTO t (name) VALUES ('[1]'), ('{'), ('[2]')");
  const error = databaseError(() => db.all("SELECT json_extract(name, '$[0]') AS v FROM t"));
  assertEquals(error.code, "database-statement");
});

Deno.test("all() sees a column that was added after it was prepared", () => {
  using db = fresh();
  db.run("INSERT INTO t (name) VALUES ('a')");
  assertEquals(Object.keys(db.get("SELECT * FROM t") ?? {}).length, 5);
  db.run("ALTER TABLE t ADD COLUMN added_by_run TEXT");
  assertEquals(Object.keys(db.get("SELECT * FROM t") ?? {}).length, 6);
  db.exec("ALTER TABLE t ADD COLUMN added_by_exec TEXT");
  assertEquals(Object.keys(db.get("SELECT * FROM t") ?? {}).length, 7);
});

Deno.test("all() gives the same rows however many there are, and after the schema has changed", () => {
  using db = fresh();
  db.exec("CREATE TABLE u (__proto__ INTEGER, x REAL, t TEXT, b BLOB) STRICT");
  const rows = Array.from({ length: 300 }, (_, at) => [at, at / 2 + 0.25, `t${at}`, null]);
  db.insertMany("u", ["__proto__", "x", "t", "b"], rows);
  const read = () => db.all("SELECT * FROM u");
  const [first, second] = [read(), read()];
  assertEquals([first.length, second], [300, first]);
  assertEquals(Object.entries(second[1] ?? {}), [["__proto__", 1], ["x", 0.75], ["t", "t1"], [
    "b",
    null,
  ]]);
  const many = db.all("SELECT * FROM u", [], { bigints: true });
  assertEquals(many[2]?.["x"], 1.25);
  assertEquals(Object.values(many[2] ?? {})[0], 2n);
  db.run("ALTER TABLE u RENAME COLUMN t TO renamed");
  assertEquals(read()[0]?.["renamed"], "t0");
});

Deno.test("all() goes on working past the capacity of the statement cache", () => {
  using db = fresh();
  for (let i = 0; i < 300; i++) assertEquals(db.get(`SELECT ${i} AS i`), { i });
  assertEquals(db.get("SELECT 0 AS i"), { i: 0 });
});

Deno.test("run() names constraint breaks by errcode", () => {
  using db = fresh();
  db.run("INSERT INTO t (id, name) VALUES (1, 'a')");
  const unique = databaseError(() => db.run("INSERT INTO t (name) VALUES ('a')"));
  assertEquals([unique.code, unique.context["errcode"], unique.transient], [
    "database-constraint",
    2067,
    false,
  ]);
  const strict = databaseError(() => db.run("INSERT INTO t (name, n) VALUES ('b', 'text')"));
  assertEquals([strict.code, strict.context["errcode"]], ["database-constraint", 3091]);
  const missing = databaseError(() => db.run("INSERT INTO t (name) VALUES (?)", [null]));
  assertEquals(missing.code, "database-constraint");
});

Deno.test("run() enforces foreign keys", () => {
  using db = fresh();
  db.exec("CREATE TABLE child (t INTEGER NOT NULL REFERENCES t (id)) STRICT");
  assertEquals(
    databaseError(() => db.run("INSERT INTO child VALUES (1)")).code,
    "database-constraint",
  );
});

Deno.test("run() says which statement failed, where and why", () => {
  using db = fresh();
  const error = databaseError(() => db.run("INSERT  INTO\n nowhere VALUES (1)"));
  assertEquals(
    error.message,
    'Cannot run "INSERT INTO nowhere VALUES (1)" in ":memory:": no such table: nowhere',
  );
  assertEquals(error.code, "database-statement");
  const long = databaseError(() => db.all(`SELECT ${"1, ".repeat(100)} FROM nowhere`));
  assertMatch(long.message, /^Cannot run "(?:SELECT )(?:1, ){24}1\.\.\." in ":memory:": /);
});

Deno.test("transaction() leaves nothing on a full disk, says so, and goes on once there is room", () => {
  using db = fresh();
  db.run("PRAGMA max_page_count = 10");
  const rows = Array.from({ length: 5000 }, (_, id) => [id, `${id} ${"n".repeat(50)}`]);
  const error = databaseError(() => db.insertMany("t", ["id", "name"], rows));
  assertEquals([error.code, error.context["errcode"]], ["database-io", 13]);
  assertStringIncludes(error.message, "free some space and run again");
  assertEquals([db.inTransaction, db.get("SELECT count(*) AS n FROM t")], [false, { n: 0 }]);
  db.run("PRAGMA max_page_count = 1000");
  assertEquals(db.insertMany("t", ["id", "name"], rows), 5000);
});

Deno.test("an error of the disk says that room may be what is missing", () => {
  using db = fresh();
  // So SQLite calls a full disk that cannot take the file of its shared memory.
  db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END",
  );
  const { message } = databaseError(() => db.exec("INSERT INTO t (name) VALUES ('a')"));
  assertStringIncludes(message, "check the disk, its free space too, and run again");
});

Deno.test("exec() classifies by message, for it gets no code", () => {
  using db = fresh();
  db.run("INSERT INTO t (name) VALUES ('a')");
  const insert = databaseError(() => db.exec("INSERT INTO t (name) VALUES ('a')"));
  assertEquals(insert.code, "database-constraint");
  const strict = databaseError(() => db.exec("INSERT INTO t (name, n) VALUES ('b', 'x')"));
  assertEquals(strict.code, "database-constraint");
  assertEquals(databaseError(() => db.exec("SELEC")).code, "database-statement");
});

Deno.test("transaction() commits what its function did and returns its result", () => {
  const passed: string[] = [];
  using db = fresh((name) => passed.push(name));
  const result = db.transaction("one", () => {
    assertEquals(db.inTransaction, true);
    db.run("INSERT INTO t (name) VALUES ('a')");
    return 42;
  });
  assertEquals([result, db.inTransaction], [42, false]);
  assertEquals(passed, ["one:before-commit", "one:after-commit"]);
  assertEquals(db.get("SELECT count(*) AS n FROM t"), { n: 1 });
});

Deno.test("transaction() undoes everything and rethrows when its function throws", () => {
  using db = fresh();
  const thrown = new Error("mine");
  const caught = assertThrows(() =>
    db.transaction("one", () => {
      db.run("INSERT INTO t (name) VALUES ('a')");
      throw thrown;
    })
  );
  assertStrictEquals(caught, thrown);
  assertEquals([db.get("SELECT count(*) AS n FROM t"), db.inTransaction], [{ n: 0 }, false]);
});

Deno.test("transaction() undoes everything when its commit fails", () => {
  using db = fresh();
  db.exec("CREATE TABLE late (t INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED) STRICT");
  const error = databaseError(() =>
    db.transaction("one", () => db.run("INSERT INTO late VALUES (9)"))
  );
  assertEquals(error.code, "database-constraint");
  assertEquals(error.message.startsWith('Cannot commit transaction "one"'), true);
  assertEquals([db.get("SELECT count(*) AS n FROM late"), db.inTransaction], [{ n: 0 }, false]);
});

Deno.test("transaction() rolls back at a crash before the commit and keeps what came before one after it", () => {
  for (const [point, rows] of [["one:before-commit", 0], ["one:after-commit", 1]] as const) {
    using db = fresh((name) => {
      if (name === point) throw new Error("crash");
    });
    assertThrows(() => db.transaction("one", () => db.run("INSERT INTO t (name) VALUES ('a')")));
    assertEquals([db.get("SELECT count(*) AS n FROM t"), db.inTransaction], [{ n: rows }, false]);
  }
});

Deno.test("transaction() begins nothing and keeps nothing once its signal is aborted", () => {
  using db = fresh();
  const controller = new AbortController();
  const { signal } = controller;
  const insert = (id: number) => db.run("INSERT INTO t (id, name) VALUES (?, ?)", [id, `${id}`]);
  db.transaction("before", () => insert(1), { signal });
  const stop = new Error("stopped");
  const stopped = () =>
    db.transaction("stopped", () => {
      insert(2);
      controller.abort(stop);
    }, { signal });
  assertStrictEquals(assertThrows(stopped), stop);
  const late = () => db.transaction("late", () => insert(3), { signal });
  assertStrictEquals(assertThrows(late), stop);
  assertEquals(db.inTransaction, false);
  assertEquals(db.all("SELECT id FROM t").length, 1);
});

Deno.test("transaction() leaves out the flush of one that asks for none, and of no other", () => {
  using db = fresh();
  const level = () => db.get<{ synchronous: number }>("PRAGMA synchronous")?.synchronous;
  const [normal, full] = [1, 2];
  assertEquals(db.transaction("hint", level, { flush: false }), normal);
  const fails = () => {
    throw new Error("no");
  };
  assertThrows(() => db.transaction("broken", fails, { flush: false }), Error, "no");
  assertEquals([level(), db.transaction("publication", level)], [full, full]);
});

Deno.test("transaction() refuses to be nested, by name or by a BEGIN of one's own", () => {
  using db = fresh();
  assertThrows(
    () => db.transaction("outer", () => db.transaction("inner", () => 1)),
    TypeError,
    'Cannot begin transaction "inner": "outer" is open',
  );
  db.exec("BEGIN");
  assertThrows(() => db.transaction("one", () => 1), TypeError, '"BEGIN" is open');
});

Deno.test("savepoint() undoes a part that throws, also inside another, and the transaction goes on", () => {
  using db = fresh();
  const insert = (name: string) => db.run("INSERT INTO t (name) VALUES (?)", [name]);
  db.transaction("one", () => {
    insert("a");
    db.savepoint(() => {
      insert("b");
      assertThrows(() =>
        db.savepoint(() => {
          insert("c");
          throw new Error("no");
        })
      );
    });
    assertThrows(() => db.insertMany("t", ["id", "name"], [[50, "d"], [1, "e"]]));
    insert("f");
  });
  const names = db.all<{ name: string }>("SELECT name FROM t ORDER BY id").map(({ name }) => name);
  assertEquals(names, ["a", "b", "f"]);
  assertThrows(() => db.savepoint(() => 1), TypeError, "no transaction is open");
});

Deno.test("transaction() refuses an asynchronous function and undoes what it did", () => {
  using db = fresh();
  assertThrows(
    () =>
      db.transaction("one", () => {
        db.run("INSERT INTO t (name) VALUES ('a')");
        return Promise.resolve();
      }),
    TypeError,
    "promise",
  );
  assertEquals(db.get("SELECT count(*) AS n FROM t"), { n: 0 });
});

Deno.test("insertMany() stores all rows over many statements, in its own transaction", () => {
  const passed: string[] = [];
  using db = fresh((name) => passed.push(name));
  const rows = Array.from({ length: 123 }, (_, i) => [i, `name ${i}`]);
  assertEquals(db.insertMany("t", ["id", "name"], rows), 123);
  assertEquals(db.get("SELECT count(*) AS n, sum(id) AS s FROM t"), { n: 123, s: 7503 });
  assertEquals(passed, ["insert:t:before-commit", "insert:t:after-commit"]);
  assertEquals(db.insertMany("t", ["name"], []), 0);
});

Deno.test("insertMany() stores nothing when one row is refused", () => {
  using db = fresh();
  const rows = Array.from({ length: 120 }, (_, i) => [i === 110 ? 3 : i, `name ${i}`]);
  const { code, context, message } = databaseError(() => db.insertMany("t", ["id", "name"], rows));
  assertEquals([code, context["row"]], ["database-constraint", 110]);
  assertMatch(message, /^Cannot insert row 110 into "t"/);
  assertThrows(
    () => db.insertMany("t", ["id", "name"], [[1, "a"], [2]]),
    TypeError,
    'Cannot insert row 1 into "t": 1 values for 2 columns',
  );
  assertEquals(db.get("SELECT count(*) AS n FROM t"), { n: 0 });
});

Deno.test("insertMany() joins an open transaction", () => {
  using db = fresh();
  assertThrows(() =>
    db.transaction("one", () => {
      db.insertMany("t", ["name"], [["a"]]);
      throw new Error("undo");
    })
  );
  assertEquals(db.get("SELECT count(*) AS n FROM t"), { n: 0 });
});

Deno.test("insertMany() with ignore passes over known keys, but not over other constraints", () => {
  using db = fresh();
  db.run("INSERT INTO t (name) VALUES ('a')");
  const options = { onConflict: "ignore" } as const;
  assertEquals(db.insertMany("t", ["name"], [["a"], ["b"], ["b"]], options), 1);
  const error = databaseError(() => db.insertMany("t", ["name"], [[null]], options));
  assertEquals(error.code, "database-constraint");
});

Deno.test("insertMany() keeps to the limit of parameters for wide tables", () => {
  using db = openDatabase(":memory:");
  const names = Array.from({ length: 900 }, (_, i) => `c${i}`);
  db.exec(
    `CREATE TABLE wide (${names.map((name) => `${name} INTEGER NOT NULL`).join(", ")}) STRICT`,
  );
  const row = names.map((_, i) => i);
  assertEquals(db.insertMany("wide", names, Array.from({ length: 40 }, () => row)), 40);
  assertThrows(() => db.insertMany("wide", [], [[]]), TypeError, "0 columns");
});

Deno.test("insertMany() quotes the names of tables and columns", () => {
  using db = openDatabase(":memory:");
  db.exec('CREATE TABLE "odd ""name" ("select" TEXT NOT NULL) STRICT');
  assertEquals(db.insertMany('odd "name', ["select"], [["a"]]), 1);
  assertThrows(() => db.insertMany("", ["a"], [["a"]]), TypeError, "Cannot quote name");
});

Deno.test("keysetPages() reads every row once, in order, whatever the size of a page", () => {
  using db = fresh();
  db.insertMany("t", ["id", "name"], Array.from({ length: 25 }, (_, i) => [i * 3, `n${i}`]));
  for (const pageSize of [1, 5, 24, 25, 26]) {
    const pages = [...db.keysetPages<{ id: number }>({
      table: "t",
      key: ["id"],
      columns: ["id"],
      pageSize,
    })];
    assertEquals(pages.flat(), Array.from({ length: 25 }, (_, i) => ({ id: i * 3 })));
    assertEquals(pages.every((page) => page.length > 0 && page.length <= pageSize), true);
  }
});

Deno.test("keysetPages() continues behind a key of several columns and keeps its condition", () => {
  using db = openDatabase(":memory:");
  db.exec("CREATE TABLE p (a TEXT, b INTEGER, c INTEGER NOT NULL, PRIMARY KEY (a, b)) STRICT");
  const rows = ["x", "y"].flatMap((a) => Array.from({ length: 7 }, (_, b) => [a, b, b % 2]));
  db.insertMany("p", ["a", "b", "c"], rows);
  const query = {
    table: "p",
    key: ["a", "b"],
    where: "c = ? OR a = ?",
    params: [1, "y"],
    pageSize: 2,
  };
  const read = [...db.keysetPages<{ a: string; b: number; c: number }>(query)].flat();
  assertEquals(
    read.map((row) => [row.a, row.b, row.c]),
    rows.filter(([a, , c]) => c === 1 || a === "y"),
  );
});

Deno.test("keysetPages() refuses a key by which rows could be lost", () => {
  using db = fresh();
  db.exec(`
    CREATE TABLE loose (a TEXT PRIMARY KEY, b TEXT UNIQUE, c TEXT NOT NULL);
    CREATE UNIQUE INDEX partly ON loose (c) WHERE a > 'm';
  `);
  const cases: [string, string[], string][] = [
    ["t", ["n"], "ties or NULLs"],
    ["t", ["id", "n"], "ties or NULLs"],
    ["loose", ["a"], "ties or NULLs"],
    ["loose", ["b"], "ties or NULLs"],
    ["loose", ["c"], "ties or NULLs"],
    ["t", ["nope"], 'no column "nope"'],
    ["nowhere", ["id"], 'no column "id"'],
    ["t", [], 'no column ""'],
  ];
  for (const [table, key, message] of cases) {
    assertThrows(() => db.keysetPages({ table, key }).next(), TypeError, message);
  }
});

Deno.test("keysetPages() accepts a unique index over NOT NULL columns", () => {
  using db = fresh();
  db.insertMany("t", ["name"], [["b"], ["a"]]);
  const pages = [...db.keysetPages<{ name: string }>({ table: "t", key: ["name"], pageSize: 1 })];
  assertEquals(pages.flat().map((row) => row.name), ["a", "b"]);
});

Deno.test("keysetPages() refuses a page size below one and columns without the key", () => {
  using db = fresh();
  assertThrows(
    () => db.keysetPages({ table: "t", key: ["id"], pageSize: 0 }).next(),
    RangeError,
    "pages of 0",
  );
  assertThrows(
    () => db.keysetPages({ table: "t", key: ["id"], columns: ["name"] }).next(),
    TypeError,
    'key "id" is not among the columns',
  );
});

Deno.test("keysetPages() surfaces an integer that a number cannot hold", () => {
  using db = fresh();
  db.insertMany("t", ["id", "name"], [[1, "a"], [2n ** 60n, "b"]]);
  const query = { table: "t", key: ["id"], columns: ["id"], pageSize: 1 };
  assertThrows(() => [...db.keysetPages(query)], RangeError, "bigints");
  assertEquals([...db.keysetPages({ ...query, bigints: true })].flat(), [{ id: 1n }, {
    id: 2n ** 60n,
  }]);
});

Deno.test("close() may be called twice, and a closed database refuses to work", () => {
  using db = fresh();
  db.close();
  db.close();
  assertThrows(() => db.all("SELECT 1 AS a"), DatabaseError, "not open");
});
