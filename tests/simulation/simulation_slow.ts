import { assertEquals } from "@std/assert";
import { generate } from "./_generate.ts";
import { live } from "./_life.ts";
import { everySubset } from "./_every_subset.ts";
import { LARGER } from "./_subset_lives.ts";

const LIVES = 1000;

Deno.test(`runPipeline() leaves what a perfect observer would have published, in ${LIVES} lives of nights`, async () => {
  let runs = 0;
  for (let seed = 1; seed <= LIVES; seed++) {
    const report = await live(generate(seed));
    runs += report.runs.length;
    assertEquals(report.faults, [], `deno task simulate --seed ${seed} --shrink`);
  }
  console.log(`${LIVES} lives, ${runs} runs, 0 faults`);
});

Deno.test("runPipeline() over an older lake is exact after any subset of what was not flushed, at every stop", async () => {
  const { faults, stops, states, most } = await everySubset(LARGER);
  assertEquals(faults, []);
  console.log(`${stops} stops, ${states} states, at most ${most} unflushed operations`);
});
