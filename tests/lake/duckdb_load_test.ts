import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DatabaseError, UsageError } from "../../lib/errors/mod.ts";
import { duckdbLoad, type LiveStream, type LoadedStream } from "../../lib/lake/mod.ts";
import { loadStreams } from "../../lib/pipeline/load.ts";

const SCHEMA = {
  type: "struct",
  fields: [{ name: "id", type: "long", nullable: false, metadata: {} }],
} as const;

/** A stream whose runs have each published one file of two rows. */
function stream(runs: readonly string[], change: Partial<LiveStream> = {}): LiveStream {
  const files = runs.map((run_id) => ({
    run_id,
    path: `raw/shop/orders/dt=2026-11-26/part-${run_id}-00000.jsonl.gz`,
    rows: 2,
    bytes: 1,
    sha256: "",
  }));
  return {
    source: "shop",
    stream: "orders",
    mode: "incremental",
    primaryKey: [["id"]],
    schema: SCHEMA,
    sets: runs.length === 0 ? [] : [{ reader: { format: "json" }, schema: SCHEMA, files }],
    rows: 2 * runs.length,
    ...change,
  };
}

/** What a database says that a load of these runs has left. */
function loaded(runs: readonly string[], change: Partial<LiveStream> = {}): LoadedStream {
  const { sql } = duckdbLoad(stream(["A"], change), "/lake", undefined);
  const [, shape = ""] = /VALUES \('shop\.orders', 'A', '(\w+)'/.exec(sql) ?? [];
  assert(shape !== "");
  return { stream: "shop.orders", runs, shape };
}

function howOf(runs: readonly string[], before: readonly string[] | undefined, change = {}) {
  return duckdbLoad(stream(runs, change), "/lake", before && loaded(before)).how;
}

Deno.test("duckdbLoad() does nothing for runs that were loaded", () => {
  assertEquals(howOf(["A", "B"], ["A", "B"]), "unchanged");
});

Deno.test("duckdbLoad() reads the files of new runs alone", () => {
  const { how, rows, sql } = duckdbLoad(stream(["A", "B", "C"]), "/lake", loaded(["A", "B"]));
  assertEquals([how, rows], ["merged", 2]);
  assert(!sql.includes("part-A") && !sql.includes("part-B"));
  assertStringIncludes(sql, "part-C");
  assertStringIncludes(sql, "(SELECT count(*) FROM fresh) = 2");
  const unkeyed = { primaryKey: [] };
  assertEquals(
    duckdbLoad(stream(["A", "B"], unkeyed), "/lake", loaded(["A"], unkeyed)).how,
    "added",
  );
});

Deno.test("duckdbLoad() makes the table again where adding would be wrong", () => {
  assertEquals(howOf(["A"], undefined), "replaced", "nothing was loaded");
  assertEquals(howOf(["A", "C"], ["A", "B"]), "replaced", "a run was retracted");
  assertEquals(howOf(["A", "B", "C"], ["A", "C"]), "replaced", "a run came between others");
  const wider = { ...SCHEMA, fields: [{ ...SCHEMA.fields[0], type: "double" }] };
  assertEquals(howOf(["A", "B"], ["A"], { schema: wider }), "replaced", "other columns");
  assertEquals(howOf(["A", "B"], ["A"], { primaryKey: [] }), "replaced", "another key");
  assertEquals(howOf([], ["A"]), "replaced", "all runs were retracted");
});

/** Loads into a database that answers with these lines, one list a call. */
function load(...answers: readonly Record<string, unknown>[][]) {
  const asked: string[] = [];
  const run = (sql: string) => {
    asked.push(sql);
    return Promise.resolve({ lines: answers[asked.length - 1] ?? [] });
  };
  const target = { file: "/my.duckdb", program: "/bin/engine", run };
  return { asked, done: loadStreams([stream(["A"])], "/lake", target) };
}

Deno.test("loadStreams() refuses a table that no load made before it changes anything", async () => {
  const engine = { engine: "v1" };
  const { asked, done } = load([{ name: "Shop.ORDERS", is_ours: false }, engine]);
  const error = await assertRejects(() => done, UsageError, "no load made");
  assertStringIncludes(error.message, "rename or drop that");
  assertEquals([asked.length, /CREATE|INSERT|DELETE/.test(asked[0] ?? "")], [1, false]);
  const others = [{ name: "shop.orders", is_ours: true }, { name: "shop.mine", is_ours: false }];
  const known = load([...others, engine], [{ stream: "shop.orders", table_rows: 2 }]);
  assertEquals((await known.done)[0]?.table_rows, 2);
  // The transaction looks again: somebody may have made it meanwhile.
  assertMatch(known.asked[1] ?? "", /^BEGIN;[^]*WHERE NOT is_ours AND[^]*OR REPLACE TABLE/);
});

Deno.test("loadStreams() takes an engine that does not answer for none", async () => {
  for (const answers of [[], [[{ engine: "v1" }]]]) {
    const { done } = load(...answers);
    const error = await assertRejects(() => done, DatabaseError, "it did not answer");
    assertEquals(error.code, "engine-failed");
  }
});

Deno.test("loadStreams() loads in one start up to what the engine cannot read, and goes on after it", async () => {
  const asked: string[][] = [];
  const run = (sql: string) => {
    const parts = [...sql.matchAll(/part-([A-Z])/g)].map(([, run = ""]) => run);
    if (parts.length === 0) return Promise.resolve({ lines: [{ engine: "v1" }] });
    asked.push([...new Set(parts)]);
    const bad = parts.findIndex((run) => BAD.includes(run));
    const read = new Set(bad < 0 ? parts : parts.slice(0, bad));
    const lines = Array.from(read, (run) => ({ stream: `shop.${run}`, table_rows: 2 }));
    const error = new DatabaseError("engine-failed", `Cannot read part-${parts[bad]}`);
    return Promise.resolve(bad < 0 ? { lines } : { lines, error });
  };
  const BAD = ["B", "C", "F"];
  const target = { file: "/my.duckdb", program: "/bin/engine", run };
  const streams = ["A", "B", "C", "D", "E", "F"].map((run) => stream([run], { stream: run }));
  const error = await assertRejects(() => loadStreams(streams, "/lake", target), DatabaseError);
  assertEquals(asked.map((parts) => parts.join("")), ["ABCDEF", "CDEF", "DEF"]);
  const { tables, failed } = error.context["written"] as Record<string, { stream: string }[]>;
  const names = (list: readonly { stream: string }[] = []) => list.map(({ stream }) => stream);
  assertEquals([names(tables), names(failed)], [
    ["shop.A", "shop.D", "shop.E"],
    ["shop.B", "shop.C", "shop.F"],
  ]);
  assertStringIncludes(error.message, "shop.F: Cannot read part-F");
});

Deno.test("duckdbLoad() gives tables no name that a column has, whose fields it would compare", () => {
  const object = { type: { type: "struct", fields: [] }, nullable: true, metadata: {} } as const;
  const names = ["t", "n", "__new", "__OLD"];
  const schema = {
    ...SCHEMA,
    fields: [...SCHEMA.fields, ...names.map((name) => ({ ...object, name }))],
  };
  const { sql } = duckdbLoad(stream(["A", "B"], { schema }), "/lake", loaded(["A"], { schema }));
  const [statement = ""] = /DELETE FROM target."shop"."orders" .*/.exec(sql) ?? [];
  const aliases = [...statement.matchAll(/ AS (\w+)/g)].map(([, name]) => name ?? "");
  assertEquals(aliases, ["__old_", "__new_"]);
});
