import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { dirname, join } from "@std/path";
import { createHash } from "node:crypto";
import { openAudit, recentRuns } from "../../lib/audit/mod.ts";
import {
  ConfigError,
  DatabaseError,
  EXIT_CODES,
  outcomeOf,
  SuspendedError,
} from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { goneFiles } from "../../lib/lake/mod.ts";
import { loadConfig, resetStream, retractRun } from "../../lib/pipeline/mod.ts";
import { acceptHeld } from "../../lib/pipeline/accept.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { refuseLinks } from "../../lib/pipeline/preflight.ts";
import { inTempFolder } from "../e2e/_command.ts";
import { granted } from "../_granted.ts";
import { makeLink, makeLinks } from "../_make_link.ts";
import { everyWorldTest, items, namesIn, streamOf, type World, worldTest } from "./_world.ts";

const ITEMS = "shop.items";
const VENDOR = "vendor.vendor";
const HOUR = 60 * 60 * 1000;

/** A run that is stopped, as a signal does, after so many files were published. */
async function stopAfter(world: World, files: number) {
  const controller = new AbortController();
  let published = 0;
  return await world.run({
    signal: controller.signal,
    observe: (step) => {
      if (step.kind !== "point" || step.name !== "publish-confirm:after-commit") return;
      if (++published === files) {
        controller.abort(new SuspendedError("suspended-signal", "Cannot finish run: stopped"));
      }
    },
    edit: onlyFiles,
  });
}

function onlyFiles(yaml: string): string {
  return yaml.replace(/ {2}- name: shop[^]*?(?= {2}- name: vendor)/, "");
}

function dropFiles(world: World, count: number): string[] {
  for (let at = 0; at < count; at++) {
    world.drop(`f${String(at).padStart(3, "0")}.csv`, `id\n${at}\n`);
  }
  return Array.from({ length: count }, (_, at) => String(at));
}

function sorted(rows: readonly string[]): string[] {
  return rows.toSorted((a, b) => Number(a) - Number(b));
}

worldTest(
  "a run that was stopped goes on under the same meaning: a comment makes no difference",
  async (world) => {
    const all = dropFiles(world, 12);
    assertEquals((await stopAfter(world, 5)).exit_code, 75);
    const commented = (yaml: string) =>
      onlyFiles(yaml).replace("name: world", "# by another hand\nname: world")
        .replace("lake: lake\naudit: audit.db", "audit: audit.db\nlake: 'lake'");
    const second = await world.run({ edit: commented });
    assertEquals([second.exit_code, second.attempts], [0, 2]);
    assertEquals(sorted(world.rows(VENDOR)), all);
    assertEquals(world.manifests(VENDOR).length, 1);
  },
);

worldTest(
  "files of a run that was given up for another configuration stay readable",
  async (world) => {
    const all = dropFiles(world, 12);
    await stopAfter(world, 5);
    const changed = (yaml: string) =>
      onlyFiles(yaml).replace("min_age: 0s", "min_age: 0s\n    expect: { max_size: 1MB }");
    const second = await world.run({ edit: changed });
    assertEquals([second.exit_code, second.attempts], [0, 1]);
    assertEquals(sorted(world.rows(VENDOR)), all, "every published file is in a manifest");
    const [given, own] = world.manifests(VENDOR);
    assertEquals([given?.complete, own?.complete], [false, true]);
    assertEquals(given?.contradictions.map(({ code }) => code), ["run-given-up"]);
  },
);

worldTest("files of a run that was given up for its age stay readable", async (world) => {
  const all = dropFiles(world, 12);
  await stopAfter(world, 5);
  world.now += 13 * HOUR;
  assertEquals((await world.run({ edit: onlyFiles })).exit_code, 0);
  assertEquals(sorted(world.rows(VENDOR)), all);
});

worldTest("files of a run under another pipeline's name stay readable", async (world) => {
  const all = dropFiles(world, 12);
  await stopAfter(world, 5);
  const renamed = (yaml: string) => onlyFiles(yaml).replace("name: world", "name: another");
  await world.run({ edit: renamed });
  world.now += 13 * HOUR;
  assertEquals((await world.run({ edit: renamed })).exit_code, 0);
  assertEquals(sorted(world.rows(VENDOR)), all);
});

worldTest(
  "a stop right after a run was given up still gives its files their manifest",
  async (world) => {
    const all = dropFiles(world, 12);
    await stopAfter(world, 5);
    world.now += 13 * HOUR;
    await assertRejects(() =>
      world.run({
        edit: onlyFiles,
        observe: (step) => {
          if (isPoint(step, "begin-run:after-commit")) throw new Stop();
        },
      }), Stop);
    assertEquals((await world.run({ edit: onlyFiles })).exit_code, 0);
    assertEquals(sorted(world.rows(VENDOR)), all);
  },
);

class Stop extends Error {}

function isPoint(step: DiskStep, name: string): boolean {
  return step.kind === "point" && step.name === name;
}

/** Kills a run, as far as a test can, between an intent and what follows it. */
async function killAfterIntent(
  world: World,
  count = 1,
  edit: (yaml: string) => string = (yaml) => yaml,
): Promise<void> {
  let intents = 0;
  let dead = false;
  await assertRejects(() =>
    world.run({
      edit,
      observe: (step) => {
        dead ||= isPoint(step, "publish-intent:after-commit") && ++intents === count;
        if (dead) throw new Stop();
      },
    }), Stop);
}

everyWorldTest(
  "a lost staging folder is read again, record for record and file for file",
  async (world) => {
    world.items = items(7);
    const all = dropFiles(world, 4);
    for (const count of [1, 2, 2]) {
      await killAfterIntent(world, count);
      await Deno.remove(join(world.folder, "lake/_tmp"), { recursive: true });
    }
    const summary = await world.run();
    assertEquals([summary.exit_code, summary.reasons], [0, []]);
    assertEquals(world.rows(ITEMS).length, 7);
    assertEquals(sorted(world.rows(VENDOR)), all);
    const { read, written, files_published } = streamOf(summary, VENDOR);
    assertEquals([read, written, files_published], [4, 4, 4]);
  },
);

worldTest(
  "a copy of a file that was lost before it got there is taken in itself",
  async (world) => {
    const edit = (yaml: string) =>
      onlyFiles(yaml).replace(
        "path: drop",
        "path: drop\n    parts: { target_size: 20kB, merge_below: 5kB }",
      );
    world.drop("a.csv", "id\n1\n");
    await world.run({ edit });
    world.drop("a.csv", "id\n2\n");
    world.drop("b.csv", "id\n2\n");
    await killAfterIntent(world, 1, edit);
    await Deno.remove(join(world.folder, "lake/_tmp"), { recursive: true });
    world.drop("a.csv", "id\n3\n");
    const { files_published, files_duplicate } = streamOf(await world.run({ edit }), VENDOR);
    assertEquals([files_published, files_duplicate], [2, 0]);
    assertEquals(sorted(world.rows(VENDOR)), ["1", "2", "3"]);
  },
);

worldTest("a lost intent of a finished night does not move the watermark", async (world) => {
  const edit = (yaml: string) =>
    yaml.replace(
      "primary_key: [id]",
      "primary_key: [id]\n        incremental: { field: n, format: number, start_param: since }",
    );
  const numbered = (count: number) => items(count).map(({ id }, n) => ({ id, n }));
  world.items = numbered(3);
  await world.run({ edit });
  world.answer = (url) => {
    const since = Number(url.searchParams.get("since") ?? 0);
    return Response.json(numbered(6).filter(({ n }) => n >= since));
  };
  let dead = false;
  await assertRejects(() =>
    world.run({
      edit,
      observe: (step) => {
        dead ||= isPoint(step, "publish-intent:after-commit");
        if (dead) throw new Stop();
      },
    }), Stop);
  await Deno.remove(join(world.folder, "lake/_tmp"), { recursive: true });
  world.now += 13 * HOUR;
  const summary = await world.run({ edit });
  assertEquals([summary.exit_code, summary.attempts], [0, 1]);
  const ids = world.rows(ITEMS).map((line) => JSON.parse(line).id);
  assertEquals(ids.toSorted(), ["i0", "i1", "i2", "i3", "i4", "i5"]);
});

worldTest(
  "an intent that cannot be kept fails its own stream, with a next step, until it can",
  async (world) => {
    world.items = items(3);
    world.drop("a.csv", "id\n1\n");
    await killAfterIntent(world);
    // Somebody put a file where the stream's folder must be.
    const blocked = namesIn(join(world.folder, "lake/raw"));
    assertEquals(blocked, []);
    await Deno.mkdir(join(world.folder, "lake/raw"), { recursive: true });
    await Deno.writeTextFile(join(world.folder, "lake/raw/vendor"), "");
    await Deno.writeTextFile(join(world.folder, "lake/raw/shop"), "");
    const summary = await world.run();
    assertEquals(summary.exit_code, 1);
    assert(
      summary.reasons.some((reason) => reason.includes("nothing is lost")),
      summary.reasons.join("\n"),
    );
    await Deno.remove(join(world.folder, "lake/raw"), { recursive: true });
    assertEquals((await world.run()).exit_code, 0);
    assertEquals([world.rows(ITEMS).length, world.rows(VENDOR)], [3, ["1"]]);
  },
);

worldTest("an intent of a run that was given up fails its own stream, too", async (world) => {
  world.drop("a.csv", "id\n1\n");
  world.drop("A0.csv", "id\n0\n");
  world.items = items(3);
  // Its place is taken by a folder that is not empty.
  const dated = new Date(world.now).toISOString().slice(0, 10);
  const hash = createHash("sha256").update("id\n1\n").digest("hex").slice(0, 8);
  const taken = join(world.folder, `lake/raw/vendor/vendor/dt=${dated}/a-${hash}.csv.gz`);
  await Deno.mkdir(join(taken, "x"), { recursive: true });
  assertEquals((await world.run()).exit_code, 1);
  const tolerant = (yaml: string) => `${yaml}tolerance: { files: 3 }\n`;
  world.items = items(4);
  const summary = await world.run({ edit: tolerant });
  assertEquals(summary.exit_code, 1);
  assertEquals(streamOf(summary, ITEMS).outcome, "complete");
  assertStringIncludes(summary.reasons.join(), "put that right and run again");
  await Deno.remove(taken, { recursive: true });
  assertEquals((await world.run({ edit: tolerant })).exit_code, 0);
  assertEquals([sorted(world.rows(VENDOR)), world.rows(ITEMS).length], [["0", "1"], 4]);
});

everyWorldTest(
  "whatever is in the way in a stream's folder is damage of that stream alone",
  async (world) => {
    world.drop("a.csv", "id\n1\n");
    world.items = items(3);
    await world.run();
    const raw = join(world.folder, "lake/raw/vendor/vendor");
    const dated = namesIn(raw).find((name) => name.startsWith("dt=")) ?? "";
    const file = `${dated}/${namesIn(join(raw, dated)).find((name) => name.endsWith(".gz"))}`;
    const block = async (path: string, put: (at: string) => Promise<unknown>) => {
      const at = join(raw, path);
      await Deno.rename(at, `${at}.kept`);
      await put(at);
      const summary = await world.run();
      assertEquals([summary.exit_code, streamOf(summary, ITEMS).outcome], [1, "complete"], path);
      assertStringIncludes(summary.reasons.join(), "vendor.vendor: Cannot go on", path);
      await Deno.remove(at, { recursive: true });
      await Deno.rename(`${at}.kept`, at);
      assertEquals((await world.run()).exit_code, 0, path);
    };
    const aFile = (at: string) => Deno.writeTextFile(at, "");
    const aFolder = (at: string) => Deno.mkdir(join(at, "x"), { recursive: true });
    await block(dated, aFile);
    await block(file, (at) => makeLink(at, at));
    await block(file, aFolder);
    for (const name of ["_manifests/_current", `${dated}/_SUCCESS`]) await block(name, aFolder);
  },
);

everyWorldTest(
  "a promise to a source that is configured no more is not passed over in silence",
  async (world) => {
    world.items = items(1);
    world.drop("a.csv", "id\n1\n");
    const manifests = join(world.folder, "lake/raw/vendor/vendor/_manifests");
    Deno.mkdirSync(dirname(manifests), { recursive: true });
    Deno.writeTextFileSync(manifests, "");
    assertEquals((await world.run()).exit_code, 1);
    const edit = (yaml: string) => yaml.replace("- name: vendor", "- name: other");
    const summary = await world.run({ edit });
    assertEquals(summary.exit_code, 1);
    assertStringIncludes(summary.reasons.join(), "vendor.vendor: Cannot finish what run");
    assertEquals(
      (await world.run({ edit, selected: [ITEMS] })).exit_code,
      0,
      "it is not asked for",
    );
    Deno.removeSync(manifests);
    const { exit_code, reasons } = await world.run({ edit });
    assertEquals([exit_code, reasons], [0, []]);
    assertEquals(world.rows(VENDOR), ["1"]);
  },
);

worldTest("a file with a name of 240 bytes is rejected and harms nothing", async (world) => {
  world.items = items(1);
  world.drop(`${"n".repeat(236)}.csv`, "id\n");
  world.drop(`${"ü".repeat(118)}.csv`, "");
  world.drop("good.csv", "id\n1\n");
  for (let night = 0; night < 2; night++) {
    const summary = await world.run({ edit: (yaml) => `${yaml}\ntolerance: { files: 2 }\n` });
    assertEquals([summary.exit_code, summary.reasons], [0, []]);
  }
  assertEquals(world.rows(VENDOR), ["1"]);
  const kept = namesIn(join(world.folder, "lake/quarantine/vendor/vendor"));
  assertEquals(kept.length, 4, "each with its reason");
});

worldTest(
  "a second audit database on a lake is refused with 78, and nothing is touched",
  async (world) => {
    world.items = items(3);
    await world.run();
    const before = namesIn(join(world.folder, "lake/raw/shop/items"));
    const other = (yaml: string) => yaml.replace("audit: audit.db", "audit: other.db");
    const error = await assertRejects(() => world.run({ edit: other }), ConfigError);
    assertEquals([error.code, EXIT_CODES[outcomeOf(error)]], ["lake-not-ours", 78]);
    assertStringIncludes(error.message, "name a new folder in lake: and a new file in audit:");
    assertEquals(namesIn(join(world.folder, "lake/raw/shop/items")), before);
    assertEquals((await world.run()).exit_code, 0, "its owner goes on");
  },
);

worldTest("a second audit database on a lake that is still empty is refused", async (world) => {
  assertEquals((await world.run({ edit: onlyFiles })).totals.published_files, 0);
  const other = (yaml: string) => onlyFiles(yaml).replace("audit: audit.db", "audit: other.db");
  const error = await assertRejects(() => world.run({ edit: other }), ConfigError);
  assertEquals(error.code, "lake-not-ours");
});

worldTest("a lake whose audit database is gone is refused with 78, not doubled", async (world) => {
  world.items = items(3);
  await world.run();
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(join(world.folder, `audit.db${end}`)).catch(() => {});
  }
  const error = await assertRejects(() => world.run(), ConfigError);
  assertEquals(error.code, "lake-not-ours");
  assertStringIncludes(error.message, '"headwaters audit rebuild" makes one from the lake');
  assertEquals(world.rows(ITEMS).length, 3);
  const mark = join(world.folder, "lake/_lake.json");
  const text = Deno.readTextFileSync(mark);
  for (const damage of [() => Deno.writeTextFileSync(mark, "{"), () => Deno.removeSync(mark)]) {
    damage();
    assertEquals((await assertRejects(() => world.run(), ConfigError)).code, "lake-not-ours");
  }
  Deno.writeTextFileSync(mark, text);
  const left = namesIn(world.folder).filter((name) => name.startsWith("audit.db"));
  assertEquals(left, ["audit.db.lock"], "a rebuild finds its place free");
  const audit = join(world.folder, "audit.db");
  Deno.createSync(audit).close();
  const empty = await assertRejects(() => world.run(), ConfigError);
  assertStringIncludes(empty.message, 'remove the empty file, and "headwaters audit rebuild"');
  const [run = ""] = world.manifests(ITEMS).map(({ run_id }) => run_id);
  const config = await world.config();
  const plan = { source: "shop", stream: "items" };
  await assertRejects(() => retractRun(config, run), Error, "there is no audit database in");
  assertThrows(() => acceptHeld(audit, plan), Error, "nothing is in");
  const incremental = await world.config({
    edit: (yaml) =>
      yaml.replace(
        "primary_key: [id]",
        "primary_key: [id]\n        incremental: { field: id, start_param: since }",
      ),
  });
  await assertRejects(
    () => resetStream(incremental, ITEMS),
    Error,
    "there is no audit database in",
  );
  assertEquals(Deno.statSync(audit).size, 0, "what refuses to work fills no file");
});

worldTest("an audit database that is older than its lake is refused with 78", async (world) => {
  world.items = items(3);
  await world.run();
  const db = join(world.folder, "audit.db");
  await Deno.copyFile(db, `${db}.backup`);
  world.items = items(9);
  await world.run();
  await Deno.rename(`${db}.backup`, db);
  const error = await assertRejects(() => world.run(), ConfigError);
  assertEquals(error.code, "lake-not-ours");
  assertStringIncludes(error.message, "may be an older copy");
});

worldTest("a lost lake fails with 1 and is never called complete", async (world) => {
  world.items = items(3);
  world.drop("a.csv", "id\n1\n");
  await world.run();
  await Deno.remove(join(world.folder, "lake"), { recursive: true });
  const summary = await world.run();
  assertEquals(summary.exit_code, 1);
  assertEquals(summary.streams.map(({ outcome, error_code }) => [outcome, error_code]), [
    ["failed", "lake-damaged"],
    ["failed", "lake-damaged"],
  ]);
  assertStringIncludes(summary.reasons.join("\n"), "together to read everything again");
  assertEquals(
    [world.manifests(ITEMS), world.rows(VENDOR), namesIn(join(world.folder, "lake/raw"))],
    [[], [], []],
    "nothing is written into what may be the wrong folder",
  );
  await Deno.remove(join(world.folder, "lake"), { recursive: true });
  await Deno.remove(join(world.folder, "audit.db"));
  assertEquals((await world.run()).exit_code, 0, "both removed is a fresh start");
  assertEquals([world.rows(ITEMS).length, world.rows(VENDOR)], [3, ["1"]]);
});

worldTest("a stream is not called complete in a lost lake, if its run goes on", async (world) => {
  world.items = items(3);
  world.drop("a.csv", "id\n1\n");
  const { answer } = world;
  world.answer = () => new Response("", { status: 500 });
  const stopped = await world.run();
  assertEquals(streamOf(stopped, VENDOR).outcome, "complete");
  await Deno.remove(join(world.folder, "lake"), { recursive: true });
  world.answer = answer;
  const summary = await world.run();
  assertEquals([summary.run_id, summary.exit_code], [stopped.run_id, 1]);
  const { outcome, complete, error_code } = streamOf(summary, VENDOR);
  assertEquals([outcome, complete, error_code], ["failed", false, "lake-damaged"]);
});

function goneIn({ folder }: World): number {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  return goneFiles(db, join(folder, "lake")).length;
}

worldTest("a part that is gone or altered fails its own stream only", async (world) => {
  world.items = items(3);
  world.drop("a.csv", "id\n1\n");
  await world.run();
  const [manifest] = world.manifests(ITEMS);
  const part = join(world.folder, "lake", manifest?.files[0]?.path ?? "");
  const bytes = await Deno.readFile(part);
  const { mtime } = await Deno.stat(part);
  const notes: number[] = [];
  for (
    const damage of [
      () => Deno.remove(part),
      () => Deno.writeFile(part, bytes.map((byte, at) => at === 30 ? byte ^ 1 : byte)),
      // As one that is put back with its time.
      async () => {
        await Deno.writeFile(part, bytes.subarray(1));
        await Deno.utime(part, mtime ?? 0, mtime ?? 0);
      },
    ]
  ) {
    await damage();
    notes.push(goneIn(world));
    const summary = await world.run();
    assertEquals(summary.exit_code, 1);
    assertEquals(streamOf(summary, ITEMS).error_code, "lake-damaged");
    assertEquals(streamOf(summary, VENDOR).outcome, "complete");
  }
  await Deno.writeFile(part, bytes);
  assertEquals((await world.run()).exit_code, 0, "brought back, it goes on");
  notes.push(goneIn(world));
  assertEquals(notes, [1, 0, 1, 0], "plan and doctor look at sizes only");
});

worldTest("a lake that was copied or moved is still the same lake", async (world) => {
  world.items = items(3);
  await world.run();
  const [manifest] = world.manifests(ITEMS);
  const part = join(world.folder, "lake", manifest?.files[0]?.path ?? "");
  await Deno.utime(part, new Date(0), new Date(0));
  await Deno.rename(join(world.folder, "lake"), join(world.folder, "moved"));
  const summary = await world.run({ edit: (yaml) => yaml.replace("lake: lake", "lake: moved") });
  assertEquals(summary.exit_code, 0);
});

worldTest("a manifest that is gone is written again", async (world) => {
  world.items = items(3);
  await world.run();
  await Deno.remove(join(world.folder, "lake/raw/shop/items/_manifests"), { recursive: true });
  assertEquals((await world.run()).exit_code, 0);
  assertEquals(world.rows(ITEMS).length, 3);
});

worldTest(
  "a lake from before it had owners is adopted by the database that knows its runs",
  async (world) => {
    world.items = items(3);
    await world.run();
    await Deno.remove(join(world.folder, "lake/_lake.json"));
    {
      using db = openAudit(join(world.folder, "audit.db"));
      db.run("UPDATE owner SET lake_id = NULL");
    }
    assertEquals((await world.run()).exit_code, 0);
    assert(namesIn(join(world.folder, "lake")).includes("_lake.json"));
    const other = (yaml: string) => yaml.replace("audit: audit.db", "audit: other.db");
    await assertRejects(() => world.run({ edit: other }), ConfigError);
  },
);

worldTest("a lake without an owner that holds foreign manifests is refused", async (world) => {
  world.items = items(3);
  await world.run();
  await Deno.remove(join(world.folder, "lake/_lake.json"));
  const other = (yaml: string) => yaml.replace("audit: audit.db", "audit: other.db");
  const error = await assertRejects(() => world.run({ edit: other }), ConfigError);
  assertEquals(error.code, "lake-not-ours");
});

worldTest(
  "a failed transaction leaves no trace in the counts: memory is what was committed",
  async (world) => {
    const all = dropFiles(world, 6);
    let intents = 0;
    const summary = await world.run({
      edit: onlyFiles,
      observe: (step) => {
        if (isPoint(step, "publish-intent:before-commit") && ++intents === 4) {
          throw new DatabaseError("database-busy", "Cannot commit: another process holds the lock");
        }
      },
    });
    const { read, written, files_published, error_code } = streamOf(summary, VENDOR);
    assertEquals([summary.exit_code, error_code], [1, "database-busy"]);
    assertEquals([read, written, files_published], [3, 3, 3]);
    const { totals, exit_code } = await world.run({ edit: onlyFiles });
    assertEquals([exit_code, totals.read, totals.written], [0, 6, 6]);
    assertEquals(sorted(world.rows(VENDOR)), all);
  },
);

worldTest("a stream whose end could not be committed has read nothing", async (world) => {
  world.items = items(3);
  const onlyApi = (yaml: string) => yaml.slice(0, yaml.indexOf("  - name: vendor"));
  const summary = await world.run({
    edit: onlyApi,
    observe: (step) => {
      if (isPoint(step, "stream-end:before-commit")) {
        throw new DatabaseError("database-busy", "Cannot commit: another process holds the lock");
      }
    },
  });
  const { read, written, stop_reason } = streamOf(summary, ITEMS);
  assertEquals([summary.exit_code, read, written, stop_reason], [1, 0, 0, null]);
  const { exit_code, totals } = await world.run({ edit: onlyApi });
  assertEquals([exit_code, totals.read, world.rows(ITEMS).length], [0, 3, 3]);
});

worldTest(
  "pages whose checkpoint could not be committed are in the next one that is",
  async (world) => {
    const pages = [[1, 2], [3, 4], [5]];
    world.answer = (url) => {
      const at = Number(url.searchParams.get("cursor") ?? 0);
      const more = at + 1 < pages.length ? `${at + 1}` : null;
      return Response.json({ data: pages[at]?.map((id) => ({ id })), next: more });
    };
    const edit = (yaml: string) =>
      yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
        "pagination: { type: none }",
        "records: data\n        pagination: { type: cursor, param: cursor, path: next }",
      );
    let checkpoints = 0;
    const summary = await world.run({
      edit,
      checkpointMs: 0,
      observe: (step) => {
        if (isPoint(step, "checkpoint:before-commit") && ++checkpoints === 2) {
          throw new DatabaseError("database-busy", "Cannot commit: another process holds the lock");
        }
      },
    });
    assertEquals([summary.exit_code, streamOf(summary, ITEMS).pages], [1, 2]);
    const run = await world.run({ edit });
    const { outcome, read, written } = streamOf(run, ITEMS);
    assertEquals([outcome, read, written], ["complete", 5, 5]);
    using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
    const rows = db.all("SELECT number, records FROM pages WHERE stream = 'items' ORDER BY number");
    assertEquals(rows, pages.map(({ length: records }, at) => ({ number: at + 1, records })));
  },
);

worldTest(
  "a run that dies of a fault of ours closes its row, and the others are published",
  async (world) => {
    world.items = items(3);
    world.drop("a.csv", "id\n1\n");
    const summary = await world.run({
      onProgress: ({ source, state }) => {
        if (source === "shop" && state === "reading") throw new RangeError("a fault");
      },
    });
    assertEquals(summary.exit_code, 1);
    assertEquals(streamOf(summary, ITEMS).error_code, "internal-fault");
    assertEquals(world.rows(VENDOR), ["1"]);
    using db = openAudit(join(world.folder, "audit.db"));
    assertEquals(recentRuns(db, 9).map(({ status, exit_code }) => [status, exit_code]), [[
      "failed",
      1,
    ]]);
  },
);

everyWorldTest(
  "two runs cannot share a lake or an audit database, nor a run and a way back",
  async (world) => {
    world.items = items(3);
    const edit = (yaml: string) =>
      yaml.replace(
        "primary_key: [id]",
        "$&\n        incremental: { field: id, start_param: since }",
      );
    let errors: unknown[] = [];
    const first = await world.run({
      onBegin: async ({ run_id }) => {
        // Another lake, so that it is the lock of the audit database that it meets.
        const elsewhere = { ...await world.config(), lake: "/nowhere" };
        const following = await world.config({ edit });
        // And copies of the database, so that it is the lock of the lake.
        const { audit, lake } = following;
        for (const name of ["a.db", "b.db"]) Deno.copyFileSync(audit, join(world.folder, name));
        const tries = [
          world.run(),
          retractRun(elsewhere, run_id),
          resetStream(following, ITEMS),
          runPipeline({ ...following, audit: join(world.folder, "a.db") }),
          retractRun({ audit: join(world.folder, "b.db"), lake }, run_id),
        ];
        errors = await Promise.all(tries.map((one) => one.catch((thrown: unknown) => thrown)));
      },
    });
    assertEquals(first.exit_code, 0);
    for (const error of errors) {
      assert(error instanceof SuspendedError);
      assertEquals(error.code, "suspended-locked");
    }
  },
);

worldTest(
  "a run whose audit database was taken away does not end as if it were kept",
  async (world) => {
    world.items = items(3);
    const onBegin = () =>
      Deno.renameSync(join(world.folder, "audit.db"), `${world.folder}/gone.db`);
    await assertRejects(() => world.run({ onBegin }), DatabaseError, "it was removed or replaced");
  },
);

everyWorldTest("an audit database has one lock, whatever link leads to it", async (world) => {
  world.items = items(3);
  await world.run();
  const config = await world.config();
  const link = join(world.folder, "link.db");
  await makeLink(config.audit, link);
  let error: unknown;
  await world.run({
    onBegin: async () => {
      const linked = { ...config, audit: link, lake: "/nowhere" };
      error = await retractRun(linked, "R").catch((thrown: unknown) => thrown);
    },
  });
  assert(error instanceof SuspendedError, String(error));
});

everyWorldTest("a new stream is not read into a folder that is not the lake", async (world) => {
  world.items = items(3);
  const onlyApi = (yaml: string) => yaml.slice(0, yaml.indexOf("  - name: vendor"));
  await world.run({ edit: onlyApi });
  world.drop("a.csv", "id\n1\n");
  const elsewhere = (yaml: string) => yaml.replace("lake: lake", "lake: other");
  const { exit_code, streams } = await world.run({ edit: elsewhere });
  assertEquals(exit_code, 1);
  assertEquals(streams.map(({ error_code }) => error_code), ["lake-damaged", "lake-damaged"]);
  const names = namesIn(join(world.folder, "other"));
  assertEquals(names.filter((name) => !["_lake.lock", "_tmp"].includes(name)), []);
  assertEquals((await world.run()).exit_code, 0, "named rightly again, it goes on");
  assertEquals([world.rows(ITEMS).length, world.rows(VENDOR)], [3, ["1"]]);
});

worldTest("what has the name of a lock and is none stays as it is", async (world) => {
  const lock = join(world.folder, "audit.db.lock");
  const mine = join(world.folder, "mine.txt");
  Deno.writeTextFileSync(mine, "mine\n");
  const strangers: readonly (() => Promise<unknown>)[] = [
    () => makeLink(mine, lock),
    () => Deno.copyFile(mine, lock),
    async () => {
      await Deno.writeTextFile(lock, "");
      await Deno.link(lock, `${lock}.mine`);
    },
    () => Deno.mkdir(lock),
  ];
  for (const put of strangers) {
    await put();
    const before = Deno.lstatSync(lock);
    const error = await assertRejects(() => world.run(), ConfigError);
    assertStringIncludes(error.message, "move it away");
    assertEquals(Deno.lstatSync(lock).mtime, before.mtime);
    assertEquals(Deno.readTextFileSync(mine), "mine\n");
    Deno.removeSync(lock);
  }
  Deno.mkdirSync(join(world.folder, "lake"));
  await makeLink(mine, join(world.folder, "lake/_lake.lock"));
  await assertRejects(() => world.run(), ConfigError, "_lake.lock");
  Deno.removeSync(join(world.folder, "lake/_lake.lock"));
  // One that came after the configuration was checked.
  const config = await loadConfig(join(world.folder, "pipeline.yaml"));
  await makeLink(mine, lock);
  await assertRejects(() => runPipeline(config), ConfigError, "it is a link");
  assertEquals(Deno.readTextFileSync(mine), "mine\n");
});

worldTest("a database that is refused gets no lock next to it", async (world) => {
  Deno.writeTextFileSync(join(world.folder, "audit.db"), "no database, but long enough to look");
  await assertRejects(() => world.run(), DatabaseError);
  assertEquals(namesIn(world.folder).sort(), ["audit.db", "drop", "pipeline.yaml"]);
});

/** Links, what they lead to, and the word of the error that refuses them, if one does. */
const LINKS = [
  { link: "lake/raw", target: "elsewhere", refused: "be written" },
  { link: "lake/raw/a/b/c/d", target: "elsewhere", refused: "be written" },
  { link: "logs/sub", target: "elsewhere", refused: "be written" },
  // A file would be made there.
  { link: "logs/later.txt", target: "elsewhere/none", refused: "be written" },
  { link: "logs/sub", target: "lake" },
  // Sources pass it by, a module does not.
  { link: "inbox/sub/l", target: "elsewhere" },
  { link: "inbox/sub/l", target: "elsewhere", ownCode: true, refused: "needs.read" },
  { link: "inbox/sub/l", target: "named", ownCode: true },
] as const;

Deno.test({
  name: "refuseLinks() finds a link that leads out of what may be written, or read by a module",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inTempFolder(async (folder) => {
      const at = (index: number, name: string) => join(folder, String(index), name);
      for (const [index, { link }] of LINKS.entries()) {
        for (const name of ["lake", "logs", "inbox", "elsewhere", "named", dirname(link)]) {
          Deno.mkdirSync(at(index, name), { recursive: true });
        }
      }
      await makeLinks(
        LINKS.map(({ link, target }, index) => ({
          path: at(index, link),
          target: at(index, target),
        })),
      );
      for (const [index, { link, target, ...expected }] of LINKS.entries()) {
        const write = ["lake", "audit.db", "logs", "not/yet"].map((name) => at(index, name));
        const plan = { read: [at(index, "inbox"), at(index, "named"), ...write], write };
        const look = () => refuseLinks(plan, "ownCode" in expected);
        if (!("refused" in expected)) {
          look();
          continue;
        }
        const { message } = assertThrows(look, ConfigError, expected.refused);
        assertStringIncludes(message, `"${link.slice(link.indexOf("/") + 1)}" in it is a link`);
        assertStringIncludes(message, `to "${at(index, target)}"`);
      }
    }),
});

Deno.test({
  name: "refuseLinks() follows the way of a link to nothing as the system would",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inTempFolder(async (folder) => {
      const deep = join(folder, "lake/deep/deeper");
      Deno.mkdirSync(deep, { recursive: true });
      // By the text it ends in the lake; but "up" is the lake itself, and what is above that is not.
      await makeLinks([
        { path: join(deep, "up"), target: "../.." },
        { path: join(deep, "e"), target: "up/../later.txt" },
      ]);
      const write = [join(folder, "lake")];
      const { message } = assertThrows(
        () => refuseLinks({ read: write, write }, false),
        ConfigError,
      );
      assertStringIncludes(message, `to "${join(Deno.realPathSync(folder), "later.txt")}"`);
    }),
});
