import { assertEquals } from "@std/assert";
import { generate } from "./_generate.ts";
import { killedAtCommit } from "./_killed_tables.ts";
import { live } from "./_life.ts";
import { everySubset } from "./_every_subset.ts";
import { LARGER, SMALL } from "./_subset_lives.ts";

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

Deno.test("runPipeline() over tables is exact wherever it is killed", async () => {
  for (let commit = 1;; commit++) {
    const { faults, runs: [first] } = await killedAtCommit(commit);
    assertEquals(faults, [], `killed at commit ${commit}`);
    if (first?.end === "ended") return;
  }
});

for (
  const [what, scenario] of Object.entries({ "an empty lake": SMALL, "an older lake": LARGER })
) {
  Deno.test(`runPipeline() over ${what} is exact after any subset of what was not flushed, at every stop`, async () => {
    const { faults, stops, states, most } = await everySubset(scenario);
    assertEquals(faults, []);
    console.log(`${what}: ${stops} stops, ${states} states, at most ${most} unflushed operations`);
  });
}
