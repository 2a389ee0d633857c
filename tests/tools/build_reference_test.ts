import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { buildReference, builtFiles } from "../../tools/build_reference.ts";
import {
  FILE_VERDICTS,
  openAudit,
  PUBLICATION_KINDS,
  RUN_STATUSES,
  STREAM_MODES,
  STREAM_PHASES,
} from "../../lib/audit/mod.ts";
import { CHECK_SEVERITIES } from "../../lib/quality/mod.ts";
import { auditTables, auditViews, columnComments } from "../../tools/audit_tables.ts";
import { markdownTable } from "../../tools/markdown_table.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name: "REFERENCE.md and the JSON Schema are what builtFiles() makes of the sources",
  ignore: !granted("read"),
  async fn() {
    for (const [file, wanted] of Object.entries(await builtFiles())) {
      const isFresh = wanted === await Deno.readTextFile(file);
      const command = "deno run --allow-read=. --allow-write=REFERENCE.md,data";
      assert(isFresh, `${file} is stale: ${command} tools/build_reference.ts`);
    }
  },
});

Deno.test({
  name: "every task has a description and none takes all permissions",
  ignore: !granted("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
    for (const [name, task] of Object.entries<{ description?: string; command: string }>(tasks)) {
      assert((task.description ?? "").length > 10, `task ${name} has no description`);
      assert(
        !/(?:^|\s)(?:-A|--allow-all)\b/.test(task.command),
        `task ${name} takes all permissions`,
      );
      const runs = task.command.match(/\bdeno (?:run|test)\b(?! .*--no-prompt)/);
      assertEquals(runs, null, `task ${name} may stop at a question`);
      // Once a day the runtime asks for a newer version of itself, even through a proxy.
      assert(!/^deno run\b/.test(task.command), `task ${name} may call a host that nobody named`);
    }
  },
});

Deno.test("buildReference() names every task it is given", () => {
  const text = buildReference({ "one:two": { description: "Do this | that" } });
  assertStringIncludes(text, "| `deno task one:two` | Do this \\| that |");
});

Deno.test("auditTables() knows the meaning of every column that is not explained by its name", () => {
  const tables = auditTables();
  assertEquals(tables.map((table) => table.name).slice(0, 2), ["runs", "streams"]);
  const run = tables[0]?.columns.find((column) => column.name === "ended_at");
  assertEquals([run?.type, run?.nullable], ["TEXT", true]);
  assertStringIncludes(run?.meaning ?? "", "ISO 8601");
});

Deno.test("auditTables() names each value of a closed set", () => {
  const meanings = new Map(
    auditTables().flatMap(({ name, columns }) =>
      columns.map((column) => [`${name}.${column.name}`, column.meaning])
    ),
  );
  const sets = {
    "runs.status": RUN_STATUSES,
    "streams.mode": STREAM_MODES,
    "streams.phase": STREAM_PHASES,
    "files.verdict": FILE_VERDICTS,
    "publications.kind": PUBLICATION_KINDS,
    "checks.severity": CHECK_SEVERITIES,
  };
  for (const [column, values] of Object.entries(sets)) {
    const said = (meanings.get(column) ?? "").replaceAll(/ \(.*?\)/g, "").split(/, | or /);
    assertEquals(said.toSorted(), values.toSorted(), column);
  }
});

Deno.test("auditViews() has each view of the database once, with what it is for now", () => {
  using db = openAudit(":memory:");
  const views = db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'view'");
  const found = auditViews();
  assertEquals(found.map(({ name }) => name), views.map(({ name }) => name));
  assertEquals(found.filter(({ meaning }) => meaning === ""), []);
  const quarantine = found.find(({ name }) => name === "open_quarantine");
  assertStringIncludes(quarantine?.meaning ?? "", "that no replay has brought into the lake");
});

Deno.test("columnComments() reads columns of new tables and columns that were added", () => {
  const found = columnComments([
    "CREATE TABLE a (\n  b TEXT NOT NULL, -- first\n  c INTEGER,\n  PRIMARY KEY (b)\n) STRICT;",
    "ALTER TABLE a ADD COLUMN d TEXT; -- added\nALTER TABLE e\n  ADD COLUMN f TEXT; -- below",
  ]);
  assertEquals([...found], [["a.b", "first"], ["a.d", "added"], ["e.f", "below"]]);
});

Deno.test("columnComments() follows tables and columns to their new names and meanings", () => {
  const found = columnComments([
    "CREATE TABLE a (\n  b TEXT, -- first\n  c TEXT -- second\n) STRICT;",
    "CREATE TABLE a_2 (\n  b TEXT -- other\n) STRICT;\nDROP TABLE a;\nALTER TABLE a_2 RENAME TO a;",
    "ALTER TABLE a RENAME COLUMN b TO d;\nALTER TABLE a RENAME COLUMN d TO e; -- another\n-- a.f: said again",
  ]);
  assertEquals([...found], [["a.e", "another"], ["a.f", "said again"]]);
});

Deno.test("markdownTable() escapes what would break a row", () => {
  assertEquals(
    markdownTable(["A", "B"], [["a|b", "one\n  two"], ["<x>", "`<y>`"]]),
    "| A | B |\n| --- | --- |\n| a\\|b | one two |\n| &lt;x> | `<y>` |\n",
  );
});
