import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { openDatabase } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";
import { makeLink } from "../_make_link.ts";

const ignore = !granted("read", "write");

async function inTempDir(use: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = Deno.makeTempDirSync();
  try {
    await use(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test({
  name: "openDatabase() runs in WAL with full flushing and foreign keys",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      using db = openDatabase(join(dir, "a.db"));
      assertEquals(db.get("PRAGMA journal_mode"), { journal_mode: "wal" });
      assertEquals(db.get("PRAGMA synchronous"), { synchronous: 2 });
      assertEquals(db.get("PRAGMA foreign_keys"), { foreign_keys: 1 });
    }),
});

Deno.test({
  name: "openDatabase() says of a database whose writer was stopped what helps",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const [path, copy] = [join(dir, "a.db"), join(dir, "copy.db")];
      using writer = openDatabase(path);
      writer.exec(
        `PRAGMA journal_mode = DELETE; CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA cache_size = 1; BEGIN;
        WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5000)
          INSERT INTO t SELECT hex(randomblob(100)) FROM s`,
      );
      for (const name of ["", "-journal"]) Deno.copyFileSync(`${path}${name}`, `${copy}${name}`);
      const read = () => {
        using db = openDatabase(copy, { readOnly: true });
        return db.get("SELECT count(*) AS n FROM t");
      };
      const { code, message } = assertThrows(read, DatabaseError);
      assertEquals(code, "database-io");
      assertStringIncludes(message, "stopped while it wrote to it; open it once with one that may");
      openDatabase(copy)[Symbol.dispose]();
      assertEquals(read(), { n: 1 });
    }),
});

Deno.test({
  name: "openDatabase() says database-foreign for a file that is not a database",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const path = join(dir, "bad.db");
      Deno.writeTextFileSync(path, "not a database at all\n".repeat(200));
      for (const readOnly of [false, true]) {
        const error = assertThrows(() => openDatabase(path, { readOnly }), DatabaseError);
        assertEquals([error.code, error.context["errcode"]], ["database-foreign", 26]);
      }
    }),
});

Deno.test({
  name: "openDatabase() leads to database-damaged when pages in the middle were overwritten",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const path = join(dir, "a.db");
      {
        using db = openDatabase(path);
        db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
        db.insertMany("t", ["name"], Array.from({ length: 5000 }, (_, i) => [`name ${i}`]));
      }
      using file = Deno.openSync(path, { write: true });
      file.seekSync(4096, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(64 * 1024).fill(0xaa));
      using db = openDatabase(path);
      const error = assertThrows(
        () => db.get("SELECT sum(length(name)) AS n FROM t"),
        DatabaseError,
      );
      assertEquals(error.code, "database-damaged");
      assertMatch(
        error.message,
        /^Cannot read database ".+": it is damaged .+; move it and .+ bring it back/,
      );
    }),
});

Deno.test({
  name: "openDatabase() says whether the folder is missing or the path is one",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      for (
        const [path, code] of [
          [join(dir, "none", "a.db"), "database-io"],
          [dir, "database-foreign"],
        ] as const
      ) {
        const error = assertThrows(() => openDatabase(path), DatabaseError);
        assertEquals(error.code, code);
        assertStringIncludes(error.message, `Cannot open database "${path}": `);
      }
    }),
});

Deno.test({
  name: "openDatabase() opens an existing file read-only and refuses writes",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const path = join(dir, "a.db");
      assertEquals(
        assertThrows(() => openDatabase(path, { readOnly: true }), DatabaseError).code,
        "database-io",
      );
      using writer = openDatabase(path);
      writer.exec("CREATE TABLE t (a INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (1)");
      using reader = openDatabase(path, { readOnly: true });
      assertEquals(reader.all("SELECT a FROM t"), [{ a: 1 }]);
      const error = assertThrows(() => reader.run("INSERT INTO t VALUES (2)"), DatabaseError);
      assertEquals([error.code, error.context["errcode"]], ["database-io", 8]);
    }),
});

Deno.test({
  name: "openDatabase() reads a database at rest and leaves nothing next to it",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const path = join(dir, "a.db");
      {
        using writer = openDatabase(path);
        writer.exec("CREATE TABLE t (a INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (1)");
      }
      const names = () => [...Deno.readDirSync(dir)].map(({ name }) => name);
      const before = Deno.readFileSync(path);
      {
        using reader = openDatabase(path, { readOnly: true });
        assertEquals(reader.all("SELECT a FROM t"), [{ a: 1 }]);
        assertEquals(names(), ["a.db"]);
        const error = assertThrows(() => reader.run("INSERT INTO t VALUES (2)"), DatabaseError);
        assertEquals([error.code, error.context["errcode"]], ["database-io", 8]);
      }
      assertEquals([names(), Deno.readFileSync(path)], [["a.db"], before]);
    }),
});

Deno.test({
  name: "openDatabase() reads what is in the WAL of a database that a link leads to",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inTempDir(async (dir) => {
      const path = join(dir, "a.db");
      using writer = openDatabase(path);
      writer.exec("CREATE TABLE t (a INTEGER NOT NULL) STRICT");
      writer.all("PRAGMA wal_checkpoint(TRUNCATE)");
      writer.exec("INSERT INTO t VALUES (1)");
      await Deno.mkdir(join(dir, "links"));
      await makeLink(path, join(dir, "links/b.db"));
      using reader = openDatabase(join(dir, "links/b.db"), { readOnly: true });
      assertEquals(reader.all("SELECT a FROM t"), [{ a: 1 }]);
    }),
});

Deno.test({
  name: "openDatabase() says database-io for a path that the permissions leave out",
  permissions: "none",
  fn() {
    const error = assertThrows(() => openDatabase("somewhere.db"), DatabaseError);
    assertEquals(error.code, "database-io");
    assertStringIncludes(error.message, "Requires read access");
  },
});

Deno.test("openDatabase() refuses a timeout that is not whole ms", () => {
  for (const timeout of [-1, 0.5, NaN]) {
    assertThrows(() => openDatabase(":memory:", { timeout }), RangeError, "timeout");
  }
});

Deno.test({
  name:
    "transaction() says database-busy while another connection holds the lock, and works after it",
  ignore,
  fn: () =>
    inTempDir((dir) => {
      const path = join(dir, "a.db");
      using first = openDatabase(path);
      using second = openDatabase(path, { timeout: 0 });
      first.exec("CREATE TABLE t (name TEXT NOT NULL) STRICT");
      first.transaction("first", () => {
        first.run("INSERT INTO t VALUES ('first')");
        const begin = assertThrows(() => second.transaction("second", () => 1), DatabaseError);
        assertEquals([begin.code, begin.transient, begin.context["errcode"]], [
          "database-busy",
          true,
          5,
        ]);
        assertStringIncludes(begin.message, 'Cannot begin transaction "second"');
        const exec = assertThrows(() => second.exec("INSERT INTO t VALUES ('x')"), DatabaseError);
        assertEquals(exec.code, "database-busy");
        assertEquals(second.all("SELECT * FROM t"), [], "a reader sees the state before");
      });
      second.transaction("second", () => second.run("INSERT INTO t VALUES ('second')"));
      assertEquals(second.all("SELECT name FROM t"), [{ name: "first" }, { name: "second" }]);
    }),
});

Deno.test({
  name: "transaction() waits for a lock that another process holds",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inTempDir(async (dir) => {
      const path = join(dir, "a.db");
      using db = openDatabase(path, { timeout: 60_000 });
      using impatient = openDatabase(path, { timeout: 0 });
      db.exec("CREATE TABLE t (name TEXT NOT NULL) STRICT");
      await using holder = await holdLock(path, dir);
      const busy = assertThrows(() => impatient.transaction("impatient", () => 1), DatabaseError);
      assertEquals(busy.code, "database-busy");
      await holder.release();
      db.transaction("patient", () => db.run("INSERT INTO t VALUES ('from here')"));
      assertEquals(db.all("SELECT name FROM t"), [{ name: "from the child" }, {
        name: "from here",
      }]);
    }),
});

Deno.test({
  name: "openDatabase() finds nothing of a transaction whose process was killed",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inTempDir(async (dir) => {
      const path = join(dir, "a.db");
      using db = openDatabase(path, { timeout: 0 });
      db.exec("CREATE TABLE t (name TEXT NOT NULL) STRICT");
      await using holder = await holdLock(path, dir);
      await holder.kill();
      db.transaction("after", () => db.run("INSERT INTO t VALUES ('from here')"));
      assertEquals(db.all("SELECT name FROM t"), [{ name: "from here" }]);
    }),
});

interface Holder extends AsyncDisposable {
  /** Lets the child commit; returns when it has ended. */
  release(): Promise<void>;
  /** Ends the child in the middle of its transaction. */
  kill(): Promise<void>;
}

async function holdLock(path: string, dir: string): Promise<Holder> {
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--no-lock",
      `--allow-read=${dir}`,
      `--allow-write=${dir}`,
      new URL("./_hold_lock.ts", import.meta.url).pathname,
      path,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const ready = await reader.read();
  if (ready.done) throw new Error("Cannot hold the lock: the child ended early");
  let ended = false;
  const end = async (stop: () => Promise<void> | void) => {
    if (ended) return;
    ended = true;
    await stop();
    await child.status;
    await reader.cancel();
    // A killed child's pipe is broken already.
    await child.stdin.close().catch(() => {});
  };
  return {
    release: () => end(() => child.stdin.close()),
    kill: () => end(() => child.kill("SIGKILL")),
    [Symbol.asyncDispose]: () => end(() => child.kill("SIGKILL")),
  };
}
