import { assertEquals } from "@std/assert";
import type { DiskStep } from "../../lib/files/mod.ts";
import { runPipeline, type RunSummary } from "../../lib/pipeline/mod.ts";
import { describeStep, PowerLoss, SimulatedCrash } from "./_power_loss.ts";
import { type LakeContents, readLake } from "./_read_lake.ts";
import { type SmallWorld, smallWorld } from "./_small_world.ts";

interface Outcome {
  readonly lake: LakeContents;
  readonly counts: Record<string, string>;
  readonly exitCode: number;
}

async function run(
  world: SmallWorld,
  folder: string,
  observe: (step: DiskStep) => void = () => {},
): Promise<RunSummary> {
  return await runPipeline(await world.config(folder, twoPages), {
    configSha256: "same",
    sandboxUrl: world.sandbox.url,
    // A checkpoint a page, so that there is one to be stopped at.
    checkpointMs: 0,
    observe,
  });
}

/** Two or three pages a stream go through every step that twenty would. */
function twoPages(yaml: string): string {
  return yaml.replace("limit: 10", "limit: 23").replace("per_page: 20", "per_page: 35")
    .replace("per-page: 10", "per-page: 17");
}

function outcome(folder: string, summary: RunSummary): Outcome {
  const counts = summary.streams.map((s) => [
    `${s.source}.${s.stream}`,
    [s.read, s.written, s.quarantined, s.duplicates, s.files_quarantined, s.files_duplicate].join(),
  ]);
  return {
    lake: readLake(`${folder}/lake`),
    counts: Object.fromEntries(counts.sort()),
    exitCode: summary.exit_code,
  };
}

async function inTempFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs until the step with this number and dies there, as dead as a process can be within a test. */
async function crashAt(
  world: SmallWorld,
  folder: string,
  stop: { at: number; powerLoss: boolean },
): Promise<void> {
  const loss = new PowerLoss();
  let steps = 0;
  const observe = (step: DiskStep) => {
    if (steps++ >= stop.at) throw new SimulatedCrash(describeStep(step));
    loss.observe(step);
  };
  try {
    await run(world, folder, observe);
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error;
  }
  if (stop.powerLoss) loss.strike();
}

/** Which steps to stop at, by their names in the order in which they happen. */
export type ChooseStops = (names: readonly string[]) => readonly number[];

/** Every step. */
export function everyStep(names: readonly string[]): number[] {
  return [...names.keys()];
}

/** One step of each name, by turns the first and the last of that name. */
export function everyNamedStep(names: readonly string[]): number[] {
  const places = [...Map.groupBy(names.keys(), (at) => names[at] ?? "").values()];
  return places.map((at, turn) => at.at(turn % 4 < 2 ? 0 : -1) ?? 0);
}

/**
 * Stops a run at each chosen step, runs again and compares with a run that nothing disturbed.
 *
 * @param modes How it ends: killed (what was written stays) or power lost (what was not flushed is gone); with
 * both, steps take turns.
 * @returns How many steps it was stopped at.
 */
export async function proveEveryStop(
  choose: ChooseStops,
  modes: readonly ("killed" | "power lost")[],
): Promise<number> {
  await using world = await smallWorld(["flights:503@page2", "strikes:truncated@page2"]);
  const names: string[] = [];
  const expected = await inTempFolder(async (folder) =>
    outcome(folder, await run(world, folder, (step) => names.push(describeStep(step))))
  );
  assertEquals(expected.exitCode, 0);
  assertEquals(expected.lake.staging, []);
  const stops = choose(names);
  for (const [turn, at] of stops.entries()) {
    const powerLoss = modes[turn % modes.length] === "power lost";
    await inTempFolder(async (folder) => {
      await crashAt(world, folder, { at, powerLoss });
      const actual = outcome(folder, await run(world, folder));
      assertEquals(actual.lake, expected.lake, `stopped at step ${at}: ${names[at]}`);
    });
  }
  return stops.length;
}
