import { assertEquals, assertThrows } from "@std/assert";
import { backfillSteps } from "../../lib/pipeline/mod.ts";
import { launchBackfill } from "../../lib/pipeline/launch_backfill.ts";
import type { OpenPipeline } from "../../lib/pipeline/launcher.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import type { PipelineConfig } from "../../lib/pipeline/mod.ts";
import { worldTest } from "./_world.ts";

function incremental(form: string) {
  return (yaml: string) =>
    yaml.replace(
      "primary_key: [id]",
      `primary_key: [id]\n        incremental: { field: at, format: ${form}, start_param: since }`,
    );
}

function ranges(config: PipelineConfig, from: string, to: string, step?: string): string[] {
  return backfillSteps(config, ["shop.items"], { from, to, step })
    .map((text) => text.replace("shop.items=", ""));
}

worldTest(
  "launchBackfill() reads step by step, and says where to go on after one that fails",
  async (world) => {
    const config = await world.config({ edit: incremental("iso") });
    const asked = async (codes: readonly number[]) => {
      const ran: string[] = [];
      let message = "";
      const code = await launchBackfill(
        { config } as OpenPipeline,
        ["shop.items"],
        {
          ...{ from: "2018-02-01", to: "2018-02-04", step: "1d", json: false },
          onStop: (text) => message = text,
        },
        (_, { backfill = "" }) => {
          ran.push(backfill.replace("shop.items=", ""));
          return Promise.resolve(codes[ran.length - 1] ?? 0);
        },
      );
      return { code, ran: ran.length, message };
    };
    assertEquals(await asked([0, 2, 0]), { code: 2, ran: 3, message: "" });
    assertEquals(await asked([0, 75]), {
      code: 75,
      ran: 2,
      message: "1 of 3 steps are done; once it can go on, go on with --from 2018-02-02",
    });
  },
);

worldTest("backfillSteps() divides a range into half-open steps without a gap", async (world) => {
  const days = await world.config({ edit: incremental("iso") });
  assertEquals(ranges(days, "2018-01-30", "2018-02-02", "1d"), [
    "2018-01-30..2018-01-31",
    "2018-01-31..2018-02-01",
    "2018-02-01..2018-02-02",
  ]);
  assertEquals(ranges(days, "2018-01-30", "2018-01-31T12:00Z", "1d"), [
    "2018-01-30..2018-01-31",
    "2018-01-31..2018-01-31T12:00:00Z",
  ]);
  assertEquals(ranges(days, "2018-01-30", "", undefined), ["2018-01-30.."]);
  const numbers = await world.config({ edit: incremental("number") });
  assertEquals(ranges(numbers, "1", "25", "10"), ["1..11", "11..21", "21..25"]);
  for (
    const [from, to, step] of [
      ["2018-01-30", "", "1d"],
      ["2018-01-30", "2018-02-02", "0d"],
      ["2018-01-30", "2018-02-02", "often"],
      ["2018-01-30", "2018-02-02", "1s"],
    ] as const
  ) assertThrows(() => ranges(days, from, to, step), UsageError, `"${step}"`);
});
