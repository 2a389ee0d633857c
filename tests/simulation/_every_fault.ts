import { live } from "./_life.ts";
import { DISK_ERRORS, type Disturbance, type Night, type Scenario } from "./_scenario.ts";

const DATABASE_ERRORS = ["full", "io", "busy"] as const;

/** How many faults were tried. */
export interface FaultFigures {
  readonly tried: number;
  /** What was wrong; empty if nothing was. */
  readonly faults: readonly string[];
}

/**
 * Has one change of the disk, or one commit, of a night fail, each in turn, and lives the life to its end: unlike a crash,
 * a fault leaves the run what it has in memory.
 *
 * @param scenario What happens; its first night is the one with the fault.
 * @param every Only every so many-th change and commit.
 */
export async function everyFault(scenario: Scenario, every: number): Promise<FaultFigures> {
  const [first, ...later] = scenario.nights;
  if (first === undefined) return { tried: 0, faults: [] };
  const { runs } = await live(scenario);
  const { steps = 0, commits = 0 } = runs[0] ?? {};
  const disturbances = [...faultsOf(steps, commits)].filter((_, at) => at % every === 0);
  for (const [at, disturbance] of disturbances.entries()) {
    const night: Night = { ...first, disturbances: [...first.disturbances, disturbance] };
    const { faults } = await live({ ...scenario, nights: [night, ...later] });
    if (faults.length === 0) continue;
    return { tried: at + 1, faults: [`${JSON.stringify(disturbance)}: ${faults.join("; ")}`] };
  }
  return { tried: disturbances.length, faults: [] };
}

function* faultsOf(steps: number, commits: number): Generator<Disturbance> {
  for (let step = 1; step <= steps; step++) {
    for (const error of DISK_ERRORS) yield { at: { step }, do: "disk", error, times: 1 };
  }
  for (let commit = 1; commit <= commits; commit++) {
    for (const error of DATABASE_ERRORS) {
      yield { at: { commit }, do: "database", error, times: 1 };
    }
  }
}
