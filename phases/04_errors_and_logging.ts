/**
 * Phase 4, errors and logging: a taxonomy, failure drills, correlated lines and metrics from the log.
 *
 * @module
 */
import { ulid } from "@std/ulid";
import { traceIdOf, withCorrelation } from "../lib/logging/mod.ts";
import { formatDuration } from "../lib/terminal/mod.ts";
import { ERROR_CODES, type ErrorCodeInfo, IngestError } from "../lib/errors/mod.ts";
import { type Narrator, runPhase, type Story, type WorkFolders } from "./_narrator/mod.ts";
import { API_DRILLS } from "./04_errors_and_logging/api_drills.ts";
import type { DrillResult } from "./04_errors_and_logging/drill.ts";
import { LOCAL_DRILLS } from "./04_errors_and_logging/local_drills.ts";
import { loadTwice } from "./04_errors_and_logging/load_twice.ts";
import {
  chainOf,
  countRequests,
  type LogLine,
  longestChain,
  readLog,
  showChain,
  showLines,
  showRequests,
} from "./04_errors_and_logging/log.ts";
import { runPipelineDrills, showPipelineDrills } from "./04_errors_and_logging/pipeline_drills.ts";
import { runDrills, showDrills } from "./04_errors_and_logging/run_drills.ts";
import {
  judgeThreads,
  oneOrTwoThreads,
  WORKERS,
} from "./04_errors_and_logging/one_or_two_threads.ts";
import { asPrinted, readAtOnce } from "./04_errors_and_logging/read_at_once.ts";
import { fastest, quakeLines, QUICK, SLOW } from "./04_errors_and_logging/slow_intake.ts";

/** The result of phase 4. */
export interface FailuresResult {
  /** The log, JSON lines, within the folder of phase 4. */
  readonly log: string;
  readonly runId: string;
}

const LOG = "drills.jsonl";
/** Drills to begin with. */
const DRILL_NAMES = ["kill-in-publish", "expired-token", "half-written-file"];

/** Ten failures, each caused for real. */
const DRILLS = [...API_DRILLS, ...LOCAL_DRILLS];

/** The story of phase 4; it leaves the log of its drills. */
export const ERRORS_AND_LOGGING: Story = {
  phase: 4,
  name: "04_errors_and_logging",
  area: "ERRORS AND LOGGING",
  title: "A failure that says what it is can be handled by a machine",
  pain:
    'except Exception: log.error("failed"), sleep, try again. It retried a revoked token four hundred times, gave up on a server that ' +
    "would have been back in a minute, and left one line in the log without the name of the source. At three in the morning the only " +
    "questions are: which one, since when, will it mend itself, and what do I do?",
  before: () => import("./03_databases.ts").then(({ DATABASES }) => DATABASES),
  tryNext: [
    [
      'grep \'"source":"outage"\' data/results/04/drills.jsonl',
      "one failure from its first attempt to its end",
    ],
    ["deno task headwaters audit runs -a data/results/04/nothing.db", "no such file: exit code 64"],
    ["deno task pipeline -c data/results/00/wrong.yaml; echo $?", "a wrong file: exit code 78"],
  ],
  ownData: [
    ["deno task headwaters errors list", "every code that your scheduler may meet"],
    ["deno task headwaters errors explain http-auth", "what one means, and what to do"],
    ["deno task headwaters pipeline drill list", "the failures that a drill causes and verifies"],
  ],
  async narrate(narrator, work) {
    taxonomy(narrator);
    const runId = ulid();
    const results = await drills(narrator, work, runId);
    const lines = await readLog(work.path(4, LOG));
    structuredLines(narrator, lines, runId);
    await printOrEvents(narrator, work, runId);
    await swallowed(narrator, work);
    chains(narrator, work, results);
    metrics(narrator, lines, results);
    const text = await slowIntake(narrator, work);
    await threads(narrator, text, runId);
    await practice(narrator, work);
    return { log: LOG, runId } satisfies FailuresResult;
  },
};

/** Step 1: every error there is, by family. */
function taxonomy(narrator: Narrator): void {
  const entries = Object.entries<ErrorCodeInfo>(ERROR_CODES);
  narrator.step(
    "A taxonomy: classes for who is at fault, codes for what happened",
    `${entries.length} codes in one closed table; each says whether trying again may help. That is a fact, what to do is policy.`,
    { lib: "lib/errors/error_codes.ts" },
  );
  const families = Map.groupBy(entries, ([, info]) => info.family);
  narrator.table(
    [
      { title: "class" },
      { title: "codes", align: "right" },
      { title: "transient", align: "right" },
      { title: "such as", cutFirst: true },
    ],
    [...families].map(([family, codes]) => [
      family,
      String(codes.length),
      String(codes.filter(([, info]) => info.transient).length),
      codes.slice(0, 3).map(([code]) => code).join(", "),
    ]),
  );
}

/** Step 2: ten failures, caused for real. */
async function drills(
  narrator: Narrator,
  work: WorkFolders,
  runId: string,
): Promise<DrillResult[]> {
  narrator.step(
    "Drills: each failure is caused for real",
    "A local API misbehaves, a file has swapped columns, the database is locked, a folder is missing from the disk. Class and code alone " +
      "decide what follows:",
    { lib: "lib/errors/exit_codes.ts" },
  );
  const results = await runDrills(DRILLS, { work, runId, file: work.path(4, LOG) });
  showDrills(narrator, DRILLS, results);
  narrator.judge(
    "A scheduler reads exit codes, not messages: 0 is done, 2 is done with losses that are named, 75 asks to be started again, 1 and 78 ask for a person.",
  );
  const wrong = DRILLS.filter(({ expected }, at) =>
    results[at]?.code !== expected.code || results[at]?.outcome !== expected.outcome
  );
  narrator.prove(
    "every failure got the code and the exit that it must have",
    wrong.length === 0,
    wrong.map(({ name }) => name).join(", ") || `${DRILLS.length} drills`,
  );
  const requests = (name: string) =>
    results[DRILLS.findIndex((drill) => drill.name === name)]?.requests;
  narrator.prove(
    "only what may mend itself was tried again",
    requests("old_token") === 1 && requests("long_wait") === 1 && requests("outage") === 3,
    `requests: outage ${requests("outage")}, old token ${requests("old_token")}`,
  );
  return results;
}

/** Step 3: the log of one failure. */
function structuredLines(
  narrator: Narrator,
  lines: readonly LogLine[],
  runId: string,
): void {
  narrator.step(
    "Structured lines: one failure, found by its correlation fields",
    "Every line is one JSON object with run_id, source, stream, page and attempt, carried by the context and not passed as " +
      'arguments. Those with source="outage":',
    { lib: "lib/logging/with_correlation.ts" },
  );
  showLines(narrator, lines.filter((line) => line["source"] === "outage"));
  narrator.prove(
    "every line names its run and its drill",
    lines.every((line) => line["run_id"] === runId && line["source"] !== undefined),
    `${lines.length} lines, ${new Set(lines.map((line) => line["source"])).size} drills`,
  );
}

/** Step 4: the same attempts as sentences, and as events with ids. */
async function printOrEvents(narrator: Narrator, work: WorkFolders, runId: string): Promise<void> {
  narrator.step(
    "Print or events: which stream was it that failed?",
    "Streams are read at the same time, and each meets a failure. As print() has it:",
    { lib: "lib/logging/log_event.ts" },
  );
  const lines = await readAtOnce(work, runId);
  narrator.output(asPrinted(lines));
  narrator.say("The same attempts as events; the server got the id in X-Request-Id:");
  narrator.table(
    [{ title: "stream" }, { title: "event" }, { title: "attempt" }, { title: "request_id" }],
    lines.map((line) =>
      ["stream", "event", "attempt", "request_id"].map((key) => String(line[key]))
    ),
  );
  const failed = lines.filter(({ event }) => event === "request-failed");
  const answered = (id: unknown) =>
    lines.some(({ event, request_id }) =>
      event === "request-answered" && String(request_id) === String(id).replace(/-1$/, "-2")
    );
  narrator.judge(
    "With its id a failure is one search away from the attempt that made it good, and from the server's own log: " +
      "`deno task headwaters audit trace ID` goes on from there to page, file and row.",
  );
  narrator.prove(
    "each failure leads by its id to the attempt that made it good",
    failed.length === 2 && new Set(failed.map(({ stream }) => stream)).size === 2 &&
      failed.every(({ request_id }) => answered(request_id)),
    `${failed.length} failures`,
  );
}

/** Step 5: what a swallowed error leaves, and what a chained one does. */
async function swallowed(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Swallowed or chained: what is left of half a file",
    "The first one returns an empty list when anything goes wrong; we have all written it. The second adds what it tried, and passes on " +
      "what was thrown.",
    { lib: "lib/errors/ingest_error.ts", exercises: ["04.2", "04.5"] },
  );
  const { empty, error } = await loadTwice(work.path(4, "half.json"));
  narrator.output(`swallowing: ${empty.length} orders, exit code 0`);
  showChain(narrator, chainOf(error), work.root);
  narrator.prove(
    "with the error swallowed, a day without orders looks complete",
    empty.length === 0 && error instanceof Error,
    `${chainOf(error).length} errors in the chain of the second`,
  );
}

/** Step 6: the causes of an error. */
function chains(narrator: Narrator, work: WorkFolders, results: readonly DrillResult[]): void {
  narrator.step("Chains: each layer adds what it knows and keeps the cause", "", {
    lib: "lib/errors/ingest_error.ts",
  });
  const longest = longestChain(results);
  showChain(narrator, longest, work.root);
  narrator.prove(
    "an error keeps its cause",
    longest.length > 1 && longest[0] instanceof IngestError,
    `${longest.length} links`,
  );
}

/** Step 7: numbers from the log alone. */
function metrics(
  narrator: Narrator,
  lines: readonly LogLine[],
  results: readonly DrillResult[],
): void {
  narrator.step("Metrics from the log: no second system to keep in step", "", {
    lib: "lib/logging/events.ts",
  });
  const requests = countRequests(lines, { drills: DRILLS, results });
  showRequests(narrator, requests);
  const seen = results.reduce((sum, result) => sum + result.requests, 0);
  const logged = requests.reduce((sum, { tries }) => sum + tries, 0);
  narrator.prove(
    "the log has every request that the servers saw",
    seen === logged,
    `${logged} = ${seen}`,
  );
}

/** Step 8: where the time goes, and where the records go; returns the lines that were taken in. */
async function slowIntake(narrator: Narrator, work: WorkFolders): Promise<string> {
  narrator.step(
    "Slow, and silently wrong: a small intake is profiled and mended",
    "It reads quakes as lines and leaves out those that it has seen. Each of its steps is timed; what it cannot parse it skips, and " +
      "says nothing.",
    { lib: "lib/logging/log_event.ts", exercises: ["04.3"] },
  );
  const text = await quakeLines(work.sample("earthquakes.json"));
  const [slow, quick] = [fastest(text, SLOW), fastest(text, QUICK)];
  narrator.table(
    [
      { title: "" },
      { title: "kept", align: "right" },
      { title: "duplicates", align: "right" },
      { title: "rejected", align: "right" },
      { title: "parse", align: "right" },
      { title: "seen before?", align: "right" },
      { title: "all", align: "right" },
    ],
    [["as it was", slow] as const, ["mended", quick] as const].map(([name, run]) => [
      name,
      String(run.kept.length),
      String(run.duplicates),
      run.rejected === undefined ? "not said" : String(run.rejected),
      formatDuration(run.parseMs),
      formatDuration(run.seenMs),
      formatDuration(run.parseMs + run.seenMs),
    ]),
  );
  const [before, after] = [slow.parseMs + slow.seenMs, quick.parseMs + quick.seenMs];
  narrator.judge(
    "The search through a list of what was seen takes most of the time, and grows with the square of the lines; a set does not. It was slow where " +
      "nobody had looked, and wrong where nobody had counted.",
  );
  narrator.prove(
    "the same records, at least 40 % faster, and every line accounted for",
    slow.kept.join() === quick.kept.join() && after <= 0.6 * before &&
      quick.kept.length + quick.duplicates + (quick.rejected ?? 0) === quick.lines,
    `${Math.round((1 - after / before) * 100)} % less; ${quick.lines} lines`,
  );
  return text;
}

/** Step 9: when a second thread helps, and what its log lines carry. */
async function threads(narrator: Narrator, text: string, runId: string): Promise<void> {
  narrator.step(
    "One thread or Workers: the same lines, a little work and a lot of it",
    "Each line is hashed, once and fifteen times. A Worker has to be started and gets copies; its log lines get the run's ids by message, " +
      "since no context goes with it.",
    { lib: "lib/logging/with_correlation.ts" },
  );
  const of = (rounds: number) =>
    withCorrelation({ run_id: runId, source: "threads" }, () => oneOrTwoThreads(text, rounds));
  const [little, much] = [await of(1), await of(15)];
  narrator.table(
    [{ title: "" }, { title: "one thread", align: "right" }, {
      title: `${WORKERS} Workers`,
      align: "right",
    }],
    [["hashed once", little] as const, ["hashed fifteen times", much] as const].map((
      [name, one],
    ) => [
      name,
      formatDuration(one.oneMs),
      formatDuration(one.workersMs),
    ]),
  );
  narrator.judge(judgeThreads(little, much));
  const logged = [...little.logged, ...much.logged];
  narrator.prove(
    "Workers find the same, and their lines are of the same run",
    little.isSame && much.isSame && logged.length === 2 * WORKERS &&
      logged.every((line) => line["run_id"] === runId && line["trace_id"] === traceIdOf(runId)),
    `${logged.length} lines`,
  );
}

/** Step 10: what to practice. */
async function practice(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Practice: a failure that was never caused is not handled",
    "Each drill runs on a simulated machine: the failure is caused, the next run heals it, and lake, audit database and log are " +
      "verified. Some of them, by deno task pipeline drill run NAME, which shows the log too:",
    { lib: "lib/cli/pipeline/drill.ts", exercises: ["04.1", "04.4"] },
  );
  const reports = await runPipelineDrills(work, DRILL_NAMES);
  showPipelineDrills(narrator, reports);
  narrator.prove(
    "after each drill the next run has healed all of it",
    reports.length === DRILL_NAMES.length &&
      reports.every(({ runs, faults }) => faults.length === 0 && runs.at(-1)?.exit === 0),
    reports.map(({ name }) => name).join(", "),
  );
}

if (import.meta.main) Deno.exit(await runPhase(Deno.args, ERRORS_AND_LOGGING));
