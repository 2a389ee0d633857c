import { writeOut } from "../io/mod.ts";
import { createStyle, jsonDocument, terminalColumns } from "../terminal/mod.ts";
import { commandLine } from "./command_line.ts";
import { nextSteps } from "./next_steps.ts";
import { renderSummary } from "./render_summary.ts";
import type { RunSummary } from "./run_summary.ts";

/** How a run is reported. */
export interface ReportRunOptions {
  /** Whether as one JSON document. */
  readonly json: boolean;
  /** Path of its configuration, for the commands that are named as the next ones. */
  readonly configPath: string;
}

/** Prints the summary of a run on standard output. */
export function reportRun(summary: RunSummary, { json, configPath }: ReportRunOptions): void {
  writeOut(json ? document(summary, configPath) : rendered(summary, configPath));
}

/** What to do next is a part of it, the first thing first, as it is of the text. */
function document(summary: RunSummary, configPath: string): string {
  const cwd = Deno.cwd();
  const steps = nextSteps(summary, { cwd, command: commandLine(cwd, configPath) });
  const next = steps.map(([command, what]) => ({ command, what }));
  return jsonDocument({ ...summary, next });
}

function rendered(summary: RunSummary, configPath: string): string {
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  const width = Deno.stdout.isTerminal() ? terminalColumns() : 120;
  const cwd = Deno.cwd();
  return renderSummary(summary, { style, cwd, width, command: commandLine(cwd, configPath) });
}
