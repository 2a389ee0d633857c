import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

const RECORD_BYTES = 300_000;
const FULL = "no space left";

/** Has one access to a staging file of records fail: a write of which a part is done, or a look at what is there. */
function failOnce(access: "write" | "read"): Disposable {
  const { openSync } = Deno;
  let hasFailed = false;
  Deno.openSync = (path, options) => {
    const isOurs = String(path).endsWith("items.jsonl") && !hasFailed;
    if (isOurs && access === "read" && options?.write !== true) {
      hasFailed = true;
      throw Object.assign(new Error(FULL), { code: "ENOSPC" });
    }
    const file = openSync(path, options);
    if (!isOurs || access === "read") return file;
    const write = file.writeSync.bind(file);
    file.writeSync = (bytes) => {
      if (hasFailed) return write(bytes);
      hasFailed = true;
      write(bytes.subarray(0, bytes.length >> 1));
      throw Object.assign(new Error(FULL), { code: "ENOSPC" });
    };
    return file;
  };
  return { [Symbol.dispose]: () => void Object.assign(Deno, { openSync }) };
}

/** Runs twice, the first time with a fault in the middle of the only page. */
async function runTwice(world: World, access: "write" | "read"): Promise<void> {
  const all = Array.from({ length: 10 }, (_, id) => ({ id, text: `${id}`.repeat(RECORD_BYTES) }));
  // The first once more, so that it is compared with what is staged.
  world.items = [...all, all[0]];
  {
    using _ = failOnce(access);
    const failed = streamOf(await world.run(), "shop.items");
    assertEquals([failed.outcome, failed.read, failed.written], ["failed", 0, 0]);
    assertStringIncludes(failed.error_message ?? "", FULL);
  }
  const { outcome, read, written, duplicates } = streamOf(await world.run(), "shop.items");
  assertEquals([outcome, read, written, duplicates], ["complete", 11, 10, 1]);
  // A difference of 3 MB would take minutes to show.
  const sent = all.map((item) => JSON.stringify(item));
  assert(world.rows("shop.items").sort().join("\n") === sent.join("\n"));
}

worldTest(
  "runPipeline() goes on from before a page whose records could not all be written",
  (world) => runTwice(world, "write"),
);

everyWorldTest(
  "runPipeline() goes on from before a page whose records could not all be compared",
  (world) => runTwice(world, "read"),
);
