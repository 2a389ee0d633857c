import { StorageError } from "../../lib/errors/mod.ts";
import { type Narrator, runChild, type WorkFolders } from "../_narrator/mod.ts";

/** What a drill reports: how its runs ended, the first of them the disturbed one, and what was wrong. */
interface DrillReport {
  readonly name: string;
  readonly runs: readonly { readonly end: string; readonly exit: number | null }[];
  readonly faults: readonly string[];
}

/** Does drills of the pipeline, as anybody would from the command line. */
export async function runPipelineDrills(
  work: WorkFolders,
  names: readonly string[],
): Promise<readonly DrillReport[]> {
  const reports: DrillReport[] = [];
  for (const name of names) {
    const args = ["task", "--quiet", "pipeline", "drill", "run", name, "--json"];
    const { stdout, stderr } = await runChild(args, { cwd: work.root });
    const drills = stdout.startsWith("{") ? JSON.parse(stdout).drills as DrillReport[] : [];
    if (drills.length === 0) {
      throw new StorageError(
        "storage-io",
        `Cannot run drill "${name}": it said "${stderr.trim()}"`,
      );
    }
    reports.push(...drills);
  }
  return reports;
}

/** Shows how the disturbed run of each drill ended, the one after it, and what was found then. */
export function showPipelineDrills(narrator: Narrator, reports: readonly DrillReport[]): void {
  const ended = (run: DrillReport["runs"][number] | undefined) =>
    run === undefined ? "" : run.exit === null ? run.end : `exit ${run.exit}`;
  narrator.table(
    [{ title: "drill" }, { title: "disturbed run" }, { title: "next run" }, { title: "found" }],
    reports.map(({ name, runs: [first, next], faults }) => [
      name,
      ended(first),
      ended(next),
      faults.join("; ") || "nothing lost, nothing twice",
    ]),
  );
}
