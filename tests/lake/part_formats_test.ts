import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseError } from "../../lib/errors/mod.ts";
import {
  checkPostgresStream,
  duckdbVerify,
  PART_FORMATS,
  sparkVerify,
} from "../../lib/lake/mod.ts";
import { TEXT_FORMAT_NAMES } from "../../lib/lake/part_format_names.ts";

Deno.test("the formats that are text are known without what writes them", () => {
  const text = Object.entries(PART_FORMATS).filter(([, { isAsSent }]) => isAsSent);
  assertEquals(text.map(([name]) => name), [...TEXT_FORMAT_NAMES]);
});

Deno.test("engines read a format of parts by its name, and take none but JSON for JSON", () => {
  const id = { name: "id", type: "long", nullable: true, metadata: {} } as const;
  const schema = { type: "struct", fields: [id] } as const;
  const path = "raw/a/b/dt=2026-11-26/part-1.orc";
  const file = { path, rows: 1, bytes: 1, sha256: "", run_id: "1" };
  const set = { reader: { format: "orc" }, schema, files: [file] };
  const of = { source: "a", stream: "b", mode: "append", primaryKey: [], schema, rows: 1 } as const;
  const duckdb = duckdbVerify([{ ...of, sets: [set] }], "/lake");
  assertStringIncludes(duckdb, "read_orc([\n  '/lake/raw/a/b/dt=2026-11-26/part-1.orc'\n]");
  assert(!/read_json|compression/.test(duckdb), duckdb);
  // The server parses text and nothing else.
  const { message } = assertThrows(
    () => checkPostgresStream({ ...of, sets: [set] }),
    DatabaseError,
  );
  assertStringIncludes(message, "PostgreSQL cannot read files of the format orc");
  assertStringIncludes(message, "give the stream another name then; load into duckdb:FILE");
  for (const format of ["json", "csv"]) {
    checkPostgresStream({ ...of, sets: [{ ...set, reader: { format } }] });
  }
  // What is no text has its types and no corrupt records: Spark is not asked for them.
  assert(!sparkVerify([], "/lake").includes("parquet"));
});
