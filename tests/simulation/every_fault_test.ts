import { assertEquals, assertGreater } from "@std/assert";
import { granted } from "../_granted.ts";
import { EVERY_CASE } from "../_sample.ts";
import { everyFault } from "./_every_fault.ts";
import type { Scenario } from "./_scenario.ts";
import { SMALL } from "./_subset_lives.ts";

const HOUR = 3_600_000;

/** A listing that repeats a page, so that it is read anew. */
const STARTS_OVER: Scenario = {
  seed: 1,
  streams: [],
  files: false,
  sandbox: true,
  nights: [
    { after: HOUR, happenings: [], disturbances: [], sandbox: ["quakes:endless=same"] },
    { after: HOUR, happenings: [], disturbances: [] },
  ],
};

const LIVES = { "of a first night": SMALL, "of a listing that is read anew": STARTS_OVER };
for (const [what, scenario] of Object.entries(LIVES)) {
  Deno.test({
    name: `runPipeline() is exact after any one fault of the disk or the database ${what}`,
    ignore: !granted("read"),
    async fn() {
      const { tried, faults } = await everyFault(scenario, EVERY_CASE ? 2 : 120);
      assertEquals(faults, []);
      assertGreater(tried, EVERY_CASE ? 200 : 2);
      console.log(`${tried} faults tried`);
    },
  });
}
