import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { openAudit } from "../../lib/audit/mod.ts";
import { openDatabase } from "../../lib/db/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { launchPlan, retractRun } from "../../lib/pipeline/mod.ts";
import { lineOf, logs, seen, take } from "./_logs.ts";
import { everyWorldTest, type World, worldTest } from "./_world.ts";

const [A, B, C, D] = ["a", "b", "c", "d"].map(lineOf) as [string, string, string, string];

const UNTIMED = "INFO [main] a.B - start\n";

/** Takes in a log each time that it has grown. */
async function grow(world: World, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    world.drop("app.log", text);
    await take(world);
  }
}

function at(world: World, name: string): string {
  return join(world.folder, "drop", name);
}

worldTest("a log that has grown is seen once", async (world) => {
  await grow(world, A, A + B);
  assertEquals(seen(world), ["a", "b"]);
});

everyWorldTest(
  "a log that has grown is seen once, renamed and packed since, too",
  async (world) => {
    await grow(world, A, A + B);
    Deno.writeFileSync(at(world, "app.log.1.gz"), gzipSync(A + B + C));
    // What begins in another way has grown from nothing.
    await grow(world, D + B);
    assertEquals(seen(world), ["a", "b", "b", "c", "d"]);
    assertEquals(world.manifests("web.web").at(-1)?.replaces?.length, 2);
  },
);

everyWorldTest("a log that was renamed and a new one are each seen once", async (world) => {
  await grow(world, A);
  Deno.writeTextFileSync(at(world, "app.log"), B, { append: true });
  Deno.renameSync(at(world, "app.log"), at(world, "app.log.1"));
  await grow(world, C, C + D);
  assertEquals(seen(world), ["a", "b", "c", "d"]);
});

everyWorldTest(
  "a log that was copied and cut off is seen once, as is what follows",
  async (world) => {
    await grow(world, A);
    Deno.writeTextFileSync(at(world, "app.log"), B, { append: true });
    Deno.copyFileSync(at(world, "app.log"), at(world, "app.log.1"));
    Deno.truncateSync(at(world, "app.log"));
    Deno.writeTextFileSync(at(world, "app.log"), C.slice(0, -1), { append: true });
    await take(world);
    assertEquals(seen(world), ["a", "b", "c"]);
    Deno.writeTextFileSync(at(world, "app.log"), `\n${D}`, { append: true });
    await take(world);
    assertEquals(seen(world), ["a", "b", "c", "d"]);
  },
);

everyWorldTest(
  "a log that was cut off and is not copied keeps what was published",
  async (world) => {
    await grow(world, A + B, C, C + D);
    assertEquals(seen(world), ["a", "b", "c", "d"]);
  },
);

everyWorldTest("a log that grew inside its last line is seen as it is now", async (world) => {
  await grow(world, `${A}${lineOf("wor").trimEnd()}`);
  assertEquals(seen(world), ["a", "wor"]);
  await grow(world, `${A}${lineOf("words")}`);
  assertEquals(seen(world), ["a", "words"]);
});

everyWorldTest("a log that begins as one that is still there has not grown", async (world) => {
  await grow(world, A);
  world.drop("other.log", A + B);
  await take(world);
  assertEquals(seen(world), ["a", "a", "b"]);
  Deno.renameSync(at(world, "app.log"), at(world, "app.log.1"));
  await grow(world, A + C);
  assertEquals(seen(world), ["a", "a", "a", "b", "c"]);
});

everyWorldTest("logs that both begin as one that is gone are both seen", async (world) => {
  await grow(world, A);
  Deno.removeSync(at(world, "app.log"));
  world.drop("one.log", A + B);
  world.drop("two.log", A + C);
  await take(world);
  assertEquals(seen(world), ["a", "a", "b", "c"]);
});

worldTest("events without a time are seen twice rather than not at all", async (world) => {
  // A program that writes its log anew: what it begins with is another event each time.
  await grow(world, UNTIMED, UNTIMED + UNTIMED);
  assertEquals(seen(world).length, 3);
});

everyWorldTest("a log whose time was not in what is published has not grown", async (world) => {
  await grow(world, UNTIMED + A.slice(0, 10));
  const before = seen(world).length;
  await grow(world, UNTIMED + A);
  assert(seen(world).length > before);
});

everyWorldTest("rejects of a log that grows are not in the way", async (world) => {
  const checks = "checks: [{ column: body, pattern: '^[^x]' }], tolerance: { records: 1 }";
  const edit = (yaml: string) => logs(yaml).replace("min_age", `${checks}, min_age`);
  const texts = [A + lineOf("x1"), A + lineOf("x1") + B, A + lineOf("x1") + B + lineOf("x2") + C];
  for (const text of texts) {
    world.drop("app.log", text);
    await take(world, edit);
  }
  assertEquals(seen(world), ["a", "b", "c"]);
});

everyWorldTest("an event that readers see is not replaced by a reject", async (world) => {
  await grow(world, A + B);
  const checks = "checks: [{ column: body, pattern: '^[^a]' }], tolerance: { records: 1 }";
  world.drop("app.log", A + B + C);
  await take(world, (yaml) => logs(yaml).replace("min_age", `${checks}, min_age`));
  assertEquals(seen(world), ["a", "b", "b", "c"]);
});

everyWorldTest("a log that is rejected now leaves what it grew from", async (world) => {
  await grow(world, A);
  const checks = "checks: [{ column: body, pattern: '^a', severity: fail }]";
  world.drop("app.log", A + B);
  await world.run({ edit: (yaml) => logs(yaml).replace("min_age", `${checks}, min_age`) });
  assertEquals(seen(world), ["a"]);
  await grow(world, A + B);
  assertEquals(seen(world), ["a", "b"]);
});

everyWorldTest(
  "a log that is split in the lake is replaced with all of its parts",
  async (world) => {
    const edit = (yaml: string) =>
      logs(yaml).replace("min_age", "parts: { target_size: 2KB }, min_age");
    const bodies = Array.from({ length: 300 }, (_, at) => `${at} ${crypto.randomUUID()}`);
    for (const count of [200, 250, 300]) {
      world.drop("app.log", bodies.slice(0, count).map(lineOf).join(""));
      await take(world, edit);
    }
    assert(world.manifests("web.web").every(({ files }) => files.length > 1));
    assertEquals(seen(world), bodies.toSorted());
  },
);

everyWorldTest(
  "a log that grows never takes others out of sight that it is put together with",
  async (world) => {
    const edit = (yaml: string) =>
      logs(yaml).replace("min_age", "parts: { merge_below: 1MB }, min_age");
    for (const text of [A, A + B, A + B + C]) {
      world.drop("app.log", text);
      world.drop(`other${text.length}.log`, lineOf(`other${text.length}`));
      await take(world, edit);
    }
    const others = [A, A + B, A + B + C].map(({ length }) => `other${length}`);
    // Each version is whole.
    assertEquals(seen(world), ["a", "a", "a", "b", "b", "c", ...others].toSorted());
    const { notes } = launchPlan(await world.config({ edit }), {
      root: world.folder,
      configPath: join(world.folder, "pipeline.yaml"),
      environment: [],
    });
    assertEquals(notes.length, 1);
    // Once they are not put together any more, what is alone can be replaced.
    await grow(world, A + B + C + D, A + B + C + D + lineOf("e"));
    const twice = ["a", "b", "c"].flatMap((body) =>
      Array(body === "a" ? 3 : body === "b" ? 2 : 1).fill(body)
    );
    assertEquals(seen(world), [...twice, "a", "b", "c", "d", "e", ...others].toSorted());
  },
);

everyWorldTest("a log that an older version published is replaced as well", async (world) => {
  await grow(world, A);
  {
    using db = openDatabase(join(world.folder, "audit.db"));
    db.exec(
      `DROP INDEX files_by_superseded; DROP INDEX files_by_original;
       ALTER TABLE files DROP COLUMN supersedes_path; ALTER TABLE files DROP COLUMN supersedes_version;
       ALTER TABLE files DROP COLUMN grew_from; DELETE FROM migrations WHERE version >= 12; PRAGMA user_version = 11`,
    );
  }
  await grow(world, A + B, A + B + C);
  assertEquals(seen(world), ["a", "b", "c"]);
});

everyWorldTest(
  "a log that grows after a rebuild of the audit database is seen once",
  async (world) => {
    await grow(world, A, A + B);
    const path = join(world.folder, "audit.db");
    for (const name of ["audit.db", "audit.db-wal", "audit.db-shm"]) {
      await Deno.remove(join(world.folder, name)).catch(() => {});
    }
    {
      using db = openAudit(path);
      await rebuildAudit(db, join(world.folder, "lake"));
    }
    await grow(world, A + B, A + B + C);
    assertEquals(seen(world), ["a", "b", "c"]);
    const [, second] = world.manifests("web.web");
    await retractRun(await world.config({ edit: logs }), second?.run_id ?? "");
    assertEquals(seen(world), ["a", "b", "c"]);
  },
);

const ORDERS = [
  [0],
  [1],
  [2],
  [0, 1],
  [1, 0],
  [1, 2],
  [2, 1],
  [2, 0],
  [0, 2],
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
];

for (const order of ORDERS) {
  everyWorldTest(
    `a log that grew is whole whichever runs are retracted (${order})`,
    async (world) => {
      await grow(world, A, A + B, A + B + C);
      const runs = world.manifests("web.web").map(({ run_id }) => run_id);
      const versions = [["a"], ["a", "b"], ["a", "b", "c"]];
      for (const [count, run] of order.entries()) {
        await retractRun(await world.config({ edit: logs }), runs[run] ?? "");
        const gone = order.slice(0, count + 1);
        const left = versions.findLast((_, at) => !gone.includes(at)) ?? [];
        assertEquals(seen(world), left);
      }
      await take(world);
      assertEquals(seen(world), ["a", "b", "c"]);
      await grow(world, A + B + C + D);
      assertEquals(seen(world), ["a", "b", "c", "d"]);
    },
  );
}
