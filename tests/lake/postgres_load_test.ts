import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { decideLoad } from "../../lib/lake/load_decision.ts";
import { checkPostgresStream, type LiveStream, postgresLoad } from "../../lib/lake/mod.ts";

function streamOf({ source = "api", stream = "orders", column = "id" }): LiveStream {
  const fields = [{ name: column, type: "long", nullable: true, metadata: {} }];
  return {
    ...{ source, stream, mode: "append", primaryKey: [], sets: [], rows: 0 },
    schema: { type: "struct", fields },
  };
}

for (
  const [what, names, state] of [
    ["a system column", { column: "xmin" }, 'PostgreSQL has a column "xmin" of its own'],
    ["a long column", { column: "é".repeat(32) }, "has more than the 63 bytes"],
    ["a long stream", { stream: "s".repeat(64) }, "has more than the 63 bytes"],
    ["a source of the server's", { source: "pg_x" }, 'names that begin with "pg_"'],
  ] as const
) {
  Deno.test(`checkPostgresStream() refuses ${what}, and says where it can be loaded`, () => {
    const { code, message } = assertThrows(
      () => checkPostgresStream(streamOf(names)),
      DatabaseError,
    );
    assertEquals(code, "database-statement");
    assertStringIncludes(message, state);
    assertStringIncludes(message, "; load into duckdb:FILE");
  });
}

Deno.test("decideLoad() refuses a source with the name of a schema that every database has", () => {
  const { message } = assertThrows(
    () => decideLoad(streamOf({ source: "information_schema" }), undefined),
    DatabaseError,
  );
  assertStringIncludes(message, 'a schema "information_schema" of their own; give the source');
});

Deno.test("checkPostgresStream() takes 63 bytes, and letters that a system column has not", () => {
  checkPostgresStream(streamOf({ stream: "s".repeat(63), column: "Xmin" }));
});

Deno.test("postgresLoad() asks the server for nothing where it has no such name", async () => {
  const session = {
    run: () => Promise.reject(new TypeError("asked")),
    copy: () => Promise.reject(new TypeError("asked")),
  };
  const stream = streamOf({ column: "xmin" });
  const { message } = await assertRejects(
    () => postgresLoad(session, stream, "/lake"),
    DatabaseError,
  );
  assertStringIncludes(message, 'Cannot load api.orders: PostgreSQL has a column "xmin"');
});

for (
  const [state, said, more] of [
    ["22003", '"1e400" is out of range', "cannot hold: "],
    ["22P05", "unsupported Unicode escape sequence", "(PostgreSQL has no text with a NUL)"],
  ] as const
) {
  Deno.test(`postgresLoad() names the file of a value that the server cannot hold (${state})`, async () => {
    const session = {
      run: () => Promise.resolve([]),
      copy: () => Promise.reject(Object.assign(new Error(said), { code: state })),
    };
    const file = { path: "raw/api/orders/dt=2026-11-28/part-1.jsonl.gz", run_id: "r1" };
    const files = [{ ...file, rows: 1, bytes: 9, sha256: "0" }];
    const stream = streamOf({});
    const sets = [{ reader: { format: "json" }, schema: { type: "struct", fields: [] }, files }];
    const error = await assertRejects(
      () => postgresLoad(session, { ...stream, sets, rows: 1 } as LiveStream, "/lake"),
      DatabaseError,
    );
    assertEquals(error.code, "database-constraint");
    for (const words of ["Cannot load api.orders: ", `"${file.path}"`, said, more]) {
      assertStringIncludes(error.message, words);
    }
    assertStringIncludes(error.message, "; load into duckdb:FILE, or retract the run");
  });
}
