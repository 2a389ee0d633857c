import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { changeInWords } from "../../lib/pipeline/contract.ts";
import { nextStep } from "../../lib/pipeline/next_steps.ts";
import { everyTest } from "../_sample.ts";
import { currentOf, everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

const ITEMS = "shop.items";

function contract(more: string) {
  return (yaml: string) => yaml.replace("primary_key: [id]", `primary_key: [id]\n        ${more}`);
}

/** Versions of the contract with what each has changed. */
function versions(world: World): string[] {
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  return db.all<{ version: number; changes: string }>(
    "SELECT version, changes FROM contracts ORDER BY version",
  ).map(({ version, changes }) => {
    const found = JSON.parse(changes) as { change: string; field: string }[];
    return `${version} ${found.map(({ change, field }) => `${change} ${field}`).join(", ")}`;
  });
}

everyWorldTest(
  "a contract has a version for each change of the columns, which the summary reports",
  async (world) => {
    world.items = [{ id: 1, at: { x: 1 }, note: null }, { id: 2, at: { x: 2 }, note: null }];
    assertEquals((await world.run()).columns, []);
    world.items = [{ id: 1, at: { x: 1 }, note: "typed now" }, { id: 3, at: { x: 2 }, note: "a" }];
    assertEquals((await world.run()).columns, [], "a column of nulls has had no type");
    world.items = [{ id: 1, at: { x: 1.5, y: 2 }, price: 3 }];
    const summary = await world.run();
    assertEquals(summary.exit_code, 0);
    assertEquals(summary.columns.map(({ change, field, from, to }) => [change, field, from, to]), [
      ["retyped", "at.x", "long", "double"],
      ["added", "at.y", null, "long"],
      ["added", "price", null, "long"],
      ["removed", "note", "string", null],
    ]);
    world.items = [{ id: 1, at: { x: 1, y: 2 }, price: 4 }];
    assertEquals((await world.run()).columns, [], "a long fits into a double");
    assertEquals(
      world.manifests(ITEMS).at(-2)?.ddl,
      "`at` STRUCT<`x`: DOUBLE NOT NULL, `y`: BIGINT NOT NULL> NOT NULL, `id` BIGINT NOT NULL, `price` BIGINT NOT NULL",
    );
    assertEquals(versions(world), [
      "1 ",
      "2 ",
      "3 retyped at.x, added at.y, added price, removed note",
    ]);
  },
);

worldTest("a column of another name and the same type is reported as renamed", async (world) => {
  world.items = [{ id: 1, mail: "x", n: 1 }];
  await world.run();
  world.items = [{ id: 1, email: "x", n: 1 }];
  const [change, ...others] = (await world.run()).columns;
  const { field, from, to } = change ?? {};
  assertEquals([change?.change, from, to, field], ["renamed", "mail", "email", "email"]);
  assertEquals(others, []);
});

everyWorldTest(
  "a frozen contract publishes nothing of other columns until they are taken back or allowed",
  async (world) => {
    const freeze = { edit: contract("contract: freeze") };
    world.items = [{ id: 1 }];
    assertEquals((await world.run(freeze)).exit_code, 0);
    const good = currentOf(world.folder, ITEMS);
    world.items = [{ id: "one" }];
    for (let night = 0; night < 2; night++) {
      const summary = await world.run(freeze);
      assertEquals([summary.exit_code, streamOf(summary, ITEMS).error_code], [
        1,
        "contract-broken",
      ]);
      assertStringIncludes(summary.reasons.join(), '"id" was long and is string');
      assertEquals([currentOf(world.folder, ITEMS), versions(world)], [good, ["1 "]]);
    }
    world.items = [{ id: 1 }, { id: 2 }];
    assertEquals((await world.run(freeze)).totals.written, 2);
    world.items = [{ id: "one" }];
    assertEquals((await world.run({ edit: contract("contract: evolve") })).exit_code, 0);
    world.items = [{ id: "two" }];
    assertEquals((await world.run(freeze)).exit_code, 0, "the new version holds from now on");
  },
);

worldTest(
  "a contract of an incremental stream keeps a column that new records lack",
  async (world) => {
    const edit = contract("incremental: { field: at, format: iso, start_param: since }");
    world.items = [{ id: 1, at: "2026-11-25T00:00:00Z", price: 3 }];
    await world.run({ edit });
    world.items = [{ id: 2, at: "2026-11-25T01:00:00Z" }];
    const { columns } = await world.run({ edit });
    assertEquals(columns.map(({ change, field }) => [change, field]), [["nullable", "price"]]);
    world.items = [{ id: 3, at: "2026-11-25T02:00:00Z" }];
    assertEquals((await world.run({ edit })).columns, []);
  },
);

worldTest(
  "a contract that rejects takes no record of other columns, one that rescues keeps it whole",
  async (world) => {
    const rows = () => world.rows(ITEMS);
    const items = (more: unknown[]) => [{ id: 1, at: { x: 1 }, n: 1 }, ...more];
    world.items = items([]);
    await world.run({ edit: contract("contract: reject") });
    world.items = items([{ id: 2, at: { x: 1 }, n: 1, price: 3 }, { id: 3, at: { x: "a" }, n: 1 }]);
    const rejected = await world.run({
      edit: contract(
        "contract: reject, tolerance: { records: 100% }".replace(", t", "\n        t"),
      ),
    });
    assertEquals([rejected.totals.rejected, rejected.columns, rows().length], [2, [], 1]);
    // A number with a point is no whole number, which a parser would not tell.
    world.answer = () =>
      new Response(
        '[{"id":1,"at":{"x":1},"n":1},{"id":2,"n":1.0,"big":12345678901234567890},{"price":3,"id":4}]',
      );
    const { columns, totals } = await world.run({ edit: contract("contract: rescue") });
    assertEquals([totals.rejected, columns.map(({ change, field }) => `${change} ${field}`)], [0, [
      "nullable at",
      "nullable n",
      "added _rescued",
      "added big",
      "retyped n",
      "added price",
    ]]);
    assertEquals(rows(), [
      '{"id":1,"at":{"x":1},"n":1}',
      '{"id":2,"_rescued":"{\\"id\\":2,\\"n\\":1.0,\\"big\\":12345678901234567890}"}',
      '{"id":4,"_rescued":"{\\"price\\":3,\\"id\\":4}"}',
    ]);
  },
  everyTest,
);

worldTest("a contract that rescues says each column once that it has not let in", async (world) => {
  const edit = contract("contract: rescue");
  const night = async (item: object) => {
    world.items = [{ id: 1, n: 1 }, { id: 2, n: 1, ...item }];
    return (await world.run({ edit })).columns.map(changeInWords);
  };
  assertEquals(await night({}), []);
  const rescued = '"_rescued" (string) is new';
  assertEquals(await night({ n2: "a" }), [rescued, '"n2" (string) is new; in _rescued']);
  assertEquals(await night({ n2: "b" }), []);
  assertEquals(await night({ n2: "b", n: "x" }), [
    '"n" is missing in some records',
    '"n" was long and is string; in _rescued',
  ]);
  assertEquals(await night({ n2: 3, n: "y" }), ['"n2" (long) is new; in _rescued']);
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  const kept = db.all<{ changes: string }>("SELECT changes FROM contracts ORDER BY version");
  assertEquals(JSON.parse(kept.at(-1)?.changes ?? ""), [
    { change: "added", field: "n2", from: null, to: "long", rescued: true },
  ]);
}, everyTest);

worldTest(
  "a contract that rejects leaves open what lists of empty lists hold, until a value says it",
  async (world) => {
    const edit = contract("contract: reject");
    const types: unknown[] = [];
    for (const x of [[], [[]], [], [[1]], [[]]]) {
      world.items = [{ id: 1, x }];
      const { exit_code, totals } = await world.run({ edit });
      assertEquals([exit_code, totals.rejected], [0, 0], JSON.stringify(x));
      types.push(world.manifests(ITEMS).at(-1)?.ddl?.replaceAll(/`id`.*?, | NOT NULL/g, ""));
    }
    assertEquals(types, [
      "`x` ARRAY<STRING>",
      "`x` ARRAY<ARRAY<STRING>>",
      "`x` ARRAY<ARRAY<STRING>>",
      "`x` ARRAY<ARRAY<BIGINT>>",
      "`x` ARRAY<ARRAY<BIGINT>>",
    ]);
    world.items = [{ id: 1, x: ["one"] }];
    assertEquals((await world.run({ edit })).totals.rejected, 1);
  },
  everyTest,
);

worldTest(
  "a snapshot of which a contract rejects everything leads to its rejects, not to accept",
  async (world) => {
    const edit = contract("contract: reject");
    world.items = [{ id: 1 }, { id: 2 }];
    await world.run({ edit });
    world.items = [{ id: 1, new: 1 }, { id: 2, new: 1 }];
    const summary = await world.run({ edit });
    assertEquals(streamOf(summary, "shop.items").contradictions[0]?.code, "snapshot-shrank");
    const [next] = nextStep(summary, { cwd: world.folder, command: (words) => words });
    assertEquals(next, "audit rejects -a audit.db");
  },
  everyTest,
);
