import { join, relative } from "node:path";
import type { RunRow } from "../audit/mod.ts";
import { EXIT_CODES } from "../errors/mod.ts";
import { writeError, writeOut } from "../io/mod.ts";
import { watchMain } from "../process/mod.ts";
import { compressOlder, redact, startLogging } from "../logging/mod.ts";
import {
  countOf,
  createStyle,
  escapeControls,
  parseFlags,
  reportFailure,
  terminalColumns,
  wantsDebug,
  wantsJson,
} from "../terminal/mod.ts";
import { printPreview } from "./_print_preview.ts";
import { RunDisplay } from "./_run_display.ts";
import { shellWord } from "./_shell_word.ts";
import { acceptHeld } from "./accept.ts";
import { describeSources, hasOwnCode } from "./describe_sources.ts";
import { parseBackfill } from "./parse_backfill.ts";
import type { Places } from "./launch_plan.ts";
import { loadConfig, type PipelineConfig } from "./pipeline_config.ts";
import { PROJECT_ROOT } from "./project_root.ts";
import { renderReset, renderRetracted } from "./render_changes.ts";
import { renderSummary } from "./render_summary.ts";
import { resetStream } from "./reset.ts";
import { retractRun } from "./retract.ts";
import { runPipeline, type RunPipelineOptions } from "./run_pipeline.ts";
import type { RunSummary } from "./run_summary.ts";
import { statusOf } from "./status.ts";

const SPEC = {
  name: "run_process.ts",
  meaning: "One run, started by the launcher",
  flags: {
    "config": { type: "string", meaning: "The configuration" },
    "sandbox": { type: "string", meaning: "Root of the sandbox" },
    "backfill": { type: "string", meaning: "Stream and range to read again" },
    "accept": {
      type: "string",
      meaning: "Stream whose shrunk snapshot to accept, instead of a run",
    },
    "receipt": { type: "boolean", meaning: "A receipt is written, which manifests name" },
    "retract": { type: "string", meaning: "Run to retract, instead of a run" },
    "reset": { type: "string", meaning: "Stream whose watermark to reset, instead of a run" },
    "to": { type: "string", meaning: "Where that watermark goes" },
    "dry-run": { type: "boolean", meaning: "Only say what a change would do" },
    "preview": {
      type: "string",
      meaning: "Stream to print the first records of, instead of a run",
    },
    "folder": { type: "string", meaning: "Folder that the preview makes and removes" },
    "limit": { type: "number", meaning: "Records of the preview" },
    "status": { type: "boolean", meaning: "Print the last runs, instead of a run" },
    "audit": { type: "string", meaning: "Audit database, for what needs no configuration" },
    "lake": { type: "string", meaning: "Lake, for what needs no configuration" },
    "json": { type: "boolean", meaning: "Print the summary as JSON" },
    "log-json": { type: "boolean", meaning: "Write the log to standard error as JSON lines" },
    "until-eof": { type: "boolean", meaning: "Stop at the end of standard input" },
  },
} as const;

/** What a person wants to see of a warning while the run goes on, by its worth; the log has the rest. */
const TERMINAL_FIELDS = [
  "source",
  "stream",
  "path",
  "code",
  "status",
  "wait_ms",
  "wait_reason",
];

/**
 * Runs the pipeline of `--config` and prints its summary on standard output.
 *
 * @param args The command line, as the launcher writes it.
 * @param signal Aborted when it must stop.
 * @returns The exit code.
 */
export async function runProcess(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  tameConsole();
  try {
    const { flags } = parseFlags(args, SPEC);
    const { config: path = "", audit = "", lake = "" } = flags;
    if (flags.status) return printStatus(audit, flags.json);
    if (flags.accept !== undefined) return accept(audit, flags.accept, flags);
    const about = { dryRun: flags["dry-run"], path, asJson: flags.json };
    if (flags.retract !== undefined) return await retract({ audit, lake }, flags.retract, about);
    if (flags.preview !== undefined) {
      const { folder = "", limit = 1, sandbox: sandboxUrl, json } = flags;
      return await printPreview(path, flags.preview, { folder, limit, sandboxUrl, signal, json });
    }
    const loaded = await loadConfig(path);
    using _watch = hasOwnCode(loaded) ? watchMain() : undefined;
    const config = await describeSources(loaded, "here");
    if (flags.reset !== undefined) {
      return await reset(config, flags.reset, { ...about, to: flags.to });
    }
    const summary = await displayRun(config, {
      signal,
      logJson: flags["log-json"],
      receipt: flags.receipt,
      ...(flags.sandbox === undefined ? {} : { sandboxUrl: flags.sandbox }),
      ...(flags.backfill === undefined ? {} : { backfill: parseBackfill(flags.backfill, config) }),
    });
    writeOut(
      flags.json ? `${JSON.stringify(summary, null, 2)}\n` : rendered(summary, path),
    );
    return summary.exit_code;
  } catch (error) {
    return reportFailure(error, { json: wantsJson(args), debug: wantsDebug(args), redact });
  }
}

/** What a source prints is no part of the result, which may be one JSON document, and must not steer a terminal. */
function tameConsole(): void {
  const print = (...values: readonly unknown[]) => {
    const words = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    writeError(`${escapeControls(words.join(" "))}\n`);
  };
  for (const name of ["log", "info", "debug", "warn", "error", "dir", "table", "trace"] as const) {
    // deno-lint-ignore headwaters/no-console-in-lib -- it is that of the sources, not ours
    console[name] = print;
  }
}

function printStatus(audit: string, json: boolean): number {
  const isTerminal = Deno.stdout.isTerminal();
  const style = createStyle({ color: isTerminal && !Deno.noColor });
  const width = isTerminal ? Math.min(120, Math.max(80, terminalColumns())) : Infinity;
  writeOut(statusOf(audit, { json, style, width }));
  return EXIT_CODES.complete;
}

function accept(
  audit: string,
  name: string,
  flags: { readonly "dry-run": boolean; readonly json: boolean },
): number {
  const [source = "", stream = ""] = name.split(".");
  const dryRun = flags["dry-run"];
  const accepted = acceptHeld(audit, { source, stream }, { dryRun });
  const { rows, held_run_id } = accepted;
  const what = `the next snapshot of ${name} is compared with the ${
    countOf(rows, "row")
  } of run ${held_run_id}`;
  writeOut(
    flags.json
      ? `${JSON.stringify({ ...accepted, dry_run: dryRun }, null, 2)}\n`
      : dryRun
      ? `Dry run, nothing is written. Once accepted, ${what}\n`
      : `Accepted: ${what}; run the pipeline again\n`,
  );
  return EXIT_CODES.complete;
}

/** How a change is asked for. */
interface ChangeAbout {
  readonly dryRun: boolean;
  /** Path of the configuration. */
  readonly path: string;
  readonly asJson: boolean;
}

async function retract(
  places: Places,
  runId: string,
  { dryRun, path, asJson }: ChangeAbout,
): Promise<number> {
  const retracted = await retractRun(places, runId, { dryRun });
  const command = commandLine(Deno.cwd(), path);
  writeOut(
    asJson ? `${JSON.stringify(retracted, null, 2)}\n` : renderRetracted(retracted, command),
  );
  return EXIT_CODES.complete;
}

async function reset(
  config: PipelineConfig,
  name: string,
  { dryRun, path, asJson, to }: ChangeAbout & { readonly to: string | undefined },
): Promise<number> {
  const result = await resetStream(config, name, { dryRun, to });
  const command = commandLine(Deno.cwd(), path);
  writeOut(asJson ? `${JSON.stringify(result, null, 2)}\n` : renderReset(result, command));
  return EXIT_CODES.complete;
}

/** Age from which logs of earlier runs are compressed, in ms. */
const OLD_LOG_MS = 7 * 24 * 60 * 60 * 1_000;

/** How often a run logs what it has counted, in ms. */
const METRICS_MS = 60_000;

/** A run, and how its log is shown. */
interface DisplayOptions extends RunPipelineOptions {
  /** Whether standard error gets the log as JSON lines. */
  readonly logJson: boolean;
}

async function displayRun(
  config: PipelineConfig,
  options: DisplayOptions,
): Promise<RunSummary> {
  let logFault: string | null = null;
  const summary = await runLogged(config, options, (message) => logFault = message);
  return { ...summary, log_fault: logFault };
}

/** Runs, and ends the log: only then is it known whether it is whole. */
async function runLogged(
  config: PipelineConfig,
  options: DisplayOptions,
  onLogFault: (message: string) => void,
): Promise<RunSummary> {
  using display = new RunDisplay({ terminal: Deno.stderr.isTerminal() });
  await using resources = new AsyncDisposableStack();
  let compressing: Promise<void> | undefined;
  resources.defer(async () => await compressing);
  const log = (runId: string) => join(config.log_dir, `${runId}.jsonl`);
  return await runPipeline(config, {
    ...options,
    log,
    onBegin: (run: RunRow) => {
      Deno.mkdirSync(config.log_dir, { recursive: true });
      compressing = compressOlder(config.log_dir, {
        age: OLD_LOG_MS,
        now: Date.now(),
        except: log(run.run_id),
      }).catch(() => {}); // A log that is not compressed is still a log.
      resources.use(startLogging({
        runId: run.run_id,
        file: log(run.run_id),
        level: "debug",
        terminal: options.logJson ? "json" : "pretty",
        metricsMs: METRICS_MS,
        terminalLevel: options.logJson ? "info" : "warning",
        terminalFields: TERMINAL_FIELDS,
        color: Deno.stderr.isTerminal() && !Deno.noColor,
        write: (line) => display.print(line),
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

function rendered(summary: RunSummary, configPath: string): string {
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  const width = Deno.stdout.isTerminal() ? terminalColumns() : 120;
  const cwd = Deno.cwd();
  return renderSummary(summary, { style, cwd, width, command: commandLine(cwd, configPath) });
}

/** In the project a task is the shortest way; elsewhere there is the command that the shim installs. */
function commandLine(cwd: string, configPath: string): (words: string) => string {
  const isInProject = cwd === PROJECT_ROOT;
  const path = relative(cwd, configPath);
  const known = isInProject ? join("data", "pipeline.yaml") : "pipeline.yaml";
  const config = path === known
    ? ""
    : ` -c ${shellWord(path.startsWith("..") ? configPath : path)}`;
  return (words) => {
    const isOfPipeline = words.startsWith("pipeline ");
    const line = isInProject
      ? `deno task ${isOfPipeline ? "" : "headwaters "}${words}`.replace(/ run$/, "")
      : `headwaters ${words}`;
    return isOfPipeline ? line + config : line;
  };
}
