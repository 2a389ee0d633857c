import { ulid } from "@std/ulid";
import { ERROR_CODES, type ErrorCodeInfo, EXIT_CODES } from "../../errors/mod.ts";
import { logEvent, startLogging, withCorrelation } from "../../logging/mod.ts";
import type { Story } from "../story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { API_DRILLS } from "./_api_drills.ts";
import { LOCAL_DRILLS } from "./_local_drills.ts";
import { tellLog } from "./_tell_log.ts";
import type { Drill, DrillResult } from "./drill.ts";

/** What phase 4 leaves. */
export interface FailuresResult {
  /** The log, JSON lines, within the folder of phase 4. */
  readonly log: string;
  readonly runId: string;
}

/** The story of phase 4; it leaves the log of its drills. */
export const FAILURES_STORY: Story = {
  phase: 4,
  name: "04_errors_and_logging",
  area: "ERRORS AND LOGGING",
  title: "A failure that says what it is can be decided about by a machine",
  problem:
    'except Exception: log.error("failed"), sleep, try again. It retried a revoked token four hundred times, gave up on a server that ' +
    "would have been back in a minute, and left one line in the log without the name of the source. At three in the morning the only " +
    "questions are: which one, since when, will it mend itself, and what do I do?",
  tryNext: [
    [
      'grep \'"source":"outage"\' data/work/04/drills.jsonl',
      "one failure from its first attempt to its end",
    ],
    [
      "deno task headwaters audit runs --audit data/work/04/nothing.db",
      "an audit database that is not there: exit code 64",
    ],
    [
      "deno task pipeline -c data/work/00/wrong.yaml; echo $?",
      "a configuration that cannot run: exit code 78",
    ],
  ],
  tell,
};

async function tell(teller: Teller, work: WorkFolders): Promise<FailuresResult> {
  tellTaxonomy(teller);
  const file = "drills.jsonl";
  const runId = ulid();
  const drills = [...API_DRILLS, ...LOCAL_DRILLS];
  const results = await runDrills(drills, { work, runId, file });
  tellDrills(teller, drills, results);
  await tellLog(teller, {
    path: work.path(4, file),
    root: work.root,
    runId,
    drills,
    results,
  });
  return { log: file, runId };
}

/** Step 1: every error there is, by family. */
function tellTaxonomy(teller: Teller): void {
  const entries = Object.entries<ErrorCodeInfo>(ERROR_CODES);
  teller.step(
    "A taxonomy: classes for who is at fault, codes for what happened",
    `${entries.length} codes in one closed table; each says whether trying again may help. That is a fact, what to do is policy.`,
  );
  const families = Map.groupBy(entries, ([, info]) => info.family);
  teller.table(
    [
      { title: "class" },
      { title: "codes", align: "right" },
      { title: "transient", align: "right" },
      { title: "such as" },
    ],
    [...families].map(([family, codes]) => [
      family,
      String(codes.length),
      String(codes.filter(([, info]) => info.transient).length),
      codes.slice(0, 3).map(([code]) => code).join(", "),
    ]),
  );
}

async function runDrills(
  drills: readonly Drill[],
  { work, runId, file }: { work: WorkFolders; runId: string; file: string },
): Promise<DrillResult[]> {
  await using _logging = startLogging({
    runId,
    file: work.path(4, file),
    terminal: "none",
    level: "debug",
  });
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

/** Step 2: ten failures, caused for real. */
function tellDrills(
  teller: Teller,
  drills: readonly Drill[],
  results: readonly DrillResult[],
): void {
  const { green, yellow, red } = teller.style;
  const colors = {
    complete: green,
    partial: yellow,
    suspended: yellow,
    failed: red,
    config: red,
    usage: red,
  };
  teller.step(
    "Drills: each failure is caused for real, and judged by its class and code alone",
  );
  teller.table(
    [{ title: "what goes wrong" }, { title: "code" }, { title: "transient" }, { title: "policy" }, {
      title: "exit",
      align: "right",
    }],
    results.map((result, at) => [
      drills[at]?.what ?? "",
      result.code,
      result.code === "none" ? "" : result.transient ? "yes" : "no",
      result.policy,
      colors[result.outcome](String(EXIT_CODES[result.outcome])),
    ]),
  );
  teller.judge(
    "A scheduler needs no text: 0 is done, 2 is done with losses that are named, 75 asks to be started again, 1 and 78 ask for a person.",
  );
  const wrong = drills.filter(({ expected }, at) =>
    results[at]?.code !== expected.code || results[at]?.outcome !== expected.outcome
  );
  teller.prove(
    "every failure got the code and the exit that it must have",
    wrong.length === 0,
    wrong.map(({ name }) => name).join(", ") || `${drills.length} drills`,
  );
  const requests = (name: string) =>
    results[drills.findIndex((drill) => drill.name === name)]?.requests;
  teller.prove(
    "only what may mend itself was tried again",
    requests("old_token") === 1 && requests("long_wait") === 1 && requests("outage") === 3,
    `requests: outage ${requests("outage")}, old token ${requests("old_token")}`,
  );
}
