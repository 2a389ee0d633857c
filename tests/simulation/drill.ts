/**
 * Practices failures: the process of `headwaters pipeline drill`.
 *
 * @module
 */
import { EXIT_CODES, nearest, UsageError } from "../../lib/errors/mod.ts";
import { writeOut } from "../../lib/io/mod.ts";
import {
  createStyle,
  definitions,
  escapeLine,
  jsonDocument,
  paragraph,
  reportFailure,
  type Style,
  terminalColumns,
  wantsJson,
} from "../../lib/terminal/mod.ts";
import { type Drill, DRILLS } from "./drills.ts";
import { codeOf, type DrillLine, type DrillReport, runDrill } from "./run_drill.ts";

async function main(args: readonly string[]): Promise<number> {
  const [action, name = ""] = args.filter((arg) => !arg.startsWith("--"));
  const json = wantsJson(args);
  if (action === "list") return list(json);
  const drills = action === "all" ? DRILLS : [find(name)];
  const reports: DrillReport[] = [];
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  for (const drill of drills) {
    const report = await runDrill(drill);
    reports.push(report);
    if (json) continue;
    writeOut(action === "all" ? lineOf(report, style) : told(drill, report, style));
  }
  const failed = reports.filter(({ faults }) => faults.length > 0);
  const passed = reports.length - failed.length;
  if (json) writeOut(jsonDocument({ drills: reports, passed, failed: failed.length }));
  else if (action === "all") writeOut(`${passed} of ${reports.length} drills passed\n`);
  return failed.length === 0 ? EXIT_CODES.complete : EXIT_CODES.failed;
}

function list(json: boolean): number {
  const rows = DRILLS.map(({ name, happens, should }) => ({ name, happens, should }));
  writeOut(
    json
      ? jsonDocument({ drills: rows })
      : definitions(rows.map(({ name, happens }) => [name, happens] as const), { width: width() }),
  );
  return EXIT_CODES.complete;
}

function find(name: string): Drill {
  const drill = DRILLS.find((one) => one.name === name);
  if (drill !== undefined) return drill;
  const near = nearest(name, DRILLS.map((one) => one.name));
  const hint = near === undefined
    ? "see headwaters pipeline drill list"
    : `did you mean "${near}"?`;
  throw new UsageError("usage", `Cannot run drill "${name}": there is no such drill; ${hint}`);
}

function lineOf({ name, faults }: DrillReport, style: Style): string {
  const verdict = faults.length === 0 ? style.green("passed") : style.red("failed");
  const reasons = faults.map((fault) => `  ${escapeLine(fault)}\n`).join("");
  return `${verdict}  ${name}\n${reasons}`;
}

function told(
  { name, happens, should, scenario }: Drill,
  report: DrillReport,
  style: Style,
): string {
  const { runs, lines, faults } = report;
  const ends = runs.map(({ end, exit, error }, at) =>
    `${at === 0 ? "this run" : "run again"}: ${exit === null ? end : `exit code ${exit}`}` +
    (error === null || error === "" ? "" : `\n    ${error.replaceAll("\n", "\n    ")}`)
  );
  const isGood = faults.length === 0;
  return [
    `${style.bold(name)}\n`,
    paragraph(`What happens: ${happens}`, width(), "  "),
    paragraph(`What should happen: ${should}`, width(), "  "),
    ...(lines.length === 0 ? [] : ["  The log\n", ...lines.map(logLine)]),
    ...ends.map((end) => `  ${end}\n`),
    isGood
      ? typeof scenario === "function" ? "" : "  Lake and audit database: as they should be\n"
      : faults.map((fault) => `  ${style.red(escapeLine(fault))}\n`).join(""),
    `  Verdict: ${isGood ? style.green("passed") : style.red("failed")}\n`,
  ].join("");
}

/** Fields of a line that say what happened. */
const SHOWN = [
  ...["source", "stream", "page", "file", "attempt", "status", "wait_ms", "outcome"],
  ...["read", "written", "rejected", "duplicates", "unchanged", "reason", "duplicate_of"],
];

function logLine(line: DrillLine): string {
  const code = codeOf(line);
  const fields = SHOWN.filter((key) => line[key] !== undefined && line[key] !== 0)
    .map((key) => `${key}=${line[key]}`);
  const words = [...fields, ...(code === undefined ? [] : [`code=${code}`])].join(" ");
  const time = String(line["time"]).slice(11, 19);
  return `    ${time} ${String(line["level"]).padEnd(7)} ${line["event"]}  ${escapeLine(words)}\n`;
}

function width(): number {
  return Deno.stdout.isTerminal() ? Math.min(120, Math.max(80, terminalColumns())) : 100;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    Deno.exitCode = reportFailure(error, {
      json: wantsJson(Deno.args),
      cwd: Deno.cwd(),
      met: { command: "headwaters pipeline drill" },
    });
  }
}
