import { assertEquals, assertRejects } from "@std/assert";
import { type Database, openDatabase, type SqlInput, writeBatches } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";

const JOB = { table: "t", columns: ["id", "name"] };

function opened(crashPoint?: (name: string) => void): Database {
  const db = openDatabase(":memory:", crashPoint === undefined ? {} : { crashPoint });
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
  return db;
}

function ids(db: Database): number[] {
  return db.all<{ id: number }>("SELECT id FROM t ORDER BY id").map(({ id }) => id);
}

function* numbered(count: number): Generator<SqlInput[]> {
  for (let id = 0; id < count; id++) yield [id, `n${id}`];
}

Deno.test("writeBatches() writes full batches and the rest, and asks for a row only when there is room", async () => {
  const committed: number[] = [];
  let asked = 0;
  using db = opened((point) => {
    if (point === "insert:t:after-commit") committed.push(asked);
  });
  async function* rows() {
    for (const row of numbered(25)) {
      asked++;
      yield row;
    }
  }
  assertEquals(await writeBatches(db, { ...JOB, rows: rows() }, { maxRows: 10 }), 25);
  assertEquals([committed, ids(db).length], [[10, 20, 25], 25]);
});

Deno.test("writeBatches() does not let a row wait for a slow source", async () => {
  using db = opened();
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* rows() {
    yield [1, "a"];
    await promise;
    yield [2, "b"];
  }
  const written = writeBatches(db, { ...JOB, rows: rows() }, { maxWait: 1 });
  for (let tries = 0; ids(db).length === 0 && tries < 1000; tries++) {
    await new Promise((go) => setTimeout(go, 1));
  }
  assertEquals(ids(db), [1]);
  resolve();
  assertEquals([await written, ids(db)], [2, [1, 2]]);
});

Deno.test("writeBatches() keeps the batches before one that fails, and names the row over all of them", async () => {
  using db = opened();
  const rows = [...numbered(10), [10, "x"], [10, "twice"], [12, "y"]];
  const error = await assertRejects(
    () => writeBatches(db, { ...JOB, rows }, { maxRows: 5 }),
    DatabaseError,
    'Cannot insert row 11 into "t"',
  );
  assertEquals([error.code, error.context["row"]], ["database-constraint", 11]);
  assertEquals(ids(db), Array.from({ length: 10 }, (_, at) => at));
  await assertRejects(
    () => writeBatches(db, { ...JOB, rows: [[20, "a"], [21, NaN]] }),
    TypeError,
    'Cannot insert row 1 into "t": Cannot bind NaN',
  );
});

Deno.test("writeBatches() leaves out the batch that is not full when it is stopped, and closes its source", async () => {
  using db = opened();
  const stop = new AbortController();
  let isClosed = false;
  function* rows() {
    try {
      for (const row of numbered(100)) {
        if (row[0] === 8) stop.abort(new Error("enough"));
        yield row;
      }
    } finally {
      isClosed = true;
    }
  }
  const { signal } = stop;
  await assertRejects(
    () => writeBatches(db, { ...JOB, rows: rows() }, { maxRows: 5, signal }),
    Error,
    "enough",
  );
  assertEquals([ids(db), isClosed], [[0, 1, 2, 3, 4], true]);
});
