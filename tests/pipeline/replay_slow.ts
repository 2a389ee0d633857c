import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { edit, FIXED, ids, item, ITEMS, open, STRICT } from "./_replay.ts";
import { streamOf, type World, worldTest } from "./_world.ts";

worldTest("what is rejected again stays open as it was, once", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1), item(3, 2, -9)];
  await world.run({ edit: STRICT });
  const half = edit("\nchecks: [{ column: price, min: -5 }]");
  const { written, rejected } = streamOf(await world.run({ edit: half, replay: ITEMS }), ITEMS);
  assertEquals([written, rejected, open(world)], [1, 1, 1]);
  assertEquals(streamOf(await world.run({ edit: half, replay: ITEMS }), ITEMS).written, 0);
  assertEquals([ids(world), open(world)], [[1, 2], 1]);
});

worldTest("a replay brings back no version that a later one has followed", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1)];
  await world.run({ edit: STRICT });
  world.items = [item(2, 3, 7)];
  await world.run({ edit: STRICT });
  const { duplicates, written } = streamOf(await world.run({ edit: FIXED, replay: ITEMS }), ITEMS);
  assertEquals([duplicates, written, open(world)], [1, 0, 0]);
  assertEquals(world.rows(ITEMS).map((line) => JSON.parse(line).price).sort(), [1, 7]);
});

worldTest("a replay that was retracted leaves its rejects open", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1)];
  await world.run({ edit: STRICT });
  const { run_id } = await world.run({ edit: FIXED, replay: ITEMS });
  using db = openAudit(join(world.folder, "audit.db"));
  db.run(
    "INSERT INTO retractions VALUES ('R', ?, 'shop', 'items', '2026-11-25T00:00:00Z')",
    [run_id],
  );
  assertEquals(open(world), 1);
});

worldTest("a hash that privacy kept is not hashed again by a replay", async (world) => {
  const privacy = '\nprivacy: { hash: { columns: [id], salt: "${SALT}" } }';
  const env = (name: string) => name === "SALT" ? "a long salt for this test" : undefined;
  world.items = [item(1, 0, 1), item(1, 1, -1)];
  await world.run({ edit: edit(`\nchecks: [{ column: price, min: 0 }]${privacy}`), env });
  await world.run({ edit: edit(privacy), env, replay: ITEMS });
  const [first, second] = world.rows(ITEMS).map((line) => JSON.parse(line));
  assertEquals([second.price, second.id], [-1, first.id]);
});

worldTest("a replay that is stopped at any step publishes each reject once", async (world) => {
  let [step, done] = [0, false];
  world.items = [item(1, 0, 1)];
  await world.run({ edit: STRICT });
  for (; !done; step++) {
    world.items = [item(100 + step, 6 + step, -1)];
    await world.run({ edit: STRICT });
    let count = 0;
    const observe = (_: DiskStep) => {
      if (count++ >= step) throw new SimulatedCrash("stopped");
    };
    done = await world.run({ edit: FIXED, replay: ITEMS, observe }).then(() => true, () => false);
    if (!done) await world.run({ edit: FIXED, replay: ITEMS });
    assertEquals([open(world), ids(world).length], [0, step + 2], `step ${step}`);
    if (step > 80) throw new Error("it never ends");
  }
});

/** A check of the files, which a fix takes out, and what else their source says. */
function vendor(more: string) {
  return (yaml: string) =>
    yaml.replace("min_age: 0s", `min_age: 0s\n    tolerance: { records: 100%, files: 9 }${more}`);
}
const CHECKED = vendor("\n    checks: [{ column: price, min: 0 }]");

function prices(world: World) {
  return world.rows("vendor.vendor").map((row) => row.split(",").at(-1)).sort();
}

worldTest("rejected rows of a file come in once, with the columns of their file", async (world) => {
  world.drop("a.csv", 'sku,price\nx,1\ny,-2\ny,-2\n"z,1",-3\n');
  world.drop("b.csv", "sku,price\nw,4\n");
  const first = await world.run({ edit: CHECKED });
  assertEquals([streamOf(first, "vendor.vendor").rejected, open(world)], [3, 3]);
  const half = vendor("\n    checks: [{ column: price, min: -2 }]");
  const partly = await world.run({ edit: half, replay: "vendor.vendor" });
  const { read, written, rejected } = streamOf(partly, "vendor.vendor");
  assertEquals([read, written, rejected, open(world)], [3, 2, 1, 1]);
  assertEquals(prices(world), ["-2", "-2", "1", "4"]);
  for (const [at, expected] of [1, 0].entries()) {
    const all = await world.run({ edit: vendor(""), replay: "vendor.vendor" });
    assertEquals(streamOf(all, "vendor.vendor").written, expected, `replay ${at}`);
  }
  assertEquals([prices(world), open(world)], [["-2", "-2", "-3", "1", "4"], 0]);
  assertEquals(world.manifests("vendor.vendor").at(-1)?.replays?.length, 1);
  const again = await world.run({ edit: vendor("") });
  assertEquals([again.totals.written, again.exit_code], [0, 0]);
});

worldTest("a file that was rejected whole comes in from quarantine, once", async (world) => {
  world.drop("a.csv", "sku,price\nx,1\n");
  world.drop("b.csv", "sku,price\n");
  const first = await world.run({ edit: vendor("") });
  assertEquals(streamOf(first, "vendor.vendor").files_rejected, 1);
  const still = await world.run({ edit: vendor(""), replay: "vendor.vendor" });
  assertEquals([streamOf(still, "vendor.vendor").files_still_rejected, open(world)], [1, 1]);
  // The vendor has cleaned up.
  Deno.removeSync(join(world.folder, "drop/b.csv"));
  const allowed = vendor("\n    allow_empty: true");
  const replayed = await world.run({ edit: allowed, replay: "vendor.vendor" });
  assertEquals([streamOf(replayed, "vendor.vendor").files_published, open(world)], [1, 0]);
  world.drop("b.csv", "sku,price\n");
  const after = await world.run({ edit: allowed });
  assertEquals([streamOf(after, "vendor.vendor").files_published, after.exit_code], [0, 0]);
});

worldTest("a replay of rows that is stopped at any step publishes each row once", async (world) => {
  let [step, done, rows] = [0, false, 0];
  for (; !done; step++) {
    world.drop(`${step}.csv`, `sku,price\ngood${step},1\nbad${step},-1\n`);
    await world.run({ edit: CHECKED });
    rows += 2;
    let count = 0;
    const observe = (_: DiskStep) => {
      if (count++ >= step) throw new SimulatedCrash("stopped");
    };
    const replay = { edit: vendor(""), replay: "vendor.vendor" };
    done = await world.run({ ...replay, observe }).then(() => true, () => false);
    if (!done) await world.run(replay);
    const found = world.rows("vendor.vendor");
    assertEquals([open(world), found.length, new Set(found).size], [0, rows, rows], `step ${step}`);
    if (step > 80) throw new Error("it never ends");
  }
});
