import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { everyWorldTest, items, streamOf, type World, worldTest } from "./_world.ts";

const STREAM = "shop.items";

/** The lines of an incremental stream are not hashed first: only what reads them can hear the stop. */
function edit(yaml: string): string {
  return yaml.replace("[id]", "[id]\n        incremental: { field: at, start_param: since }");
}
const ITEMS = items(5).map((item) => ({ ...item, at: "2026-11-01T00:00:00Z" }));

/** Runs until the stream is published, and asks it to stop there. */
async function stopped(world: World) {
  const stop = new AbortController();
  const summary = await world.run({
    edit,
    signal: stop.signal,
    onProgress({ source, state }) {
      if (source === "shop" && state === "publishing") {
        stop.abort(new SuspendedError("suspended-signal", "Cannot finish: SIGTERM"));
      }
    },
  });
  return [summary.run_id, summary.exit_code, streamOf(summary, STREAM).outcome];
}

everyWorldTest(
  "a stop that meets the publication of a stream is heard, and it is published once",
  async (world) => {
    world.items = ITEMS;
    const [run_id, ...outcome] = await stopped(world);
    assertEquals(outcome, [75, "suspended"]);
    // Now in what takes the staged records in again.
    const signal = AbortSignal.abort(new SuspendedError("suspended-signal", "Cannot finish"));
    assertEquals((await world.run({ edit, signal })).exit_code, 75);
    const last = await world.run({ edit });
    assertEquals([last.run_id, last.attempts, last.exit_code], [run_id, 3, 0]);
    assertEquals(world.rows(STREAM).map((line) => JSON.parse(line)), ITEMS);
    assertEquals(world.manifests(STREAM).length, 1);
  },
);

worldTest(
  "what something else has added to the staged records is not published, and does not keep the run from ending",
  async (world) => {
    world.items = ITEMS;
    const [run_id] = await stopped(world);
    const staging = join(world.folder, "lake", "_tmp");
    const [staged = ""] = await Array.fromAsync(
      walk(staging, (path) => path.endsWith("shop.items.jsonl")),
    );
    assertEquals(
      await Deno.readTextFile(staged),
      ITEMS.map((item) => `${JSON.stringify(item)}\n`).join(""),
    );
    await Deno.writeTextFile(staged, '{"id":99}\n', { append: true });
    const last = await world.run({ edit });
    assertEquals([last.run_id, last.exit_code], [run_id, 0]);
    assertEquals(world.rows(STREAM).map((line) => JSON.parse(line)), ITEMS);
  },
);

async function* walk(folder: string, isWanted: (path: string) => boolean): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* walk(path, isWanted);
    else if (isWanted(path)) yield path;
  }
}
