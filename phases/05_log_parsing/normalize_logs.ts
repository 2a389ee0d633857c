import { join } from "node:path";
import { type ParsedLog, parseLogFile } from "../../lib/cli/logs/mod.ts";
import { inventory, partitionPath, standardName } from "../../lib/files/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import type { FetchReport } from "../01_apis/fetch_report.ts";
import type { FailuresResult } from "../04_errors_and_logging.ts";

/** A log that was just parsed. */
export interface StoryLog {
  readonly path: string;
  readonly target: string;
  readonly parsed: ParsedLog;
  /** Its records, one JSON object a line. */
  readonly ndjson: string;
}

/** Normalizes the logs that earlier phases left, and the samples, by `headwaters logs parse`. */
export async function normalizeLogs(work: WorkFolders): Promise<StoryLog[]> {
  const { accessLog } = await work.result<FetchReport>(1);
  const { log } = await work.result<FailuresResult>(4);
  const samples = await Array.fromAsync(inventory(work.sample("logs")));
  const paths = [
    work.path(1, accessLog),
    work.path(4, log),
    ...samples.map((entry) => entry.absolutePath),
  ];
  const folder = `lake/raw/logs/${partitionPath([["dt", new Date().toISOString().slice(0, 10)]])}`;
  await Deno.mkdir(work.path(5, folder), { recursive: true });
  const logs: StoryLog[] = [];
  for (const path of paths) logs.push(await normalizeLog(work, path, folder));
  return logs;
}

async function normalizeLog(work: WorkFolders, path: string, folder: string): Promise<StoryLog> {
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
