import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { EVERY_CASE, everyTest, sample } from "../_sample.ts";
import { ENDINGS, everyNamedStep, everyStep, inCopyOf } from "./_crash_matrix.ts";
import { describeStep, PowerLoss, SimulatedCrash } from "./_power_loss.ts";
import { readAudit } from "./_read_audit.ts";
import { readLake } from "./_read_lake.ts";
import { type SmallWorld, smallWorld } from "./_small_world.ts";

const NIGHT = Date.UTC(2026, 10, 1);

/** A retraction in a folder, and what came of it. */
async function retract(
  world: SmallWorld,
  folder: string,
  run: { readonly id: string; readonly observe?: (step: DiskStep) => void },
) {
  const { id, observe = () => {} } = run;
  const result = await retractRun(await world.config(folder), id, {
    observe,
    now: () => NIGHT + 1000,
  });
  return { result, lake: readLake(join(folder, "lake")), audit: readAudit(folder) };
}

/** Retracts, and ends at the step with this number. */
async function stopAt(
  world: SmallWorld,
  folder: string,
  stop: { readonly id: string; readonly at: number; readonly ending: typeof ENDINGS[number] },
): Promise<void> {
  const { id, at, ending } = stop;
  const loss = new PowerLoss();
  let steps = 0;
  const observe = (step: DiskStep) => {
    const name = describeStep(step);
    if (steps++ === at && !(ending === "refused once" && name.endsWith(":after-commit"))) {
      throw ending === "refused once"
        ? new StorageError("storage-full", `Cannot ${name}: a test has no space`)
        : new SimulatedCrash(name);
    }
    loss.observe(step);
  };
  try {
    await retract(world, folder, { id, observe });
  } catch (error) {
    if (!(error instanceof SimulatedCrash || error instanceof StorageError)) throw error;
  }
  if (ending === "power lost") loss.strike();
}

everyTest({
  name: "retractRun() ends the same when it dies at any step and is asked for again",
  ignore: !granted("read", "write", "net"),
  fn: async () => {
    await using world = await smallWorld([]);
    const base = await Deno.makeTempDir();
    const run = async (folder: string) =>
      await runPipeline(await world.config(folder), { sandboxUrl: world.sandbox.url });
    const { run_id: id } = await run(base);
    const before = readLake(join(base, "lake"));
    const names: string[] = [];
    const expected = await inCopyOf(base, async (folder) => {
      const observe = (step: DiskStep) => names.push(describeStep(step));
      return await retract(world, folder, { id, observe });
    });
    assert(Object.values(expected.lake.streams).every((lines) => lines.length === 0));
    assertEquals([expected.audit.openIntents, expected.audit.missing], [[], []]);
    const steps = EVERY_CASE ? everyStep(names) : sample(everyNamedStep(names), 6);
    assertGreater(steps.length, EVERY_CASE ? 8 : 2);
    for (const [turn, at] of steps.entries()) {
      for (const ending of EVERY_CASE ? ENDINGS : [ENDINGS[turn % ENDINGS.length] ?? "killed"]) {
        const what = `${ending} at step ${at}: ${names[at]}`;
        await inCopyOf(base, async (folder) => {
          await stopAt(world, folder, { id, at, ending });
          const actual = await retract(world, folder, { id });
          assertEquals(actual.lake, expected.lake, what);
          assertEquals(actual.audit, expected.audit, what);
          assertEquals(actual.result, expected.result, what);
        });
      }
    }
    // The next run finishes it as well, and publishes what is missing then: all but what is before the watermark.
    const decided = names.indexOf("retract:after-commit");
    await inCopyOf(base, async (folder) => {
      await stopAt(world, folder, { id, at: decided, ending: "power lost" });
      assertEquals((await run(folder)).exit_code, 0);
      const { streams } = readLake(join(folder, "lake"));
      const { "usgs.events": events = [], "mine.steps": steps = [], ...others } = streams;
      const { "usgs.events": _, "mine.steps": __, ...all } = before.streams;
      assertEquals(others, all);
      assertEquals([events.length < 45, steps.length], [true, 0]);
    });
    await Deno.remove(base, { recursive: true });
  },
});
