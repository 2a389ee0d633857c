import { Life } from "./_life.ts";
import type { Disturbance, Moment, Night, Scenario } from "./_scenario.ts";

/** Of more operations than this only the last ones are tried in every combination, the others kept and lost as one. */
const MOST = 6;
const HOUR = 3_600_000;

/** How many states were tried. */
export interface SubsetFigures {
  /** Places at which the run was stopped. */
  readonly stops: number;
  /** States of the disk from which it was run again. */
  readonly states: number;
  /** States that there are at these stops. */
  readonly possible: number;
  /** Most unflushed operations at a stop. */
  readonly most: number;
  /** What was wrong; empty if nothing was. */
  readonly faults: readonly string[];
}

/** Which stops and states are tried. */
export interface SubsetOptions {
  /** Only every so many-th stop. @default 1 */
  readonly every?: number;
  /** So many states of each stop, evenly from all of them, the first is what holds nothing unflushed. @default {all} */
  readonly states?: number;
}

/**
 * Stops a run at each change of the disk and each commit, cuts the power with each subset of what was not flushed, torn
 * writes included, and runs again.
 *
 * @param scenario What was before; its last night is the one that is stopped.
 */
export async function everySubset(
  scenario: Scenario,
  options: SubsetOptions = {},
): Promise<SubsetFigures> {
  const { every = 1, states: mostStates = Infinity } = options;
  const life = new Life(scenario, {});
  using _platform = life.begin();
  const before = scenario.nights.slice(0, -1);
  for (const [index, night] of before.entries()) await life.night(index, night);
  const last = scenario.nights.at(-1) ?? { after: HOUR, happenings: [], disturbances: [] };
  const index = before.length;
  // The world changes once, whatever becomes of the run.
  const back = await life.pause(last);
  const { steps, commits } = await life.night(index, QUIET);
  const moments: Moment[] = [
    ...Array.from({ length: steps }, (_, at) => ({ step: at + 1 })),
    ...Array.from({ length: commits }, (_, at) => ({ commit: at + 1 })),
  ].filter((_, at) => at % every === 0);
  let [states, possible] = [0, 0];
  let most = 0;
  for (const [turn, at] of moments.entries()) {
    back();
    const stop: Disturbance = { at, do: "kill" };
    await life.night(index, { ...QUIET, disturbances: [stop] });
    const stopped = life.save();
    const { unflushed } = life.disk;
    most = Math.max(most, unflushed.length);
    const all = [...subsets(unflushed)];
    possible += all.length;
    const step = Math.max(1, all.length / mostStates);
    for (const fates of all.filter((_, at) => at % step < 1)) {
      stopped();
      life.disk.losePower(({ index }) => fates[index] ?? "lost");
      // By turns the run is resumed and given up.
      const known = life.faults.length;
      await life.night(index + 1, { ...QUIET, after: turn % 2 === 0 ? HOUR : 24 * HOUR });
      states++;
      if (life.faults.length === known && life.isHealed) continue;
      const kept = unflushed.map(({ label }, at) => `${label}: ${fates[at]}`);
      const what = life.faults.slice(known).join("; ") || "it is not healed";
      return {
        stops: turn + 1,
        states,
        possible,
        most,
        faults: [`stopped at ${JSON.stringify(at)} with ${kept.join(", ")}: ${what}`],
      };
    }
  }
  return { stops: moments.length, states, possible, most, faults: life.faults };
}

const QUIET: Night = { after: 0, happenings: [], disturbances: [] };

type Fate = "kept" | "lost" | number;

/** Every way in which operations may survive: lost, kept, and of a write its first half. */
function* subsets(operations: readonly { readonly bytes: number }[]): Generator<readonly Fate[]> {
  const old = Math.max(0, operations.length - MOST);
  const choices = operations.slice(old).map(({ bytes }): readonly Fate[] =>
    bytes > 1 ? ["lost", "kept", Math.floor(bytes / 2)] : ["lost", "kept"]
  );
  for (const fate of old === 0 ? ["lost"] as const : ["lost", "kept"] as const) {
    const first = Array.from({ length: old }, () => fate);
    for (const rest of product(choices)) yield [...first, ...rest];
  }
}

function* product(choices: readonly (readonly Fate[])[]): Generator<readonly Fate[]> {
  const [first, ...rest] = choices;
  if (first === undefined) return yield [];
  for (const fate of first) for (const others of product(rest)) yield [fate, ...others];
}
