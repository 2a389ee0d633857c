import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import { EVERY_CASE, everyTest } from "../_sample.ts";
import { generate } from "./_generate.ts";
import { type LifeOptions, live } from "./_life.ts";

const LIVES = EVERY_CASE ? 16 : 2;
/** The module of a life is on the real disk. */
const ignore = !granted("read");

Deno.test(
  `runPipeline() leaves what a perfect observer would have published, in ${LIVES} lives of nights`,
  { ignore },
  async () => {
    for (let seed = 1; seed <= LIVES; seed++) {
      const { faults } = await live(generate(seed));
      assertEquals(faults, [], `deno task simulate --seed ${seed} --shrink`);
    }
  },
);

everyTest("live() is the same again for the same seed", { ignore }, async () => {
  const seed = 9;
  assertEquals(await live(generate(seed)), await live(generate(seed)));
});

/** Machines that lie, and what the oracle must say of it. */
const LIES: Readonly<Record<string, readonly [LifeOptions, RegExp]>> = {
  "a disk whose files are not flushed": [
    { flushes: "folders" },
    /not what its manifest says|is not JSON/,
  ],
  "a disk whose folders are not flushed": [
    { flushes: "files" },
    /not in the lake|nothing of what|it belongs to another/,
  ],
};

for (const [what, [lie, fault]] of Object.entries(LIES)) {
  const test = lie.flushes === "folders" ? Deno.test : everyTest;
  test(`live() finds ${what}`, { ignore }, async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { faults } = await live(generate(seed), lie);
      if (faults.some((text) => fault.test(text))) return;
    }
    assert(false, "no life found it");
  });
}
