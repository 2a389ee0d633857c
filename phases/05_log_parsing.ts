/**
 * Phase 5, log parsing: many formats into one schema, nothing dropped, metrics.
 *
 * @module
 */
import { basename } from "node:path";
import { LOG_COLUMNS } from "../lib/log_parser/mod.ts";
import { formatCount } from "../lib/terminal/mod.ts";
import { type Narrator, runPhase, type Story, type WorkFolders } from "./_narrator/mod.ts";
import type { FetchReport } from "./01_apis/fetch_report.ts";
import { dashboardErrors, grepErrors, mixedLog } from "./05_log_parsing/mixed_log.ts";
import { rejectsOf, showLogs, showMetrics, showRejected } from "./05_log_parsing/logs.ts";
import { normalizeLogs, type StoryLog } from "./05_log_parsing/normalize_logs.ts";
import { readLog } from "./05_log_parsing/who_is_right.ts";
import { proveRecords, recordsOf, showTrace } from "./05_log_parsing/records.ts";

/** One log of phase 5. */
export interface NormalizedLog {
  readonly name: string;
  /** Where its records are, within the folder of phase 5. */
  readonly target: string;
  readonly lines: number;
  readonly records: number;
  readonly rejected: number;
}

/** The result of phase 5. */
export interface LogsResult {
  readonly logs: readonly NormalizedLog[];
}

/** The story of phase 5; it leaves normalized logs. */
export const LOG_PARSING: Story = {
  phase: 5,
  name: "05_log_parsing",
  area: "LOG PARSING",
  title: "Every line is an event, part of one, or rejected with a reason",
  pain:
    "The dashboard said twelve errors a day. There were four thousand: the parser knew one format, and what did not match it was " +
    "skipped with a bare continue. Stack traces counted as forty events each, and one line with a broken byte ended the job at " +
    "two in the morning. A parser that drops what it does not know makes every number after it a guess.",
  before: () =>
    import("./04_errors_and_logging.ts").then(({ ERRORS_AND_LOGGING }) => ERRORS_AND_LOGGING),
  tryNext: [
    [
      "deno task headwaters logs parse data/samples/logs/app.log",
      "broken lines, stack traces",
    ],
    [
      "deno task headwaters logs parse data/samples/logs/access.log -f jsonl",
      "the wrong format: everything is rejected, nothing is lost",
    ],
    [
      "deno task headwaters logs parse data/samples/logs/nginx-error.log",
      "a server's own errors",
    ],
  ],
  ownData: [
    ["deno task headwaters logs parse access.log", "your log: formats, errors, latency"],
    ["deno task headwaters logs parse 'logs/*.log' --out parsed", "all of them, for Spark"],
    ["deno task headwaters logs parse access.log --json", "the same for a program"],
  ],
  async narrate(narrator, work) {
    await whoIsRight(narrator);
    const logs = await detect(narrator, work);
    reject(narrator, logs);
    await oneSchema(narrator, work, logs);
    metrics(narrator, logs);
    return {
      logs: logs.map(({ path, target, parsed }) => {
        const { lines, records, quarantined: rejected } = parsed;
        return { name: basename(path), target, lines, records, rejected };
      }),
    } satisfies LogsResult;
  },
};

/** Step 1: three counts of the same errors. */
async function whoIsRight(narrator: Narrator): Promise<void> {
  narrator.step(
    "Twelve errors, or four thousand? The same log, counted three times",
    'One day, two teams, one file. The dashboard knows the line format of one team and skips the rest; grep counts lines with the word, in stack traces and in "0 errors" too:',
    { lib: "lib/log_parser/log_summary.ts", exercises: ["05.1", "05.2"] },
  );
  const day = mixedLog();
  const { summary } = await readLog(day);
  const { lines, records, continuation, quarantined, blank, metrics } = summary;
  narrator.table([{ title: "who" }, { title: "errors", align: "right" }, {
    title: "and the other lines?",
  }], [
    ["the dashboard", formatCount(dashboardErrors(day)), "nothing (skipped)"],
    ["grep -ci error", formatCount(grepErrors(day)), "nothing (no match)"],
    [
      "logs parse",
      formatCount(metrics.errors),
      `${
        formatCount(records)
      } records, ${continuation} joined, ${quarantined} rejected, ${blank} blank`,
    ],
  ]);
  narrator.prove(
    "only one of them can account for every line",
    lines === records + continuation + quarantined + blank &&
      metrics.errors === metrics.levels.error,
    `${formatCount(lines)} lines`,
  );
}

/** Step 2: nine logs, and what their lines are. */
async function detect(narrator: Narrator, work: WorkFolders): Promise<StoryLog[]> {
  narrator.step(
    "The lines vote on the format, and every line is accounted for",
    "The access log of phase 1's server, the log of phase 4's drills, and the kind of logs a team's servers write; a line of a stack trace is joined to its event:",
    { lib: "lib/log_parser/detect_format.ts", exercises: ["05.5"] },
  );
  const logs = await normalizeLogs(work);
  showLogs(narrator, work, logs);
  const unbalanced = logs.filter(({ parsed }) =>
    parsed.lines !==
      parsed.records + parsed.continuation + parsed.quarantined + parsed.blank + parsed.directives
  );
  const lines = logs.reduce((sum, { parsed }) => sum + parsed.lines, 0);
  narrator.prove(
    "lines = records + joined + rejected + blank",
    unbalanced.length === 0 && lines > 0,
    `${formatCount(lines)} lines of ${logs.length} logs`,
  );
  return logs;
}

/** Step 3: what was rejected, with its reason and place. */
function reject(narrator: Narrator, logs: readonly StoryLog[]): void {
  narrator.step(
    "Defensive: a broken line costs one line, not the whole file",
    "app.log was cut by rotation, so it begins in mid-line:",
    {
      lib: "lib/log_parser/normalize_log.ts",
    },
  );
  const rejects = rejectsOf(logs);
  showRejected(narrator, rejects);
  narrator.prove(
    "every rejected line has a code, a line and a byte offset",
    rejects.length > 0 &&
      rejects.every(({ place }) => place.line !== undefined && place.byteOffset !== undefined),
    `${rejects.length} rejected`,
  );
}

/** Step 4: one schema for all of them. */
async function oneSchema(
  narrator: Narrator,
  work: WorkFolders,
  logs: readonly StoryLog[],
): Promise<void> {
  narrator.step(
    "One schema for all of them, built for Spark",
    `${LOG_COLUMNS.length} columns, with OpenTelemetry's names and units, times in UTC, durations in nanoseconds. One line of phase 1's server:`,
    { lib: "lib/log_parser/log_columns.ts", exercises: ["05.3"] },
  );
  const records = recordsOf(logs);
  narrator.wrappedOutput(JSON.stringify(records[0]?.[0]).replaceAll(',"', ', "'));
  showTrace(narrator, records.flat());
  proveRecords(narrator, records, await work.result<FetchReport>(1));
}

/** Step 5: metrics, counted as the lines go by. */
function metrics(narrator: Narrator, logs: readonly StoryLog[]): void {
  narrator.step(
    "Metrics as the lines go by: errors, latency, volume",
    "Counted in bounded memory; monthly totals are a job for Spark. An answer of 5xx counts as an error, too, whatever its level:",
    { lib: "lib/log_parser/log_metrics.ts", exercises: ["05.4"] },
  );
  showMetrics(narrator, logs);
  const failed = logs[0]?.parsed.metrics.statusClasses["4xx"] ?? 0;
  narrator.prove(
    "the server's own log counts the 429 that phase 1 met",
    failed === 1,
    `${failed} with status 4xx`,
  );
}

if (import.meta.main) {
  const options = { moved: { parse: "logs parse" }, movedWords: "logs parse" };
  Deno.exit(await runPhase(Deno.args, LOG_PARSING, options));
}
