import { assertEquals } from "@std/assert";
import { UsageError } from "../../lib/errors/mod.ts";
import { resetStream, retractRun } from "../../lib/pipeline/mod.ts";
import type { World } from "./_world.ts";

const HOUR = 3_600_000;
const NIGHTS = 12;

/** The YAML of one incremental stream. */
function following(yaml: string): string {
  return yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
    "primary_key: [id]",
    `primary_key: [id]
        incremental: { field: u, start_param: since, format: epoch_ms, param_format: epoch_ms, lag: 1h }`,
  );
}

/** Whole numbers from 0, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Nights in which somebody adds records, some of them late, and runs, retracts and resets in any order. */
export async function live(world: World, seed: number): Promise<void> {
  const pick = numbers(seed);
  const records: { id: number; u: number }[] = [];
  const answer = (url: URL) => {
    const since = Number(url.searchParams.get("since") ?? 0);
    return Response.json(records.filter(({ u }) => u >= since));
  };
  const config = await world.config({ edit: following });
  const done: string[] = [];
  const published = () => {
    const ids = world.rows("shop.items").map((line) => JSON.parse(line).id as number);
    assertEquals(ids.length, new Set(ids).size, `${ids}: twice after ${done.join(", ")}`);
    return ids.sort((a, b) => a - b);
  };
  const reset = async (to?: number | string | null) => {
    const text = typeof to === "number" ? new Date(to).toISOString() : to ?? undefined;
    try {
      await resetStream(config, "shop.items", { to: text, now: () => world.now });
      done.push(`reset ${text}`);
    } catch (error) {
      // It has no watermark, or was not read so far.
      if (!(error instanceof UsageError)) throw error;
    }
  };
  const runs: string[] = [];
  const run = async () => {
    const { run_id, totals } = await world.run({ edit: following });
    runs.push(run_id);
    done.push(`run ${totals.written}`);
  };
  let clock = Date.UTC(2026, 2, 1);
  for (let night = 0; night < NIGHTS; night++) {
    for (let more = pick(4); more > 0; more--) {
      clock += pick(2 * HOUR);
      const late = pick(4) === 0 ? pick(6 * HOUR) : 0;
      records.push({ id: records.length, u: clock - late });
    }
    world.answer = answer;
    world.now += 1000;
    const what = runs.length === 0 ? 0 : pick(6);
    if (what < 3) await run();
    if (what === 3) {
      const runId = runs[pick(runs.length)] ?? "";
      const { streams } = await retractRun(config, runId, { now: () => world.now });
      done.push(`retract ${runs.indexOf(runId)}`);
      if (pick(2) === 0) await reset(streams[0]?.watermark_before);
    }
    if (what === 4) await reset(clock - pick(20 * HOUR));
    if (what === 5) {
      world.answer = () => new Response("", { status: 500 });
      await world.run({ edit: following });
      done.push("stopped");
    }
    published();
  }
  world.answer = answer;
  await run();
  world.now += 1000;
  await reset();
  await run();
  assertEquals(published(), records.map(({ id }) => id), done.join(", "));
}
