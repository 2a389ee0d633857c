import { EXIT_CODES } from "../../lib/errors/mod.ts";
import { logEvent, startLogging, withCorrelation } from "../../lib/logging/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import type { Drill, DrillResult } from "./drill.ts";

/** Causes each failure, with a log of all of them. */
export async function runDrills(
  drills: readonly Drill[],
  { work, runId, file }: {
    readonly work: WorkFolders;
    readonly runId: string;
    readonly file: string;
  },
): Promise<DrillResult[]> {
  await using _logging = startLogging({ runId, file, terminal: "none", level: "debug" });
  const results: DrillResult[] = [];
  for (const drill of drills) {
    const result = await withCorrelation({ source: drill.name, stream: "drill" }, async () => {
      logEvent("drill-started", { what: drill.what });
      const ended = await drill.run(work);
      const { code, policy, outcome, error } = ended;
      if (error === undefined) logEvent("drill-recovered", { code, policy, outcome });
      else logEvent("drill-failed", { code, policy, outcome, error });
      return ended;
    });
    results.push(result);
  }
  return results;
}

/** Shows each with its code, its policy and the exit code of a run. */
export function showDrills(
  narrator: Narrator,
  drills: readonly Drill[],
  results: readonly DrillResult[],
): void {
  const { green, yellow, red } = narrator.style;
  const colors = {
    complete: green,
    partial: yellow,
    suspended: yellow,
    failed: red,
    config: red,
    usage: red,
  };
  narrator.table(
    [
      { title: "failure" },
      { title: "code" },
      { title: "again" },
      { title: "policy" },
      { title: "exit", align: "right" },
    ],
    results.map((result, at) => [
      drills[at]?.what ?? "",
      result.code,
      result.code === "none" ? "" : result.transient ? "yes" : "no",
      result.policy,
      colors[result.outcome](String(EXIT_CODES[result.outcome])),
    ]),
  );
}
