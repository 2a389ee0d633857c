import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { extractTable } from "../../lib/cli/db/extract_table.ts";
import type { TableEnd, TableInfo, TablePage, Tables } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { endOfTable } from "../../lib/pipeline/sources/database/table_end.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "../cli/_run_headwaters.ts";

const PLAIN: TableInfo = {
  name: "t",
  sql: "t",
  columns: [{ name: "id", type: "integer", notNull: true, sparkType: "long" }],
  unique: [["id"]],
};
const PARENT: TableInfo = { ...PLAIN, isInherited: true };

/** A table, its end, the evidence and the contradictions. */
const ENDS: readonly (readonly [TableInfo, TableEnd, string[], string[]])[] = [
  [PLAIN, { oneSnapshot: true, counted: 2 }, ["snapshot-counted"], []],
  [PLAIN, { oneSnapshot: true, counted: 3 }, [], ["total-not-read"]],
  [PLAIN, { oneSnapshot: true }, ["one-snapshot"], []],
  [PLAIN, { oneSnapshot: false }, ["last-key"], []],
  [PARENT, { oneSnapshot: true, counted: 2 }, ["snapshot-counted"], []],
  [PARENT, { oneSnapshot: true, counted: 3 }, [], ["total-not-read"]],
  [PARENT, { oneSnapshot: true }, [], ["rows-not-counted"]],
  [PARENT, { oneSnapshot: false }, [], ["rows-not-counted"]],
];

Deno.test("endOfTable() takes no end for complete that a shared key may have lost rows before", () => {
  for (const [table, end, evidence, codes] of ENDS) {
    const found = endOfTable(table, 2, end);
    assertEquals(found.stopReason, evidence[0] ?? "last-key");
    assertEquals([found.evidence, found.contradictions.map(({ code }) => code)], [evidence, codes]);
  }
});

Deno.test({
  name: "extractTable() writes no table whose rows may share a key and were not counted",
  ignore: !granted("read", "write", "env"),
  fn: () =>
    inFolder({}, async (folder) => {
      const tables = {
        describe: () => Promise.resolve(PARENT),
        // deno-lint-ignore require-yield
        async *read(): AsyncGenerator<TablePage, TableEnd> {
          return { oneSnapshot: false };
        },
      } as unknown as Tables;
      const { signal } = new AbortController();
      const error = await assertRejects(
        () => extractTable(tables, folder, { table: "t", key: [], signal, onPage: () => {} }),
        DatabaseError,
      );
      assertEquals(error.code, "database-busy");
      assertStringIncludes(error.message, "tables inherit from it");
    }),
});
