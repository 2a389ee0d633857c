import { EXIT_CODES } from "../errors/mod.ts";
import { writeOut } from "../io/mod.ts";
import { watchMain } from "../process/mod.ts";
import {
  countOf,
  createStyle,
  jsonDocument,
  parseFlags,
  terminalColumns,
  wrapText,
} from "../terminal/mod.ts";
import { acceptHeld } from "./accept.ts";
import { commandLine } from "./command_line.ts";
import { describeSources, hasOwnCode } from "./describe_sources.ts";
import { withFailureReport } from "./with_failure_report.ts";
import type { Places } from "./launch_plan.ts";
import { loadConfig } from "./pipeline_config.ts";
import { renderReset, renderRetracted } from "./render_changes.ts";
import { resetStream } from "./reset.ts";
import { retractRun } from "./retract.ts";
import { statusOf } from "./status.ts";

const SPEC = {
  name: "change_process.ts",
  meaning: "A change, or a look at the last runs, started by the launcher",
  flags: {
    "config": { type: "string", meaning: "The configuration" },
    "accept": { type: "string", meaning: "Stream whose shrunk snapshot to accept" },
    "retract": { type: "string", meaning: "Run to retract" },
    "reset": { type: "string", meaning: "Stream whose watermark to reset" },
    "to": { type: "string", meaning: "Where that watermark goes" },
    "dry-run": { type: "boolean", meaning: "Only say what a change would do" },
    "status": { type: "boolean", meaning: "Print the last runs" },
    "audit": { type: "string", meaning: "Audit database, for what needs no configuration" },
    "lake": { type: "string", meaning: "Lake, for what needs no configuration" },
    "json": { type: "boolean", meaning: "Print the summary as JSON" },
    "until-eof": { type: "boolean", meaning: "Stop at the end of standard input" },
  },
} as const;

/**
 * Does one change, or prints the last runs.
 *
 * @param args The command line, as the launcher writes it.
 * @returns The exit code.
 */
export function changeProcess(args: readonly string[]): Promise<number> {
  return withFailureReport(args, async () => {
    const { flags } = parseFlags(args, SPEC);
    const { config: path = "", audit = "", lake = "" } = flags;
    if (flags.status) return printStatus(audit, path, flags.json);
    if (flags.accept !== undefined) return accept(audit, flags.accept, flags);
    const about = { dryRun: flags["dry-run"], path, asJson: flags.json };
    if (flags.retract !== undefined) return await retract({ audit, lake }, flags.retract, about);
    return await reset(path, flags.reset ?? "", { ...about, to: flags.to });
  });
}

function printStatus(audit: string, path: string, json: boolean): number {
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  const [width, cwd] = [columns(), Deno.cwd()];
  print(statusOf(audit, { json, style, width, cwd, command: commandLine(cwd, path) }), json);
  return EXIT_CODES.complete;
}

function columns(): number {
  return Deno.stdout.isTerminal() ? Math.min(120, Math.max(80, terminalColumns())) : Infinity;
}

function print(text: string, asJson: boolean): void {
  writeOut(asJson ? text : wrapText(text, columns()));
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
  print(
    flags.json
      ? jsonDocument({ ...accepted, dry_run: dryRun })
      : dryRun
      ? `Dry run, nothing is written. Once accepted, ${what}\n`
      : `Accepted: ${what}; run the pipeline again\n`,
    flags.json,
  );
  return EXIT_CODES.complete;
}

/** How a change is asked for. */
interface ChangeAbout {
  readonly dryRun: boolean;
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
  print(asJson ? jsonDocument(retracted) : renderRetracted(retracted, command), asJson);
  return EXIT_CODES.complete;
}

async function reset(
  configPath: string,
  name: string,
  { dryRun, path, asJson, to }: ChangeAbout & { readonly to: string | undefined },
): Promise<number> {
  const loaded = await loadConfig(configPath);
  using _watch = hasOwnCode(loaded) ? watchMain() : undefined;
  const config = await describeSources(loaded, "here");
  const result = await resetStream(config, name, { dryRun, to });
  const command = commandLine(Deno.cwd(), path);
  print(asJson ? jsonDocument(result) : renderReset(result, command), asJson);
  return EXIT_CODES.complete;
}
