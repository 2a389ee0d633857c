import { assertEquals } from "@std/assert";
import { everyTest } from "../_sample.ts";
import { newStreamRow } from "../../lib/audit/mod.ts";
import { unusualVolume } from "../../lib/pipeline/volume.ts";
import { items, worldTest } from "./_world.ts";

const KEY = { run_id: "R", source: "s", stream: "t", type: "api", mode: "incremental" } as const;

function said(written: number, before: readonly number[], stop_reason = "no-next"): string {
  const row = { ...newStreamRow(KEY), written, stop_reason };
  return unusualVolume(row, before)?.example ?? "";
}

Deno.test("unusualVolume() says what is under half of the fewest or over twice the most", () => {
  const before = [1000, 1200, 1100, 1300, 1000, 1400, 1500];
  assertEquals([500, 1000, 3000].map((volume) => said(volume, before)), ["", "", ""]);
  assertEquals(said(499, before), "499 records, the last 7 complete runs had 1,000 to 1,500");
  assertEquals(said(0, before), "0 records, the last 7 complete runs had 1,000 to 1,500");
  assertEquals(said(3001, before), "3,001 records, the last 7 complete runs had 1,000 to 1,500");
});

Deno.test("unusualVolume() says nothing of few runs, few records or an answer that is as before", () => {
  assertEquals(said(0, [1000, 1000, 1000, 1000, 1000, 1000]), "");
  assertEquals(said(0, [99, 1000, 1000, 1000, 1000, 1000, 1000]), "");
  assertEquals(said(99, [1, 1, 1, 1, 1, 1, 1]), "");
  assertEquals(said(0, [1000, 1000, 1000, 1000, 1000, 1000, 1000], "not-modified"), "");
});

worldTest(
  "a run whose volume is not that of its history warns, and counts in the history of the next",
  async (world) => {
    world.items = items(100);
    for (let night = 0; night < 7; night++) {
      const { checks } = await world.run();
      assertEquals(checks, []);
      world.now += 24 * 3_600_000;
    }
    world.items = items(300);
    const { exit_code, checks } = await world.run();
    assertEquals([exit_code, checks.map(({ rule, example }) => `${rule}: ${example}`)], [0, [
      "volume: 300 records, the last 7 complete runs had 100 to 100",
    ]]);
    assertEquals((await world.run()).checks, []);
  },
  everyTest,
);
