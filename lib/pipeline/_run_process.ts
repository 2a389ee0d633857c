import { join, relative } from "node:path";
import type { RunRow } from "../audit/mod.ts";
import { EXIT_CODES } from "../errors/mod.ts";
import { writeTextSync } from "../io/mod.ts";
import { startLogging } from "../logging/mod.ts";
import { createStyle, parseFlags, reportFailure, wantsJson } from "../terminal/mod.ts";
import { RunDisplay } from "./_run_display.ts";
import { acceptSnapshot } from "./accept.ts";
import { describeSources } from "./describe_sources.ts";
import { parseBackfill } from "./parse_backfill.ts";
import { loadConfig, type PipelineConfig } from "./pipeline_config.ts";
import { renderSummary } from "./render_summary.ts";
import { runPipeline, type RunPipelineOptions } from "./run_pipeline.ts";
import type { RunSummary } from "./run_summary.ts";

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
    "json": { type: "boolean", meaning: "Print the summary as JSON" },
    "until-eof": { type: "boolean", meaning: "Stop at the end of standard input" },
  },
} as const;

/** What a person wants to see of a warning while the run goes on; the log has the rest. */
const TERMINAL_FIELDS = [
  "code",
  "path",
  "status",
  "wait_ms",
  "wait_reason",
  "source",
  "stream",
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
  try {
    const { flags } = parseFlags(args, SPEC);
    const path = flags.config ?? "";
    const config = await describeSources(await loadConfig(path), "here");
    if (flags.accept !== undefined) return accept(config, flags.accept, flags.json);
    const summary = await displayRun(config, {
      signal,
      ...(flags.sandbox === undefined ? {} : { sandboxUrl: flags.sandbox }),
      ...(flags.backfill === undefined ? {} : { backfill: parseBackfill(flags.backfill, config) }),
    });
    writeTextSync(
      Deno.stdout,
      flags.json ? `${JSON.stringify(summary, null, 2)}\n` : rendered(summary, path),
    );
    return summary.exit_code;
  } catch (error) {
    return reportFailure(error, { json: wantsJson(args) });
  }
}

function accept(config: PipelineConfig, name: string, asJson: boolean): number {
  const accepted = acceptSnapshot(config, [name]);
  const { rows, held_run_id } = accepted;
  writeTextSync(
    Deno.stdout,
    asJson
      ? `${JSON.stringify(accepted, null, 2)}\n`
      : `Accepted: the next snapshot of ${name} is compared with the ${rows} rows of run ` +
        `${held_run_id}; run the pipeline again\n`,
  );
  return EXIT_CODES.complete;
}

async function displayRun(
  config: PipelineConfig,
  options: RunPipelineOptions,
): Promise<RunSummary> {
  using display = new RunDisplay({ terminal: Deno.stderr.isTerminal() });
  await using resources = new AsyncDisposableStack();
  const log = (runId: string) => join(config.log_dir, `${runId}.jsonl`);
  return await runPipeline(config, {
    ...options,
    log,
    onBegin: (run: RunRow) => {
      Deno.mkdirSync(config.log_dir, { recursive: true });
      resources.use(startLogging({
        runId: run.run_id,
        file: log(run.run_id),
        level: "debug",
        terminal: Deno.stderr.isTerminal() ? "pretty" : "json",
        terminalLevel: Deno.stderr.isTerminal() ? "warning" : "info",
        terminalFields: TERMINAL_FIELDS,
        color: Deno.stderr.isTerminal() && !Deno.noColor,
        write: (line) => display.print(line),
      }));
      display.begin(run);
    },
    onProgress: (event) => display.update(event),
  });
}

function rendered(summary: RunSummary, configPath: string): string {
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  const width = Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 120;
  const path = relative(Deno.cwd(), configPath);
  const command = path === join("data", "pipeline.yaml")
    ? "deno task pipeline"
    : `deno task pipeline -c ${path.startsWith("..") ? configPath : path}`;
  return renderSummary(summary, { style, cwd: Deno.cwd(), width, command });
}
