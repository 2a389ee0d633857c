import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors/mod.ts";
import { parseReplay } from "../../lib/pipeline/mod.ts";
import { FIXED, HOUR, ids, item, ITEMS, open, STRICT } from "./_replay.ts";
import { streamOf, worldTest } from "./_world.ts";

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
