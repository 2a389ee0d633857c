import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { migrate, type Migration, openDatabase } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";

const FIRST: Migration = {
  version: 1,
  name: "create-t",
  sql: "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1);",
};
const SECOND: Migration = {
  version: 2,
  name: "add-name",
  sql: "ALTER TABLE t ADD COLUMN name TEXT NOT NULL DEFAULT ''",
};

Deno.test("migrate() applies what is missing and nothing twice", () => {
  using db = openDatabase(":memory:");
  assertEquals(migrate(db, [FIRST]), { from: 0, to: 1 });
  assertEquals(migrate(db, [FIRST, SECOND]), { from: 1, to: 2 });
  assertEquals(migrate(db, [FIRST, SECOND]), { from: 2, to: 2 });
  assertEquals(db.all("SELECT * FROM t"), [{ id: 1, name: "" }]);
});

Deno.test("migrate() leaves the version before a step that fails, and keeps earlier steps", () => {
  using db = openDatabase(":memory:");
  const bad = { version: 2, name: "bad", sql: "INSERT INTO t VALUES (2); SELECT * FROM nowhere;" };
  assertThrows(() => migrate(db, [FIRST, bad]), DatabaseError, "nowhere");
  assertEquals(db.get("PRAGMA user_version"), { user_version: 1 });
  assertEquals(db.all("SELECT id FROM t"), [{ id: 1 }]);
  assertEquals(migrate(db, [FIRST, SECOND]), { from: 1, to: 2 });
});

Deno.test("migrate() refuses a database that a newer program wrote and changes nothing", () => {
  using db = openDatabase(":memory:");
  migrate(db, [FIRST, SECOND]);
  const error = assertThrows(() => migrate(db, [FIRST]), DatabaseError);
  assertEquals([error.code, error.context["version"], error.context["known"]], [
    "database-newer",
    2,
    1,
  ]);
  assertEquals(db.get("PRAGMA user_version"), { user_version: 2 });
});

Deno.test("migrate() refuses a database whose step is another one, and takes one that only has other comments", () => {
  using db = openDatabase(":memory:");
  migrate(db, [FIRST, SECOND]);
  const commented = { ...FIRST, sql: `-- first\n${FIRST.sql.replace("; ", ";\n  ")}` };
  assertEquals(migrate(db, [commented, SECOND]), { from: 2, to: 2 });
  const other = { ...SECOND, sql: SECOND.sql.replace("''", "'x'") };
  const third = { version: 3, name: "third", sql: "CREATE TABLE u (a INTEGER) STRICT" };
  const error = assertThrows(() => migrate(db, [FIRST, other, third]), DatabaseError);
  assertEquals(error.code, "database-newer");
  assertStringIncludes(error.message, 'step 2 of its schema ("add-name")');
  assertEquals(db.get("PRAGMA user_version"), { user_version: 2 });
});

Deno.test("migrate() records the checksum from now on in a database that has none", () => {
  using db = openDatabase(":memory:");
  migrate(db, [FIRST]);
  db.exec("DROP TABLE migrations");
  assertEquals(migrate(db, [FIRST, SECOND]), { from: 1, to: 2 });
  assertEquals(db.all("SELECT version, name FROM migrations"), [{ version: 2, name: "add-name" }]);
});

Deno.test("migrate() refuses a history with a gap, a repetition or a wrong start", () => {
  using db = openDatabase(":memory:");
  for (const history of [[SECOND], [FIRST, FIRST], [FIRST, { ...SECOND, version: 3 }]]) {
    assertThrows(() => migrate(db, history), TypeError, "Cannot migrate");
  }
  assertEquals(db.get("PRAGMA user_version"), { user_version: 0 });
});

Deno.test("migrate() refuses a step that ends the transaction", () => {
  using db = openDatabase(":memory:");
  const bad = { version: 1, name: "bad", sql: "CREATE TABLE x (a INTEGER) STRICT; COMMIT;" };
  assertThrows(() => migrate(db, [bad]), TypeError, "ends the transaction");
  assertEquals([db.inTransaction, db.get("PRAGMA user_version")], [false, { user_version: 0 }]);
});

Deno.test({
  name: "migrate() does not repeat a step that another connection applied meanwhile",
  ignore: !granted("read", "write"),
  fn() {
    const dir = Deno.makeTempDirSync();
    try {
      const path = join(dir, "a.db");
      using second = openDatabase(path);
      let raced = false;
      using first = openDatabase(path, {
        crashPoint(name) {
          if (name !== "migrate:1:after-commit" || raced) return;
          raced = true;
          migrate(second, [FIRST, SECOND]);
        },
      });
      assertEquals(migrate(first, [FIRST, SECOND]), { from: 0, to: 2 });
      assertEquals(raced, true);
      assertEquals(first.all("SELECT id, name FROM t"), [{ id: 1, name: "" }]);
    } finally {
      Deno.removeSync(dir, { recursive: true });
    }
  },
});

Deno.test({
  name: "migrate() only checks a read-only database",
  ignore: !granted("read", "write"),
  fn() {
    const dir = Deno.makeTempDirSync();
    try {
      const path = join(dir, "a.db");
      using db = openDatabase(path);
      migrate(db, [FIRST]);
      using reader = openDatabase(path, { readOnly: true });
      assertEquals(migrate(reader, [FIRST]), { from: 1, to: 1 });
      assertThrows(() => migrate(reader, []), DatabaseError, "update the program");
      assertThrows(() => migrate(reader, [FIRST, SECOND]), DatabaseError, "readonly");
    } finally {
      Deno.removeSync(dir, { recursive: true });
    }
  },
});
