import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  getStreamState,
  openAudit,
  PAGE_AGE,
  publishedType,
  retractionsOf,
} from "../../lib/audit/mod.ts";
import { ConfigError, StorageError } from "../../lib/errors/mod.ts";
import { rebuildAudit, type RebuiltAudit } from "../../lib/lake/mod.ts";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { everyTest } from "../_sample.ts";
import {
  currentOf,
  everyWorldTest,
  items,
  namesIn,
  streamOf,
  type World,
  worldTest,
} from "./_world.ts";

function feed(yaml: string): string {
  return yaml.replace(
    "primary_key: [id]",
    "primary_key: [id]\n        incremental: { field: at, start_param: since }",
  );
}

/** Loses the audit database, and makes it again from the lake. */
async function rebuild(world: World): Promise<RebuiltAudit> {
  for (const name of namesIn(world.folder).filter((name) => name.startsWith("audit.db"))) {
    Deno.removeSync(join(world.folder, name));
  }
  using db = openAudit(join(world.folder, "audit.db"));
  return await rebuildAudit(db, join(world.folder, "lake"));
}

worldTest(
  "a lost audit database is rebuilt: the next run knows the snapshot and every file, and publishes nothing",
  async (world) => {
    world.items = items(3);
    world.drop("a.csv", "id\n1\n2\n");
    await world.run();
    world.drop("a.csv", "id\n1\n2\n3\n");
    world.drop("b.csv", "id\n9\n");
    await world.run();
    const before = [world.rows("shop.items"), world.rows("vendor.vendor").sort()];
    const rebuilt = await rebuild(world);
    assertEquals([rebuilt.runs, rebuilt.streams, rebuilt.files, rebuilt.damaged], [2, 2, 4, []]);
    const run = await world.run();
    assertEquals(run.exit_code, 0, run.reasons.join());
    const [shop, vendor] = ["shop.items", "vendor.vendor"].map((name) => streamOf(run, name));
    assertEquals([shop?.unchanged, shop?.written, vendor?.written], [3, 0, 0]);
    assertEquals([world.rows("shop.items"), world.rows("vendor.vendor").sort()], before);
    // A third version and a new file are what they would have been.
    world.drop("a.csv", "id\n7\n");
    assertEquals(streamOf(await world.run(), "vendor.vendor").written, 1);
  },
);

everyWorldTest(
  "a rebuilt audit database invents no outcome: rejects are counted, and how the run ended is unknown",
  async (world) => {
    world.drop("a.csv", "id\n1\n2,3\n");
    world.drop("b.csv", "id\n4\n");
    const run = await world.run();
    assertEquals(run.exit_code, 2);
    const { unknown } = await rebuild(world);
    assertStringIncludes(unknown.join(), "how a run ended");
    assert(!unknown.join().includes("is counted in"), unknown.join());
    const known = () => {
      using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
      return [
        db.get("SELECT status, exit_code, ended_at FROM runs"),
        db.get(
          "SELECT outcome, complete, read, written, rejected FROM streams WHERE source = 'vendor'",
        ),
        ...db.all("SELECT path, read, written, rejected FROM files ORDER BY path"),
      ];
    };
    const unsaid = { status: "unknown", exit_code: null, ended_at: null };
    assertEquals(known(), [
      unsaid,
      { outcome: "partial", complete: 1, read: 3, written: 2, rejected: 1 },
      { path: "a.csv", read: 2, written: 1, rejected: 1 },
      { path: "b.csv", read: 1, written: 1, rejected: 0 },
    ]);
    // An older version did not say it, and nobody knows.
    const path = join(
      world.folder,
      `lake/raw/vendor/vendor/_manifests/${run.run_id}.json`,
    );
    const { outcome: _, counts: _counts, ...older } = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify(older));
    const again = await rebuild(world);
    assertStringIncludes(again.unknown.join(), "is counted in vendor.vendor");
    assertEquals(known().slice(0, 2), [
      unsaid,
      { outcome: null, complete: 1, read: 2, written: 2, rejected: 0 },
    ]);
    await retractRun(await world.config(), run.run_id, { now: () => world.now + 1000 });
    assertEquals(world.rows("vendor.vendor"), []);
  },
);

worldTest(
  "a rebuilt audit database takes no file for a duplicate of the first part of one that was split",
  async (world) => {
    const edit = (yaml: string) =>
      yaml.replace("    path: drop\n", "    path: drop\n    parts: { target_size: 20B }\n");
    const rows = Array.from({ length: 9 }, (_, n) => `row-${n}\n`);
    world.drop("a.csv", `id\n${rows.join("")}`);
    await world.run({ edit });
    const [first] = world.manifests("vendor.vendor").flatMap(({ files }) => files);
    assert(first !== undefined && first.rows < rows.length, "it was not split");
    await rebuild(world);
    world.drop("b.csv", `id\n${rows.slice(0, first.rows).join("")}`);
    const read = streamOf(await world.run({ edit }), "vendor.vendor");
    assertEquals([read.written, read.files_duplicate], [first.rows, 0]);
  },
);

everyWorldTest(
  "a rebuilt audit database goes on from the watermark, and knows every record of JSON lines",
  async (world) => {
    const at = (day: number) => `2026-11-0${day}T00:00:00Z`;
    world.items = [1, 2].map((day) => ({ id: day, at: at(day) }));
    await world.run({ edit: feed });
    world.items.push({ id: 3, at: at(3) });
    await world.run({ edit: feed });
    const { unknown } = await rebuild(world);
    assert(!unknown.join().includes("a second time"), unknown.join());
    let asked = "";
    world.answer = (url) => {
      asked = url.searchParams.get("since") ?? "";
      return Response.json(world.items);
    };
    // One is late, one is another version, and one is new.
    world.items.push({ id: 4, at: at(1) }, { id: 3, at: at(3), v: 2 }, { id: 5, at: at(4) });
    const ids = () => world.rows("shop.items").map((line) => JSON.parse(line).id);
    for (let night = 0; night < 2; night++) {
      await world.run({ edit: feed });
      assertEquals(ids(), [1, 2, 3, 4, 3, 5]);
    }
    assert(asked > at(3) && asked <= at(4), asked);
  },
);

everyWorldTest(
  "a rebuilt audit database knows what a read that was not complete has published",
  async (world) => {
    const at = (day: number) => `2026-11-0${day}T00:00:00Z`;
    world.items = [1, 2].map((day) => ({ id: day, at: at(day) }));
    const edit = (yaml: string) =>
      feed(yaml).replace(
        "pagination: { type: none }",
        "records: list\n        pagination: { type: cursor, param: c, path: next, total: n }",
      );
    for (const n of [3, 3, 2, 2]) {
      world.answer = () => Response.json({ n, list: world.items });
      const run = await world.run({ edit });
      assertEquals(run.exit_code, n === 3 ? 2 : 0, run.reasons.join());
      await rebuild(world);
      assertEquals(world.rows("shop.items").length, 2);
    }
  },
);

worldTest(
  "a rebuilt audit database knows what a stream is from, and what its watermark is taken from",
  async (world) => {
    world.items = [{ id: "a", at: "2026-11-01T00:00:00Z" }];
    await world.run({ edit: feed });
    await rebuild(world);
    const other = (yaml: string) => feed(yaml).replace("field: at", "field: id, format: string");
    const error = await assertRejects(() => world.run({ edit: other }), ConfigError);
    assertEquals(error.code, "stream-changed");
    using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
    assertEquals(publishedType(db, { source: "shop", stream: "items" }), "api");
  },
);

worldTest(
  "a rebuilt audit database knows the snapshot that readers followed, if the pointer is lost as well",
  async (world) => {
    world.items = items(200);
    const good = await world.run();
    world.items = items(20);
    assertEquals((await world.run()).exit_code, 2);
    Deno.removeSync(join(world.folder, "lake/raw/shop/items/_manifests/_current"));
    const { unknown } = await rebuild(world);
    assertStringIncludes(
      unknown.join(),
      "accepted again, readers stay on the one before in shop.items",
    );
    world.items = items(19);
    assertEquals((await world.run()).exit_code, 2);
    assertEquals(currentOf(world.folder, "shop.items"), good.run_id);
    assertEquals(world.rows("shop.items").length, 200);
  },
);

everyWorldTest(
  "a rebuilt audit database knows the snapshot before the current one, which is kept whatever its age",
  async (world) => {
    const nights: string[] = [];
    for (const rows of [200, 201, 202]) {
      world.items = items(rows);
      nights.push((await world.run()).run_id);
      world.now += 1000;
    }
    const previous = () => {
      using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
      return getStreamState(db, { source: "shop", stream: "items" }).previous_run_id;
    };
    assertEquals(previous(), nights[1]);
    await rebuild(world);
    assertEquals(previous(), nights[1]);
    // A night that does not move the pointer, long after.
    world.now += 10 * 24 * 60 * 60 * 1000;
    world.items = items(20);
    assertEquals((await world.run()).exit_code, 2);
    await retractRun(await world.config(), nights[2] ?? "", { now: () => world.now + 1000 });
    assertEquals(currentOf(world.folder, "shop.items"), nights[1]);
    assertEquals(world.rows("shop.items").length, 201);
  },
);

everyWorldTest(
  "a retraction is rebuilt: what it took back stays away from readers, and comes again with the next run",
  async (world) => {
    world.items = items(3);
    world.drop("a.csv", "id\n1\n");
    const good = await world.run();
    world.items = items(4);
    world.drop("b.csv", "id\n2\n");
    const bad = await world.run();
    world.now += 1000;
    await retractRun(await world.config(), bad.run_id, { now: () => world.now });
    // Nobody needs what readers do not see.
    const gone = world.manifests("shop.items").find(({ run_id }) => run_id === bad.run_id);
    await Deno.remove(join(world.folder, "lake", gone?.files[0]?.path ?? ""));
    const rebuilt = await rebuild(world);
    assertEquals([rebuilt.runs, rebuilt.files, rebuilt.damaged], [2, 2, []]);
    // Neither has a watermark.
    assert(!rebuilt.unknown.join().includes("watermark"), rebuilt.unknown.join());
    assertEquals(currentOf(world.folder, "shop.items"), good.run_id);
    {
      using db = openAudit(join(world.folder, "audit.db"));
      assertEquals(retractionsOf(db, bad.run_id).length, 2);
      const { current_run_id } = getStreamState(db, { source: "shop", stream: "items" });
      assertEquals(current_run_id, good.run_id);
    }
    const next = await world.run();
    assertEquals(next.exit_code, 0, next.reasons.join());
    assertEquals([world.rows("shop.items").length, world.rows("vendor.vendor").sort()], [4, [
      "1",
      "2",
    ]]);
    // Once more, when nothing that readers may follow is left of a stream.
    for (const { run_id } of [good, next]) {
      world.now += 1000;
      await retractRun(await world.config(), run_id, { now: () => world.now });
    }
    assertEquals((await rebuild(world)).damaged, []);
    assertEquals((await world.run()).exit_code, 0);
    assertEquals([world.rows("shop.items").length, world.rows("vendor.vendor").length], [4, 2]);
  },
);

everyWorldTest(
  "a rebuilt watermark is that of what is left, so that nothing is missing if the retraction was followed by a reset",
  async (world) => {
    const at = (day: number) => `2026-11-0${day}T00:00:00Z`;
    const all = [1, 2, 3, 4].map((day) => ({ id: `${day}`, at: at(day) }));
    world.answer = (url) =>
      Response.json(
        all.filter((one) => one.at > (url.searchParams.get("since") ?? "")).slice(0, 2),
      );
    await world.run({ edit: feed });
    world.answer = (url) =>
      Response.json(all.filter((one) => one.at > (url.searchParams.get("since") ?? "")));
    const bad = await world.run({ edit: feed });
    world.now += 1000;
    await retractRun(await world.config({ edit: feed }), bad.run_id, { now: () => world.now });
    await rebuild(world);
    await world.run({ edit: feed });
    const ids = world.rows("shop.items").map((line) => JSON.parse(line).id);
    assert(ids.includes("3"), ids.join());
  },
);

worldTest(
  "files that are missing or altered are found by a rebuild, and fail their stream",
  async (world) => {
    world.drop("a.csv", "id\n1\n");
    world.drop("b.csv", "id\n2\n");
    world.items = items(1);
    await world.run();
    const [first, second] = (world.manifests("vendor.vendor")[0]?.files ?? []).map(({ path }) =>
      path
    );
    assert(first !== undefined && second !== undefined);
    await Deno.remove(join(world.folder, "lake", first));
    const bytes = await Deno.readFile(join(world.folder, "lake", second));
    bytes.reverse();
    await Deno.writeFile(join(world.folder, "lake", second), bytes);
    assertEquals((await rebuild(world)).damaged, [first, second]);
    const run = await world.run();
    assertEquals([run.exit_code, streamOf(run, "shop.items").outcome], [1, "complete"]);
    assertStringIncludes(run.reasons.join(), first);
  },
);

worldTest("a folder without manifests is no lake to rebuild from", async (world) => {
  using db = openAudit(":memory:");
  const error = await assertRejects(
    () => rebuildAudit(db, join(world.folder, "drop")),
    StorageError,
  );
  assertStringIncludes(error.message, "it has no manifests");
});

worldTest("a manifest that cannot be read is named, and not the new database", async (world) => {
  world.items = items(1);
  const { run_id } = await world.run();
  const path = join(world.folder, `lake/raw/shop/items/_manifests/${run_id}.json`);
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  const error = await assertRejects(() => rebuild(world), StorageError);
  assertStringIncludes(error.message, `Cannot read "${path}"`);
});

worldTest("pages are forgotten 30 days after their run, and no other run's", async (world) => {
  world.items = items(1);
  await world.run();
  world.now += PAGE_AGE - 5000;
  await world.run();
  const pages = () => {
    using db = openAudit(join(world.folder, "audit.db"));
    return db.get<{ n: number }>("SELECT count(DISTINCT run_id) AS n FROM pages")?.n;
  };
  assertEquals(pages(), 2);
  world.now += 10_000;
  await world.run();
  assertEquals(pages(), 2);
});

worldTest(
  "a frozen contract holds after a rebuild, with the versions that the manifests know",
  async (world) => {
    const edit = (yaml: string) =>
      yaml.replace("primary_key: [id]", "primary_key: [id]\n        contract: freeze");
    world.items = items(2);
    await world.run();
    world.items = [{ id: 1, at: "b" }, { id: 2, at: null }];
    const good = await world.run();
    const contracts = () => {
      using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
      return db.all<{ decided_at: string }>("SELECT * FROM contracts ORDER BY version")
        .map(({ decided_at: _, ...row }) => row);
    };
    const before = contracts();
    assertEquals(before.length, 2);
    await rebuild(world);
    assertEquals(contracts(), before);
    world.items = [{ id: 1, at: "b", price: 3 }];
    assertEquals((await world.run({ edit })).exit_code, 1);
    assertEquals(currentOf(world.folder, "shop.items"), good.run_id);
  },
);

worldTest(
  "a rebuild says that a reset is not known, with each watermark",
  async (world) => {
    world.items = [{ id: "a", at: "2026-11-01T00:00:00Z" }];
    await world.run({ edit: feed });
    const { unknown } = await rebuild(world);
    assertStringIncludes(unknown.join(), "reset");
    assertStringIncludes(unknown.join(), "shop.items (from 2026-11-01T00:00:00");
    assert(!unknown.join().includes("accepted"), unknown.join());
  },
);

worldTest("a replay of nothing leaves what a rebuilt database knows of the lag", async (world) => {
  const lagged = (yaml: string) => feed(yaml).replace("param: since", "param: since, lag: 1d");
  world.items = [1, 2, 3].map((id) => ({ id, at: `2026-11-01T0${id}:00:00Z` }));
  await world.run({ edit: lagged });
  await rebuild(world);
  await world.run({ edit: lagged, replay: "shop.items" });
  const { written, duplicates } = streamOf(await world.run({ edit: lagged }), "shop.items");
  assertEquals([written, duplicates], [0, 3]);
}, everyTest);

everyWorldTest(
  "a rebuilt audit database says of which snapshots it cannot tell whether they change",
  async (world) => {
    world.items = [{ id: 1 }];
    const again = async (edit: (yaml: string) => string) => {
      await world.run({ edit });
      const { unknown } = await rebuild(world);
      const { written } = streamOf(await world.run({ edit }), "shop.items");
      return [unknown.join().includes("changed or not, in shop.items"), written];
    };
    assertEquals(await again((yaml) => yaml), [false, 0]);
    world.items.push({ id: 2 });
    assertEquals(await again((yaml) => `${yaml}part_format: parquet\n`), [true, 2]);
  },
);
