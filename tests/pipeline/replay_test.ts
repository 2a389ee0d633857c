import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { parseReplay } from "../../lib/pipeline/mod.ts";
import { replayNote } from "../../lib/pipeline/replay_rejects.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { edit, FIXED, HOUR, ids, item, ITEMS, open, STRICT } from "./_replay.ts";
import { nextSteps } from "../../lib/pipeline/next_steps.ts";
import { everyWorldTest, streamOf, worldTest } from "./_world.ts";

worldTest("a replay publishes what was rejected once, and the next runs know it", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1), item(3, 5, 1), item(4, 5, -1)];
  assertEquals(streamOf(await world.run({ edit: STRICT }), ITEMS).rejected, 2);
  // Sent again inside the lag, and rejected again.
  assertEquals(streamOf(await world.run({ edit: STRICT }), ITEMS).rejected, 2);
  const [before] = world.manifests(ITEMS);
  const replayed = await world.run({ edit: FIXED, replay: ITEMS });
  const { read, written, duplicates, rejected } = streamOf(replayed, ITEMS);
  assertEquals([replayed.exit_code, read, written, duplicates, rejected], [0, 4, 2, 2, 0]);
  assertEquals([ids(world), open(world)], [[1, 2, 3, 4], 0]);
  const manifest = world.manifests(ITEMS).at(-1);
  assertEquals(manifest?.watermark, before?.watermark);
  assertEquals(manifest?.replays?.length, 1);
  // A second one has nothing to send, and what the API sends again is known, inside the lag and before it.
  const again = await world.run({ edit: FIXED, replay: ITEMS });
  assertEquals([streamOf(again, ITEMS).read, again.exit_code], [0, 0]);
  assertEquals(streamOf(await world.run({ edit: FIXED }), ITEMS).written, 0);
  world.now += 24 * HOUR;
  assertEquals(streamOf(await world.run({ edit: FIXED }), ITEMS).written, 0);
  assertEquals(ids(world), [1, 2, 3, 4]);
});

worldTest(
  "a replay is refused where rejects come in another way, which it names",
  async (world) => {
    const append = (yaml: string) =>
      yaml.replace("primary_key", "mode: append\n        primary_key");
    const config = await world.config();
    const why = (id: string) => assertThrows(() => parseReplay([id], config), UsageError).message;
    assertStringIncludes(why(ITEMS), 'expected "pipeline run --select shop.items"');
    assertStringIncludes(why("vendor.vendor"), "comes in with the next run");
    const unkeyed = await world.config({ edit: append });
    const error = assertThrows(() => parseReplay([ITEMS], unkeyed), UsageError);
    assertStringIncludes(error.message, "expected a stream with the key incremental");
  },
);

everyWorldTest("what is rejected again stays open as it was, once", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1), item(3, 2, -9)];
  await world.run({ edit: STRICT });
  const half = edit("\nchecks: [{ column: price, min: -5 }]");
  const { written, rejected } = streamOf(await world.run({ edit: half, replay: ITEMS }), ITEMS);
  assertEquals([written, rejected, open(world)], [1, 1, 1]);
  const none = (yaml: string) => half(yaml).replace("records: 100%", "records: 0%");
  const again = await world.run({ edit: none, replay: ITEMS });
  assertEquals([again.outcome, streamOf(again, ITEMS).written], ["partial", 0]);
  const next = nextSteps(again, { cwd: "/", command: (words) => words });
  assertEquals(next, [["pipeline replay shop.items", "after a fix: sends them through again"]]);
  assertEquals([ids(world), open(world)], [[1, 2], 1]);
});

everyWorldTest("a replay brings back no version that a later one has followed", async (world) => {
  world.items = [item(1, 0, 1), item(2, 1, -1)];
  await world.run({ edit: STRICT });
  world.items = [item(2, 3, 7)];
  await world.run({ edit: STRICT });
  const { duplicates, written } = streamOf(await world.run({ edit: FIXED, replay: ITEMS }), ITEMS);
  assertEquals([duplicates, written, open(world)], [1, 0, 0]);
  assertEquals(world.rows(ITEMS).map((line) => JSON.parse(line).price).sort(), [1, 7]);
});

worldTest(
  "a replay takes no record for a later version of another whose key is next to it",
  async (world) => {
    const sent = (id: string, hour: number, price: number) =>
      JSON.stringify(item(1, hour, price)).replace('"id":1', `"id":${id}`);
    const answer = (...records: string[]) => () => new Response(`[${records.join()}]`);
    // A double holds the first, and takes the second for it.
    const [even, odd] = ["9007199254740992", "9007199254740993"];
    world.answer = answer(sent(odd, 1, -1));
    await world.run({ edit: STRICT });
    world.answer = answer(sent(even, 3, 7));
    await world.run({ edit: STRICT });
    const { duplicates, written } = streamOf(
      await world.run({ edit: FIXED, replay: ITEMS }),
      ITEMS,
    );
    assertEquals([duplicates, written, open(world)], [0, 1, 0]);
    const published = world.rows(ITEMS).map((line) => /"id":(\d+)/.exec(line)?.[1]);
    assertEquals(published.sort(), [even, odd]);
  },
);

everyWorldTest("a replay that was retracted leaves its rejects open", async (world) => {
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

everyWorldTest("a hash that privacy kept is not hashed again by a replay", async (world) => {
  const privacy = '\nprivacy: { hash: { columns: [id], salt: "${SALT}" } }';
  const env = (name: string) => name === "SALT" ? "a long salt for this test" : undefined;
  world.items = [item(1, 0, 1), item(1, 1, -1)];
  await world.run({ edit: edit(`\nchecks: [{ column: price, min: 0 }]${privacy}`), env });
  await world.run({ edit: edit(privacy), env, replay: ITEMS });
  const [first, second] = world.rows(ITEMS).map((line) => JSON.parse(line));
  assertEquals([second.price, second.id], [-1, first.id]);
});

everyWorldTest(
  "a replay knows of a value that privacy took out whether it was good",
  async (world) => {
    const checks = (price: string) =>
      `\nchecks: [{ column: price, min: ${price} }, { column: name, pattern: A.* }]` +
      "\nprivacy: { mask: [name] }";
    const [good, bad] = [{ name: "Ann" }, { name: "Bob" }];
    world.items = [{ ...item(1, 0, -1), ...good }, { ...item(2, 1, -1), ...bad }];
    await world.run({ edit: edit(checks("0")) });
    await world.run({ edit: edit(checks("-5")), replay: ITEMS });
    assertEquals([ids(world), open(world)], [[1], 1]);
    // Once the check is gone that it broke, it comes in.
    await world.run({ edit: edit("\nprivacy: { mask: [name] }"), replay: ITEMS });
    assertEquals([ids(world), open(world)], [[1, 2], 0]);
  },
);

everyWorldTest("a replay that is stopped at any step publishes each reject once", async (world) => {
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

everyWorldTest("a replay of nothing leaves an unfinished run as it is", async (world) => {
  world.items = [item(1, 0, 1)];
  world.answer = () => new Response(null, { status: 503 });
  const unfinished = await world.run({ edit: FIXED });
  assertEquals((await world.run({ edit: FIXED, replay: ITEMS })).exit_code, 0);
  world.answer = undefined;
  const resumed = await world.run({ edit: FIXED });
  assertEquals([unfinished.exit_code, resumed.exit_code], [1, 0]);
  assertEquals([resumed.run_id, ids(world)], [unfinished.run_id, [1]]);
});

/** What `--dry-run` says of a replay. */
async function noteOf({ folder }: { readonly folder: string }): Promise<string> {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  const name = { source: "shop", stream: "items" };
  return await replayNote({ db, lake: join(folder, "lake") }, name);
}

everyWorldTest(
  "replayNote() counts what a replay would send, and no other reject",
  async (world) => {
    const token = "a-token-that-is-long-enough";
    const edit = (yaml: string) =>
      STRICT(yaml).replace("retry:", 'auth: { type: bearer, token: "${TOKEN}" }\n    retry:');
    world.items = [item(1, 0, -1), item(2, 1, -1), { ...item(3, 2, 1), note: token }];
    const run = await world.run({ edit, env: (name) => name === "TOKEN" ? token : undefined });
    assertEquals(streamOf(run, ITEMS).rejected, 3);
    const note = await noteOf(world);
    assertStringIncludes(
      note,
      "shop.items: 2 records in quarantine would be sent through again; 1 ",
    );
  },
);

everyWorldTest(
  "a replay after a rebuild says that no reject is known, and where they are",
  async (world) => {
    world.items = [item(1, 0, 1), item(2, 1, -1)];
    await world.run({ edit: STRICT });
    Deno.removeSync(join(world.folder, "audit.db"));
    for (const name of ["audit.db-wal", "audit.db-shm"]) {
      await Deno.remove(join(world.folder, name)).catch(() => {});
    }
    {
      using db = openAudit(join(world.folder, "audit.db"));
      await rebuildAudit(db, join(world.folder, "lake"));
    }
    const words = 'does not know the rejects in 1 file of "quarantine/shop/items"';
    await assertRejects(() => world.run({ edit: FIXED, replay: ITEMS }), UsageError, words);
    // What would be done is refused alike.
    await assertRejects(() => noteOf(world), UsageError, words);
  },
);
