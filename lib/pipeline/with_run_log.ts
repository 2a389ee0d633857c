import { join } from "node:path";
import type { RunRow } from "../audit/mod.ts";
import { attempt } from "../io/mod.ts";
import { compressOlder, startLogging } from "../logging/mod.ts";
import { escapeAsJson } from "../terminal/mod.ts";
import { RunDisplay } from "./_run_display.ts";
import type { RunPipelineOptions } from "./open_run.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { RunSummary } from "./run_summary.ts";

/** What a person wants to see of a warning while the run goes on, by its worth; the log has the rest. */
const TERMINAL_FIELDS = [
  "path",
  "code",
  "source",
  "stream",
  "status",
  "wait_ms",
  "wait_reason",
  "reason",
];

/** Age from which logs of earlier runs are compressed, in ms. */
const OLD_LOG_MS = 7 * 24 * 60 * 60 * 1_000;

/** How often a run logs what it has counted, in ms. */
const METRICS_MS = 60_000;

/** How the log of a run is shown. */
export interface RunLogOptions {
  /** Whether standard error gets it as JSON lines, instead of warnings for a person. */
  readonly json: boolean;
}

/** What a run calls to be logged and shown. */
export type RunLog = Required<Pick<RunPipelineOptions, "log" | "onBegin" | "onProgress">>;

/**
 * Runs something that writes the log of a run, and shows on standard error how far it is.
 *
 * @returns The summary; whether the log is whole is known once it has ended.
 */
export async function withRunLog(
  config: PipelineConfig,
  options: RunLogOptions,
  run: (log: RunLog) => Promise<RunSummary>,
): Promise<RunSummary> {
  let logFault: string | null = null;
  const summary = await runLogged(config, {
    ...options,
    run,
    onLogFault: (message) => logFault = message,
  });
  return { ...summary, log_fault: logFault };
}

async function runLogged(
  config: PipelineConfig,
  { json, run, onLogFault }: RunLogOptions & {
    readonly run: (log: RunLog) => Promise<RunSummary>;
    readonly onLogFault: (message: string) => void;
  },
): Promise<RunSummary> {
  using display = new RunDisplay({ terminal: Deno.stderr.isTerminal() });
  await using resources = new AsyncDisposableStack();
  let compressing: Promise<void> | undefined;
  resources.defer(async () => await compressing);
  const log = (runId: string) => join(config.log_dir, `${runId}.jsonl`);
  return await run({
    log,
    onBegin: (run: RunRow) => {
      const { log_dir } = config;
      attempt("create", log_dir, () => Deno.mkdirSync(log_dir, { recursive: true }));
      compressing = compressOlder(config.log_dir, {
        age: OLD_LOG_MS,
        now: Date.now(),
        except: log(run.run_id),
      }).catch(() => {}); // A log that is not compressed is still a log.
      resources.use(startLogging({
        runId: run.run_id,
        file: log(run.run_id),
        level: "debug",
        terminal: json ? "json" : "pretty",
        metricsMs: METRICS_MS,
        terminalLevel: json ? "info" : "warning",
        terminalFields: TERMINAL_FIELDS,
        color: Deno.stderr.isTerminal() && !Deno.noColor,
        write: (line) => display.print(json ? escapeAsJson(line) : line),
        onFileFault(message) {
          display.print(message);
          onLogFault(message);
        },
      }));
      display.begin(run);
    },
    onProgress: (event) => display.update(event),
  });
}
