import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { Database } from "../../lib/db/mod.ts";
import { everyWorldTest, worldTest } from "../pipeline/_world.ts";
import { filesIn, runHeadwaters, workOf } from "./_run_headwaters.ts";

/** Ends a text, an attribute, an element, the style and a comment, and would run if any of it were markup. */
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&lt;` +
  `</title></style>\u202e\x1b[31m\n<!-- javascript:alert(1)`;

/** Columns whose form other code relies on: times, and JSON. */
const KEPT = /_at$|^(checkpoint|evidence|contradictions|reasons|state|validators)$/;

everyWorldTest(
  "pipeline report writes one page from the audit database, and touches nothing else",
  async (world) => {
    const { folder } = world;
    world.items = [{ id: 1 }, { id: 2 }];
    world.drop("a.csv", "id,name\n1,x\n2\n");
    const { run_id: first } = await world.run();
    world.items = [{ id: 1 }, { id: 3 }, { id: 4 }];
    const { run_id: second } = await world.run();
    const before = filesIn(folder);
    const report = (...args: string[]) =>
      runHeadwaters(["pipeline", "report", ...args], { cwd: folder });

    const said = await report("--json");
    assertEquals(said.code, 0, said.stderr);
    const { runs, page, audit } = JSON.parse(said.stdout);
    assertEquals([runs, page, audit], [2, join(folder, "report.html"), join(folder, "audit.db")]);
    assertEquals(filesIn(folder).filter((name) => !before.includes(name)), ["report.html"]);
    const index = await Deno.readTextFile(page);
    for (const run of [first, second]) assertStringIncludes(index, `<details id="${run}"`);
    assertMatch(index, /<title>[^<]+ complete: 3<\/title>/, "a bar of the rows written");
    assert(
      !/\b(src|action)=|url\(|@import|<(script|link)|href="[^#]/.test(index),
      "it loads nothing",
    );
    assertEquals((await report()).code, 0, "a page of its own is replaced each day");
    await Deno.writeTextFile(page, index.replace("<html", "<html data-mine"));
    assertEquals((await report()).code, 64, "what is no page of its own is not");

    const one = await workOf(
      ["pipeline", "report", first, "--audit", "audit.db", "-o", "one.html"],
      folder,
    );
    assertEquals(one.code, 0);
    const text = textOf(await Deno.readTextFile(join(folder, "one.html")));
    assertStringIncludes(text, "vendor.vendor row-columns a.csv nothing 3");
    const unknown = await assertRejects(() =>
      workOf(["pipeline", "report", "../x", "-a", "audit.db"], folder)
    );
    assertStringIncludes(String(unknown), `there is no such run; the newest is ${second}`);
    assertMatch(text, /vendor.vendor raw\/vendor\/vendor\/\S+ 1 \d+ B published/);
  },
);

/** What is said of a file of the pipeline, and of one that would be in a folder of it. */
const IN_USE = /: it is (?:an input|in .+, which .+); name another output/;

everyWorldTest(
  "what a pipeline lives from is nobody's output, not even with --force",
  async (world) => {
    const { folder } = world;
    world.items = [{ id: 1 }];
    world.drop("a.csv", "id,name\n1,x\n");
    await world.run();
    const before = filesIn(folder);
    const asked = (args: readonly string[]) =>
      runHeadwaters([...args, "--dry-run"], { cwd: folder });
    const report = ["pipeline", "report", "--force", "-o"];
    const inputs = ["pipeline.yaml", "audit.db", "audit.db-wal", "audit.db-shm", "audit.db.lock"];
    inputs.push("audit.db-journal");
    inputs.push(join("lake", "_lake.json"), join("lake", "x.html"), join("logs", "x.html"));
    inputs.push(join("drop", "a.csv"), join("drop", "x.html"));
    for (const name of [...inputs, "report.html"]) {
      const { code, stderr } = await asked([...report, name]);
      const isFree = name === "report.html";
      assertEquals([name, code], [name, isFree ? 0 : 64]);
      assertMatch(stderr, isFree ? /^$/ : IN_USE);
    }
    // Without the configuration the database and the lake are known all the same; so they are to every other command.
    const others = [
      [...report, "audit.db.lock", "-a", "audit.db"],
      [...report, join("lake", "_lake.json"), "-a", "audit.db"],
      ["api", "fetch", "http://127.0.0.1:9/x", "--force", "-o", join("lake", "_lake.json")],
      ["audit", "rebuild", "lake", "-o", join("lake", "new.db")],
      ["pipeline", "load", "--to", "duckdb:audit.db"],
    ];
    for (const args of others) {
      const { code, stderr } = await asked(args);
      assertMatch(stderr, IN_USE, args.join(" "));
      assertEquals(code, 64);
    }
    assertEquals(filesIn(folder), before);
  },
);

worldTest("pipeline report escapes whatever the audit database holds", async (world) => {
  world.items = [{ id: 1 }];
  world.drop("a.csv", "id,name\n1,x\n2\n");
  world.drop("b.csv", "other\n1\n");
  const edit = (yaml: string) => `${yaml}    expect: { columns: [id, name] }\n`;
  await world.run({ edit });
  const audit = join(world.folder, "audit.db");
  const pages = async (name: string, ending: string) => {
    const path = join(world.folder, name);
    await Deno.copyFile(audit, path);
    const run = endTexts(path, ending);
    const made: string[] = [];
    for (const words of [[], [run]]) {
      await workOf(
        ["pipeline", "report", ...words, "-a", name, "-o", "page.html", "--force"],
        world.folder,
      );
      made.push(await Deno.readTextFile(join(world.folder, "page.html")));
    }
    return made;
  };
  const harmless = await pages("harmless.db", "~");
  const hostile = await pages("hostile.db", HOSTILE);
  for (const [i, page] of hostile.entries()) {
    assertEquals(markupOf(page), markupOf(harmless[i] ?? ""));
    assert(page.split("&lt;script&gt;").length > 20, "little of it is shown");
    assert(!/[\p{Cc}\u202e]/u.test(page.replaceAll("\n", "")), "a control character");
  }
});

/** Puts something behind every text of a database. Returns the id of its run. */
function endTexts(path: string, ending: string): string {
  using db = openAudit(path);
  db.exec("PRAGMA foreign_keys = OFF");
  const tables = names(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations'",
  );
  for (const table of tables) {
    const texts = names(db, `SELECT name FROM pragma_table_info('${table}') WHERE type = 'TEXT'`);
    for (const column of texts.filter((column) => !KEPT.test(column))) {
      db.run(`UPDATE "${table}" SET "${column}" = "${column}" || ?`, [ending]);
    }
  }
  db.run("UPDATE streams SET reasons = json_array(?)", [`a reason${ending}`]);
  return db.get<{ run_id: string }>("SELECT run_id FROM runs")?.run_id ?? "";
}

function names(db: Database, query: string): string[] {
  return db.all<{ name: string }>(query).map(({ name }) => name);
}

/** The elements and attributes of a page, without any text and value. */
function markupOf(page: string): string[] {
  return Array.from(page.matchAll(/<!--|<[^>]*>/g), ([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

/** What a page shows, a space between cells; a cell without a value is "nothing". */
function textOf(page: string): string {
  return page.replace(/<td class="[^"]*nothing"[^>]*>/g, "nothing").replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}
