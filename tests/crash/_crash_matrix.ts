import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import type { RunPipelineOptions, RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { describeStep, PowerLoss, SimulatedCrash } from "./_power_loss.ts";
import { type AuditContents, readAudit } from "./_read_audit.ts";
import { type LakeContents, readLake } from "./_read_lake.ts";
import { quake, type SmallWorld, smallWorld } from "./_small_world.ts";

/** What a stream counts, as it must be the same however often the run was stopped. */
const COUNTED = [
  "outcome",
  "read",
  "written",
  "rejected",
  "duplicates",
  "unchanged",
  "out_of_range",
  "files_published",
  "files_rejected",
  "files_duplicate",
  "files_waiting",
] as const;

interface Outcome {
  readonly lake: LakeContents;
  readonly audit: AuditContents;
  readonly counts: Record<string, string>;
  readonly exitCode: number;
  readonly attempts: number;
}

async function run(
  world: SmallWorld,
  folder: string,
  options: RunPipelineOptions = {},
): Promise<RunSummary> {
  return await runPipeline(await world.config(folder, twoPages), {
    ...options,
    sandboxUrl: world.sandbox.url,
    // A checkpoint a page, so that there is one to be stopped at.
    checkpointMs: 0,
  });
}

/** Two or three pages a stream go through every step that twenty would. */
function twoPages(yaml: string): string {
  return yaml.replace("size: 10", "size: 23").replace("per_page: 20", "per_page: 35")
    .replace("per-page: 10", "per-page: 17");
}

function outcome(folder: string, summary: RunSummary): Outcome {
  const counts = summary.streams.map((s) => [
    `${s.source}.${s.stream}`,
    COUNTED.map((count) => s[count]).join(),
  ]);
  return {
    lake: readLake(`${folder}/lake`),
    audit: readAudit(folder),
    counts: Object.fromEntries(counts.sort()),
    exitCode: summary.exit_code,
    attempts: summary.attempts,
  };
}

/** How a run ends early. */
export const ENDINGS = [
  /** What was written stays. */
  "killed",
  /** What was not flushed is gone. */
  "power lost",
  /** The disk or the database refuses one step, and the run goes on with what it can do. */
  "refused once",
] as const;

/** An ending of a run. */
export type Ending = (typeof ENDINGS)[number];

/** Runs until the step with this number and ends there; a kill is as hard as it can be within a test. */
async function stopAt(
  world: SmallWorld,
  folder: string,
  stop: { readonly at: number; readonly ending: Ending; readonly now: () => number },
): Promise<void> {
  const { at, ending, now } = stop;
  const loss = new PowerLoss();
  let steps = 0;
  let refused = false;
  const observe = (step: DiskStep) => {
    const name = describeStep(step);
    const isDue = steps++ >= at;
    if (ending !== "refused once") {
      if (isDue) throw new SimulatedCrash(name);
      // What is committed is not refused any more.
    } else if (isDue && !refused && !name.endsWith(":after-commit")) {
      refused = true;
      throw new StorageError("storage-full", `Cannot ${name}: a test has no space`);
    }
    loss.observe(step);
  };
  try {
    await run(world, folder, { observe, now });
  } catch (error) {
    if (!(error instanceof SimulatedCrash || error instanceof StorageError)) throw error;
  }
  if (ending === "power lost") loss.strike();
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

/** Every so many steps of {@linkcode everyNamedStep}, and those that remove something. */
export function someNamedSteps(every: number): ChooseStops {
  return (names) =>
    everyNamedStep(names).filter((at, turn) =>
      turn % every === 0 || names[at]?.startsWith("snapshots-")
    );
}

/** What a run finds that is to be stopped. */
export const BEGINNINGS = ["an empty lake", "an older lake"] as const;

/** Which steps of which run are stopped, and how. */
export interface Proof {
  readonly beginning: (typeof BEGINNINGS)[number];
  readonly choose: ChooseStops;
  /** How it ends; with several, steps take turns. */
  readonly endings: readonly Ending[];
}

/**
 * Stops a run at each chosen step, runs again and compares with a run that nothing disturbed.
 *
 * @returns How many steps it was stopped at.
 */
export async function proveEveryStop({ beginning, choose, endings }: Proof): Promise<number> {
  await using world = await smallWorld(["flights:503@page2", "strikes:truncated@page2"]);
  const base = await Deno.makeTempDir();
  const now = beginning === "an empty lake" ? Date.now : await olderLake(world, base);
  const names: string[] = [];
  const expected = await inCopyOf(base, async (folder) => {
    const observe = (step: DiskStep) => names.push(describeStep(step));
    return outcome(folder, await run(world, folder, { observe, now }));
  });
  assertEquals(expected.exitCode, 0);
  assertEquals(expected.lake.staging, []);
  const { openIntents, missing, strangers } = expected.audit;
  assertEquals([openIntents, missing, strangers], [[], [], []]);
  assertEquals(names.includes("snapshots-removed:after-commit"), beginning === "an older lake");
  const stops = choose(names);
  for (const [turn, at] of stops.entries()) {
    const ending = endings[turn % endings.length] ?? "killed";
    const what = `${beginning}, ${ending} at step ${at}: ${names[at]}`;
    await inCopyOf(base, async (folder) => {
      await stopAt(world, folder, { at, ending, now });
      const actual = outcome(folder, await run(world, folder, { now }));
      assertEquals(actual.lake, expected.lake, what);
      assertEquals(actual.audit, expected.audit, what);
      assertEquals(actual.exitCode, 0, what);
      // A run that had ended before it was stopped is not resumed; the next one finds nothing new.
      if (actual.attempts > 1) assertEquals(actual.counts, expected.counts, what);
    });
  }
  await Deno.remove(base, { recursive: true });
  return stops.length;
}

/** Fills a folder with what two runs left, and changes the world after each: the next run finds something everywhere. */
async function olderLake(world: SmallWorld, folder: string): Promise<() => number> {
  const day = (days: number) => () => Date.UTC(2026, 10, 1) + days * 24 * 3_600_000;
  const drop = (name: string, text: string) =>
    Deno.writeTextFile(join(world.samples, "drop", name), text);
  await run(world, folder, { now: day(0) });
  world.sandbox.add("strikes", [{ id: "S1", "Airport Name": "NEW" }]);
  await drop("second.csv", "id,name\n7,g\n");
  await run(world, folder, { now: day(10) });
  world.sandbox.add("strikes", [{ id: "S2", "Airport Name": "NEW" }]);
  world.sandbox.add("quakes", ["new1", "new2"].map((id, n) => quake(id, 1_900_000_000_000 + n)));
  await drop("good.csv", "id,name\n1,a\n2,b\n8,h\n");
  await drop("second copy.csv", "id,name\n7,g\n");
  await Deno.utime(join(world.samples, "drop/ragged.csv"), new Date(), new Date(1_700_000_000_000));
  return day(20);
}

/** Runs an action on a copy of a folder, as old as the original. */
export async function inCopyOf<T>(
  base: string,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await copyInto(base, folder);
    return await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copyInto(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) {
      await Deno.mkdir(target);
      await copyInto(source, target);
      continue;
    }
    await Deno.copyFile(source, target);
    const { mtime } = await Deno.stat(source);
    assert(mtime !== null);
    await Deno.utime(target, mtime, mtime);
  }
}
