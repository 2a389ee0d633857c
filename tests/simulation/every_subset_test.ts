import { assertEquals, assertGreater } from "@std/assert";
import { everySubset } from "./_every_subset.ts";
import { SMALL } from "./_subset_lives.ts";

// simulation_slow.ts stops at each.
Deno.test("runPipeline() is exact after any subset of what was not flushed, at some stops", async () => {
  const { faults, states, stops } = await everySubset(SMALL, 23);
  assertEquals(faults, []);
  assertGreater(states, stops);
});
