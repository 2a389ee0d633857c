import { assertEquals, assertGreater } from "@std/assert";
import { everySubset } from "./_every_subset.ts";
import { LARGER, SMALL } from "./_subset_lives.ts";

Deno.test("runPipeline() is exact after a power loss that leaves any subset of what was not flushed, at some stops", async () => {
  const { faults, states, stops } = await everySubset(SMALL, 7);
  assertEquals(faults, []);
  assertGreater(states, stops);
});
void LARGER;
