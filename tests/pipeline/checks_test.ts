import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { currentOf, everyWorldTest, namesIn, streamOf, type World, worldTest } from "./_world.ts";

const ITEMS = "shop.items";

/** Adds checks, and what else the stream needs. */
function withChecks(checks: readonly string[], more = "") {
  const lines = checks.map((check) => `\n          - ${check}`).join("");
  return (yaml: string) =>
    yaml.replace(
      "primary_key: [id]",
      `primary_key: [id]${more.replaceAll("\n", "\n        ")}\n        checks:${lines}`,
    );
}

function tallies(world: World) {
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  return db.all<{ rule: string; violations: number }>(
    "SELECT rule, violations FROM checks ORDER BY run_id, rule",
  ).map(({ rule, violations }) => `${rule} ${violations}`);
}

worldTest(
  "checks reject a record before it is published, and the tolerance decides",
  async (world) => {
    world.items = [{ id: 1, price: 3 }, { id: 2, price: -3 }, { id: 3, price: 4 }, { id: 4 }];
    const edit = withChecks(["{ column: price, required: true, min: 0 }"]);
    const summary = await world.run({ edit });
    assertEquals(summary.exit_code, 2);
    const { read, written, rejected } = streamOf(summary, ITEMS);
    assertEquals([read, written, rejected], [4, 2, 2]);
    assertEquals(tallies(world), ["min 1", "required 1"]);
    const [name = ""] = namesIn(join(world.folder, "lake/quarantine/shop/items"));
    const rejects = (await Deno.readTextFile(
      join(world.folder, "lake/quarantine/shop/items", name),
    )).trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(rejects.map(({ code, field, raw }) => [code, field, raw]), [
      ["record-check", "price", '{"id":2,"price":-3}'],
      ["record-check", "price", '{"id":4}'],
    ]);
    assert(!rejects[0].message.includes("-3"));
    const tolerant = await world.run({
      edit: (yaml) =>
        edit(yaml).replace("path: /items", "path: /items\n        tolerance: { records: 50% }"),
    });
    assertEquals(tolerant.exit_code, 0);
  },
);

worldTest(
  "checks of severity warn change no outcome, and are in summary and audit",
  async (world) => {
    world.items = [{ id: 1, price: -3 }, { id: 2, price: 3 }];
    const edit = withChecks(["{ column: price, min: 0, severity: warn }"]);
    const summary = await world.run({ edit });
    assertEquals([summary.exit_code, streamOf(summary, ITEMS).written], [0, 2]);
    assertEquals(summary.checks.map(({ field, violations }) => [field, violations]), [[
      "price",
      1,
    ]]);
  },
);

everyWorldTest(
  "a check of severity fail publishes nothing and moves no watermark, and the next run reads again",
  async (world) => {
    const more = "\nincremental: { field: at, format: iso, start_param: since }";
    const edit = withChecks(["{ column: price, min: 0, severity: fail }"], more);
    world.items = [{ id: 1, at: "2026-11-25T00:00:00Z", price: 3 }];
    assertEquals((await world.run({ edit })).exit_code, 0);
    const before = currentOf(world.folder, ITEMS);
    world.items = [{ id: 2, at: "2026-11-25T01:00:00Z", price: -3 }];
    for (let again = 0; again < 2; again++) {
      const failed = await world.run({ edit });
      assertEquals(failed.exit_code, 1);
      assertEquals(streamOf(failed, ITEMS).error_code, "check-failed");
      assertStringIncludes(failed.reasons.join(), '1 of 1 record break min of "price"');
      assertEquals(world.rows(ITEMS).length, 1);
      assertEquals(currentOf(world.folder, ITEMS), before);
    }
    // Corrected at its source, with a record that came meanwhile.
    world.items = [
      { id: 2, at: "2026-11-25T01:00:00Z", price: 2 },
      { id: 3, at: "2026-11-25T02:00:00Z", price: 3 },
    ];
    const mended = await world.run({ edit });
    assertEquals([mended.exit_code, streamOf(mended, ITEMS).written], [0, 2]);
    assertEquals(world.rows(ITEMS).map((line) => JSON.parse(line).id).sort(), [1, 2, 3]);
    assertEquals((await world.run({ edit })).totals.written, 0);
  },
);

worldTest("a stream that is stale fails by max_age until it is fresh", async (world) => {
  const edit = withChecks(["{ column: at, max_age: 1d, severity: fail }"]);
  world.items = [{ id: 1, at: "2026-11-24T00:00:00Z" }];
  assertEquals((await world.run({ edit })).exit_code, 1);
  world.items = [{ id: 1, at: "2026-11-25T12:00:00Z" }];
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(world.rows(ITEMS).length, 1);
});

worldTest("the counts of checks are exact after a crash between two pages", async (world) => {
  const rows = [0, 1, 2, 3].map((page) =>
    [0, 1].map((at) => ({ id: 2 * page + at, code: at === 0 ? "same" : `${page}`, price: -at }))
  );
  world.answer = (url) => {
    const page = Number(url.searchParams.get("page"));
    return Response.json({ items: rows[page - 1] ?? [], more: page < 4 });
  };
  const paged = "\nrecords: items";
  const edit = (yaml: string) =>
    withChecks([
      "{ column: price, min: 0 }",
      "{ column: code, unique: true, severity: warn }",
    ], paged)(yaml).replace("{ type: none }", "{ type: page, page_param: page, has_more: more }");
  let commits = 0;
  const observe = (step: DiskStep) => {
    if (step.kind === "point" && step.name === "checkpoint:before-commit") commits++;
    if (commits > 2) throw new SimulatedCrash("pulled the plug");
  };
  await assertRejects(() => world.run({ edit, observe }));
  const summary = await world.run({ edit });
  assertEquals(summary.attempts, 2);
  const { read, written, rejected } = streamOf(summary, ITEMS);
  assertEquals([read, written, rejected], [8, 4, 4]);
  assertEquals(tallies(world), ["min 4", "unique 3"]);
});

everyWorldTest(
  "checks of a folder reject rows, and by fail the whole file, until they are corrected",
  async (world) => {
    const edit = (severity: string, min: number) => (yaml: string) =>
      yaml.replace(
        "path: drop",
        `path: drop
    tolerance: { records: 50%, files: 1 }
    checks:
      - { column: price, type: number, min: ${min}, severity: ${severity} }
      - { column: end, at_least: start, severity: warn }`,
      );
    world.drop("a.csv", 'id,price,start,end\n1,3,9,10\n2,"-3",9,10\n3,x,10,9\n4,,1,\n');
    const rejected = await world.run({ edit: edit("reject", 0) });
    const stream = streamOf(rejected, "vendor.vendor");
    assertEquals([stream.read, stream.written, stream.rejected], [4, 2, 2]);
    assertEquals(world.rows("vendor.vendor"), ["1,3,9,10", "4,,1,"]);
    assertEquals(tallies(world), ["at_least 1", "min 2", "type 1"]);
    const places = rejected.rejects.map(({ code, count }) => [code, count]);
    assertEquals(places, [["record-check", 2]]);
    world.drop("b.csv", "id,price,start,end\n5,1,1,1\n6,2,1,1\n7,3,1,1\n");
    const failed = streamOf(await world.run({ edit: edit("fail", 3) }), "vendor.vendor");
    assertEquals([failed.files_rejected, failed.written], [1, 0]);
    const mended = streamOf(await world.run({ edit: edit("fail", 2) }), "vendor.vendor");
    assertEquals([mended.files_published, mended.written], [1, 3]);
  },
);

worldTest(
  "checks of a folder hold for JSON records as for rows, with their types",
  async (world) => {
    const edit = (yaml: string) =>
      yaml.replace(
        "path: drop",
        `path: drop
    tolerance: { records: 100% }
    checks: [{ column: price.net, type: number, min: 0 }]`,
      );
    world.drop("a.jsonl", '{"price":{"net":3}}\n{"price":{"net":-3}}\n{"price":{"net":"3"}}\n{}\n');
    const stream = streamOf(await world.run({ edit }), "vendor.vendor");
    assertEquals([stream.read, stream.written, stream.rejected], [4, 2, 2]);
    assertEquals(world.rows("vendor.vendor"), ['{"price":{"net":3}}', "{}"]);
    assertEquals(tallies(world), ["min 2", "type 1"]);
  },
);

everyWorldTest(
  "what was published before a check was is a duplicate where it comes again, and no reject",
  async (world) => {
    const more = "\nincremental: { field: at, format: iso, start_param: since }";
    world.items = [{ id: 1, at: "2026-11-25T00:00:00Z", price: -1 }];
    await world.run({ edit: withChecks(["{ column: price, type: number }"], more) });
    world.items.push({ id: 2, at: "2026-11-25T00:00:00Z", price: -2 });
    const edit = withChecks(["{ column: price, min: 0 }"], more);
    const { read, rejected, duplicates } = streamOf(await world.run({ edit }), ITEMS);
    assertEquals([read, rejected, duplicates], [2, 1, 1]);
  },
);
