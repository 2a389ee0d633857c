import { basename, join } from "node:path";
import { type ParsedLog, parseLogFile } from "../../cli/logs/mod.ts";
import { inventory, partitionPath, standardName } from "../../files/mod.ts";
import type { FetchReport } from "../apis/fetch_report.ts";
import type { FailuresResult } from "../failures/failures_story.ts";
import type { Story } from "../story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { tellDetection, tellMetrics, tellRejected } from "./_tell_logs.ts";
import { tellRecords } from "./_tell_records.ts";

/** One log of phase 5. */
export interface NormalisedLog {
  /** Its name. */
  readonly name: string;
  /** Where its records are, within the folder of phase 5. */
  readonly target: string;
  readonly lines: number;
  readonly records: number;
  readonly rejected: number;
}

/** What phase 5 leaves. */
export interface LogsResult {
  readonly logs: readonly NormalisedLog[];
}

/** A log that was just parsed. */
export interface StoryLog {
  readonly path: string;
  readonly target: string;
  readonly parsed: ParsedLog;
  /** Its records, one JSON object a line. */
  readonly ndjson: string;
}

/** The story of phase 5; it leaves normalised logs. */
export const LOGS_STORY: Story = {
  phase: 5,
  name: "05_log_parsing",
  area: "LOG PARSING",
  title: "Every line is an event, a part of one, or rejected with a reason",
  problem:
    "The dashboard said twelve errors a day. There were four thousand: the parser knew one format, and what did not match it was " +
    "skipped with a bare continue. Stack traces counted as forty events each, and one line with a broken byte ended the job at " +
    "two in the morning. A parser that drops what it does not know makes every number after it a guess.",
  tryNext: [
    [
      "deno task headwaters logs parse data/samples/logs/app.log",
      "three broken lines, three stack traces",
    ],
    [
      "deno task headwaters logs parse data/samples/logs/access.log --format jsonl",
      "the wrong format: everything is rejected, nothing is lost",
    ],
    [
      "deno task headwaters logs parse /var/log/syslog --out /tmp/logs",
      "your own log, ready for Spark",
    ],
  ],
  tell,
};

async function tell(teller: Teller, work: WorkFolders): Promise<LogsResult> {
  const report = await work.result<FetchReport>(1);
  const drills = await work.result<FailuresResult>(4);
  const samples = await Array.fromAsync(inventory(work.sample("logs")));
  const paths = [
    work.path(1, report.accessLog),
    work.path(4, drills.log),
    ...samples.map((entry) => entry.absolutePath),
  ];
  const folder = `lake/raw/logs/${partitionPath([["dt", new Date().toISOString().slice(0, 10)]])}`;
  await Deno.mkdir(work.path(5, folder), { recursive: true });
  const logs: StoryLog[] = [];
  for (const path of paths) logs.push(await normalise(work, path, folder));
  tellDetection(teller, work, logs);
  tellRejected(teller, logs);
  tellRecords(teller, logs, report);
  tellMetrics(teller, logs);
  return {
    logs: logs.map(({ path, target, parsed }) => {
      const { lines, records, quarantined: rejected } = parsed;
      return { name: basename(path), target, lines, records, rejected };
    }),
  };
}

async function normalise(work: WorkFolders, path: string, folder: string): Promise<StoryLog> {
  // The samples have an access log, too; the folder tells them apart.
  const name = `${standardName(work.show(path).replaceAll("/", "_"))}.jsonl.gz`;
  const target = join(folder, name);
  const decoder = new TextDecoder();
  let ndjson = "";
  const parsed = await parseLogFile(path, {
    out: work.path(5, target),
    onRecords: (bytes) => ndjson += decoder.decode(bytes, { stream: true }),
  });
  return { path, target, parsed, ndjson };
}
