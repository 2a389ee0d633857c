import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { openAudit, recentRuns, streamsOf } from "../../lib/audit/mod.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { acceptHeld } from "../../lib/pipeline/accept.ts";
import { acceptSnapshot, loadConfig, retractRun } from "../../lib/pipeline/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import {
  currentOf,
  everyWorldTest,
  items,
  namesIn,
  streamOf,
  type World,
  worldTest,
} from "./_world.ts";

const ITEMS = "shop.items";
const DAY = 24 * 60 * 60 * 1000;

function ids(world: World): string[] {
  return world.rows(ITEMS).map((line) => JSON.parse(line).id);
}

async function accept(world: World, name = ITEMS) {
  const config = await loadConfig(join(world.folder, "pipeline.yaml"), {
    root: world.folder,
    env: () => undefined,
  });
  return acceptSnapshot(config, [name]);
}

everyWorldTest(
  "runPipeline() keeps readers on the good snapshot when every record is rejected, also over more runs",
  async (world) => {
    world.items = items(40);
    await world.run();
    const good = currentOf(world.folder, ITEMS);
    // The API renames a field: every record lacks its key now.
    world.items = items(40).map(({ id }) => ({ key: id }));
    for (let night = 0; night < 3; night++) {
      world.now += 10 * DAY;
      const summary = await world.run();
      assertEquals(summary.exit_code, 2);
      const stream = streamOf(summary, ITEMS);
      assertEquals([stream.read, stream.rejected, stream.written], [40, 40, 0]);
      assertEquals(currentOf(world.folder, ITEMS), good);
      assertEquals(ids(world).length, 40);
    }
    const complete = world.manifests(ITEMS).filter((manifest) => manifest.complete);
    assertEquals(complete.map(({ rows }) => rows), [40], "no manifest calls the loss complete");
  },
);

worldTest(
  "runPipeline() does not take an error that looks like an empty listing for an empty listing",
  async (world) => {
    world.items = items(3);
    await world.run();
    world.items = [];
    const summary = await world.run();
    assertEquals(summary.exit_code, 2);
    assertEquals(streamOf(summary, ITEMS).contradictions.map(({ code }) => code), [
      "snapshot-shrank",
    ]);
    assertEquals(ids(world).length, 3);
    world.items = items(3);
    assertEquals((await world.run()).exit_code, 0, "a good answer needs no help");
  },
);

worldTest("acceptSnapshot() does not accept what was retracted", async (world) => {
  world.items = items(200);
  await world.run();
  world.items = items(20);
  const held = await world.run();
  assertEquals(held.exit_code, 2);
  world.now += 1000;
  await retractRun(await world.config(), held.run_id, { now: () => world.now });
  await assertRejects(() => accept(world), UsageError, "nothing to accept");
});

everyWorldTest(
  "acceptSnapshot() lets a shrunk snapshot through once, and no further one",
  async (world) => {
    world.items = items(200);
    await world.run();
    assertThrows(() => acceptSnapshotOf(world, ["shop.items"]), UsageError);
    world.items = items(80);
    assertEquals((await world.run()).exit_code, 2);
    assertEquals(ids(world).length, 200);
    // A run that read nothing of it says nothing of it.
    world.answer = () => new Response(null, { status: 503 });
    assertEquals((await world.run()).exit_code, 1);
    world.answer = undefined;
    const audit = join(world.folder, "audit.db");
    acceptHeld(audit, { source: "shop", stream: "items" }, { dryRun: true });
    {
      using db = openAudit(audit, { readOnly: true });
      assertEquals(db.all("SELECT * FROM acceptances"), [], "a dry run accepts nothing");
    }
    const accepted = await accept(world);
    assertEquals([accepted.source, accepted.stream, accepted.rows], ["shop", "items", 80]);
    assertEquals((await world.run()).exit_code, 0);
    assertEquals(ids(world).length, 80);
    world.items = items(20);
    assertEquals((await world.run()).exit_code, 0, "under 100 rows a shrink says nothing");
    world.items = [];
    assertEquals((await world.run()).exit_code, 2, "to nothing always does");
    assertEquals(ids(world).length, 20);
  },
);

everyWorldTest("a run that readers do not follow uses no acceptance up", async (world) => {
  world.items = items(200);
  await world.run();
  world.items = items(80);
  await world.run();
  await accept(world);
  // One record is bad, and none is tolerated: readers stay where they are.
  world.items = [...items(79), { no: 1 }];
  assertEquals((await world.run()).exit_code, 2);
  assertEquals(ids(world).length, 200);
  world.items = items(80);
  assertEquals((await world.run()).exit_code, 0);
  assertEquals(ids(world).length, 80);
});

worldTest("acceptSnapshot() accepts what was seen, not whatever comes", async (world) => {
  world.items = items(400);
  await world.run();
  world.items = items(190);
  await world.run();
  await accept(world);
  world.items = [];
  assertEquals((await world.run()).exit_code, 2);
  assertEquals(ids(world).length, 400);
  world.items = items(190);
  assertEquals((await world.run()).exit_code, 0, "it is still open for what was seen");
  assertEquals(ids(world).length, 190);
});

function acceptSnapshotOf(world: World, names: readonly string[]): unknown {
  const config = {
    audit: join(world.folder, "audit.db"),
    sources: [{ type: "api", name: "shop", streams: [{ name: "items", mode: "snapshot" }] }],
  };
  return acceptSnapshot(config as unknown as Parameters<typeof acceptSnapshot>[0], names);
}

worldTest("acceptSnapshot() names what is wrong", async (world) => {
  world.items = items(2);
  await world.run();
  const message = (names: string[]) =>
    assertThrows(() => acceptSnapshotOf(world, names), UsageError).message;
  assertStringIncludes(message([]), "expected the name of one stream");
  assertStringIncludes(message(["shop.item"]), 'did you mean "shop.items"?');
  assertStringIncludes(message(["shop.items"]), "has no shrunk snapshot in its last run");
});

worldTest("runPipeline() measures each stream by its own tolerance", async (world) => {
  // Two bad rows of ten, next to a thousand good ones of another source.
  world.items = [...items(8), { no: 1 }, { no: 2 }];
  world.drop("good.csv", `id\n${Array.from({ length: 1000 }, (_, i) => i).join("\n")}\n`);
  const tolerant = (yaml: string) => `${yaml}\ntolerance: { records: 1% }\n`;
  const summary = await world.run({ edit: tolerant });
  assertEquals([summary.exit_code, streamOf(summary, ITEMS).outcome], [2, "partial"]);
  assertEquals(streamOf(summary, "vendor.vendor").outcome, "complete");
  assertEquals(summary.reasons, [
    "shop.items: 2 of 10 records rejected, tolerance.records allows 1 %",
  ]);
});

worldTest(
  "runPipeline() takes the tolerance of a stream before that of its source and the file's",
  async (world) => {
    world.items = [...items(8), { no: 1 }, { no: 2 }];
    const edit = (at: string) => (yaml: string) =>
      yaml.replace("primary_key: [id]", `primary_key: [id]\n        ${at}`);
    assertEquals((await world.run({ edit: edit("tolerance: { records: 20% }") })).exit_code, 0);
    assertEquals((await world.run({ edit: edit("tolerance: { records: 19% }") })).exit_code, 2);
    const source = (yaml: string) =>
      yaml.replace("    retry:", "    tolerance: { records: 20% }\n    retry:");
    assertEquals((await world.run({ edit: source })).exit_code, 0);
  },
);

worldTest("runPipeline() counts rejected files per source", async (world) => {
  world.items = items(1);
  world.drop("a.csv", "");
  world.drop("b.csv", "id\n1\n");
  const edit = (files: number) => (yaml: string) => `${yaml}\ntolerance: { files: ${files} }\n`;
  assertEquals((await world.run({ edit: edit(1) })).exit_code, 0);
  world.drop("c.csv", "");
  world.drop("d.csv", "");
  const summary = await world.run({ edit: edit(1) });
  const { files_rejected, outcome } = streamOf(summary, "vendor.vendor");
  assertEquals([files_rejected, outcome, summary.exit_code], [2, "partial", 2]);
});

everyWorldTest(
  "runPipeline() keeps the current snapshot, the one before it and those of the last seven days",
  async (world) => {
    const snapshots = () =>
      namesIn(join(world.folder, "lake/raw/shop/items")).filter((name) =>
        name.startsWith("snapshot=")
      ).length;
    for (const [day, kept] of [[0, 1], [3, 2], [3, 3], [3, 3], [20, 2]] as const) {
      world.now += day * DAY;
      world.items = [...world.items, ...items(1, world.items.length)];
      assertEquals((await world.run()).exit_code, 0);
      assertEquals(snapshots(), kept, `after ${day} more days`);
      assertEquals(ids(world).length, world.items.length);
      assertEquals(world.manifests(ITEMS).length, kept, "no manifest names files that are gone");
    }
  },
);

everyWorldTest(
  "runPipeline() publishes a snapshot that it holds back once, not every night",
  async (world) => {
    world.items = items(200);
    await world.run();
    world.items = items(10);
    const first = streamOf(await world.run(), ITEMS);
    assertEquals([first.written, first.unchanged, first.published_files], [10, 0, 1]);
    const second = streamOf(await world.run(), ITEMS);
    assertEquals([second.written, second.unchanged, second.published_files], [0, 10, 0]);
    await accept(world);
    const third = await world.run();
    assertEquals([third.exit_code, ids(world).length], [0, 10]);
  },
);

everyWorldTest("snapshots that are held go after seven days like any other", async (world) => {
  world.items = items(200);
  await world.run();
  for (let night = 0; night < 20; night++) {
    world.now += DAY;
    world.items = items(50 + night);
    assertEquals((await world.run()).exit_code, 2);
  }
  // The current one, and what is younger than seven days.
  assertEquals(world.manifests(ITEMS).length, 1 + 7);
});

worldTest("append adds an answer that differs from the one before, and no other", async (world) => {
  const append = (yaml: string) => yaml.replace("primary_key: [id]", "mode: append");
  world.items = items(3);
  const counts = async () => {
    const { written, unchanged, published_files } = streamOf(
      await world.run({ edit: append }),
      ITEMS,
    );
    return [written, unchanged, published_files];
  };
  assertEquals(await counts(), [3, 0, 1]);
  assertEquals(await counts(), [0, 3, 0]);
  world.items = items(2, 7);
  assertEquals(await counts(), [2, 0, 1]);
  assertEquals(await counts(), [0, 2, 0]);
  assertEquals(world.rows(ITEMS).length, 5);
});

worldTest("a manifest says what its verdict says", async (world) => {
  world.items = items(200);
  await world.run();
  world.items = items(10);
  await world.run();
  const [good, held] = world.manifests(ITEMS);
  assertEquals([good?.complete, good?.evidence, good?.contradictions], [true, ["single-page"], []]);
  assertEquals([held?.complete, held?.contradictions.map(({ code }) => code)], [
    false,
    ["snapshot-shrank"],
  ]);
  assert(currentOf(world.folder, ITEMS) === good?.run_id);
});

worldTest("no manifest names a file that is not there yet, at any step of a run", async (world) => {
  world.items = items(20);
  world.drop("good.csv", "id\n1\n2\n");
  let seen = 0;
  const check = () => {
    for (const stream of [ITEMS, "vendor.vendor"]) {
      for (const { files } of manifestsOf(world, stream)) {
        for (const { path } of files) Deno.statSync(join(world.folder, "lake", path));
        seen++;
      }
    }
  };
  assertEquals((await world.run({ observe: check })).exit_code, 0);
  assert(seen > 0);
});

function manifestsOf(world: World, stream: string) {
  try {
    return world.manifests(stream);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

worldTest("a run that was given up before it had published claims nothing", async (world) => {
  world.items = [{ id: 1 }, { id: 2 }];
  const onlyItems = (yaml: string) => yaml.slice(0, yaml.indexOf("  - name: vendor"));
  let dead = false;
  const observe = (step: DiskStep) => {
    dead ||= step.kind === "point" && step.name === "publish-intent:before-commit";
    if (dead) throw new SimulatedCrash("publish-intent");
  };
  await assertRejects(() => world.run({ edit: onlyItems, observe }), SimulatedCrash);
  const second = await world.run({ edit: (yaml) => `${onlyItems(yaml)}max_shrink: 40%\n` });
  assertEquals([second.exit_code, second.attempts], [0, 1]);
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  const [, given] = recentRuns(db, 2);
  assertEquals(given?.status, "abandoned");
  const [row] = streamsOf(db, given?.run_id ?? "");
  assertEquals([row?.phase, row?.verdict?.outcome, row?.verdict?.complete], [
    "staged",
    "failed",
    false,
  ]);
});

worldTest("a snapshot of the same records in another order publishes nothing", async (world) => {
  for (
    const [rows, published] of [[items(6), 1], [items(6).toReversed(), 1], [items(7), 2]] as const
  ) {
    world.items = [...rows];
    const run = await world.run();
    assertEquals([run.exit_code, world.manifests("shop.items").length], [0, published]);
    assertEquals(world.rows("shop.items").length, rows.length);
  }
});

worldTest("the manifest of a partial read names the watermark that did not move", async (world) => {
  const at = (day: number) => `2026-11-0${day}T00:00:00Z`;
  const edit = (yaml: string) =>
    yaml.replace(
      "pagination: { type: none }",
      "pagination: { type: none, total: total }\n        records: data\n" +
        "        incremental: { field: at, start_param: since }",
    );
  const marks: unknown[] = [];
  for (const [day, total] of [[1, 2], [2, 1], [3, 2], [4, 1]] as const) {
    world.answer = () => Response.json({ total, data: [{ id: day, at: at(day) }] });
    await world.run({ edit });
    const { complete, watermark } = world.manifests(ITEMS).at(-1) ?? {};
    marks.push([complete, watermark?.slice(0, 10)]);
  }
  assertEquals(marks, [
    [false, undefined],
    [true, "2026-11-02"],
    [false, "2026-11-02"],
    [true, "2026-11-04"],
  ]);
});
