import { assertEquals, assertGreater } from "@std/assert";
import { EVERY_CASE } from "../_sample.ts";
import { everySubset } from "./_every_subset.ts";
import { SMALL } from "./_subset_lives.ts";

// An older lake is in simulation_slow.ts.
Deno.test("runPipeline() is exact after any subset of what was not flushed, at some stops", async () => {
  const { faults, ...figures } = await everySubset(
    SMALL,
    EVERY_CASE ? {} : { every: 40, states: 2 },
  );
  assertEquals(faults, []);
  const { stops, states, possible, most } = figures;
  assertGreater(states, stops);
  console.log(
    `${stops} stops, ${states} of ${possible} states tried (${
      (states / stops).toFixed(1)
    } a stop), ` +
      `at most ${most} unflushed operations`,
  );
});
