import { startLogging } from "../../lib/logging/mod.ts";
import type { Drill } from "./drills.ts";
import { live, type RunReport } from "./_life.ts";

/** One line of the log of a drill. */
export type DrillLine = Readonly<Record<string, unknown>>;

/** What came of a drill. */
export interface DrillReport {
  readonly name: string;
  /** How the disturbed run and those after it ended. */
  readonly runs: readonly Pick<RunReport, "end" | "exit" | "error">[];
  /** Lines of the disturbed run that say what happened. */
  readonly lines: readonly DrillLine[];
  /** What is not as it should be; empty if the drill passes. */
  readonly faults: readonly string[];
}

/** Does a drill, verifies lake, database and log, and says what came of it. */
export async function runDrill(drill: Drill): Promise<DrillReport> {
  const { name, scenario, expected } = drill;
  if (typeof scenario === "function") {
    const { exit, message, faults } = await scenario();
    const wrong = exit === expected.exit ? [] : [`exit code ${exit}, expected ${expected.exit}`];
    const run = { end: "refused", exit, error: message } as const;
    return { name, runs: [run], lines: [], faults: [...wrong, ...faults] };
  }
  const lines: DrillLine[] = [];
  const runs: number[] = [];
  const { runs: reports, faults } = await (async () => {
    await using _logging = startLogging({
      runId: "unknown",
      terminal: "json",
      level: "debug",
      write: (line) => void lines.push(JSON.parse(line)),
    });
    return await live(scenario, { log: () => void runs.push(lines.length) });
  })();
  const at = scenario.nights.length - 1;
  const disturbed = lines.slice(at === 0 ? 0 : runs[at - 1] ?? 0, runs[at]);
  const after = reports.slice(at);
  return {
    name,
    runs: after,
    lines: tellingLines(disturbed, expected),
    faults: [...faults, ...wrongEnds(after, expected), ...silence(disturbed, expected)],
  };
}

function wrongEnds(runs: DrillReport["runs"], expected: Drill["expected"]): string[] {
  const { exit, says = "" } = expected;
  const first = runs[0]?.exit ?? null;
  const error = String(runs[0]?.error ?? "");
  return [
    ...(first === exit ? [] : [`exit code ${first}, expected ${exit}: ${error}`]),
    ...(error.includes(says) ? [] : [`the run does not say "${says}": ${error}`]),
    ...(runs.some((run) => run.exit === 0) ? [] : ["no later run was complete"]),
  ];
}

/** The log must say what happened: its events in their order, and its code. */
function silence(lines: readonly DrillLine[], { events, code }: Drill["expected"]): string[] {
  let from = 0;
  const missing = events.filter((event) => {
    const at = lines.findIndex((line, index) => index >= from && line["event"] === event);
    from = at < 0 ? from : at;
    return at < 0;
  });
  return [
    ...missing.map((event) => `the log does not say ${event}`),
    ...(code === undefined || lines.some((line) => codeOf(line) === code)
      ? []
      : [`the log does not name ${code}`]),
  ];
}

/** Of each stream the first line of each event that matters and each outcome that it names, and those with the code. */
function tellingLines(lines: readonly DrillLine[], { events, code }: Drill["expected"]) {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const event = String(line["event"]);
    const matters = events.includes(event) || code !== undefined && codeOf(line) === code;
    const key = `${event} ${codeOf(line)} ${line["outcome"]} ${line["stream"]}`;
    if (!matters || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Code of the error that a line names, or of what contradicts that a stream is complete. */
export function codeOf(line: DrillLine): unknown {
  const { code, error, contradictions } = line;
  if (code !== undefined) return code;
  if (contradictions !== undefined && contradictions !== "") return contradictions;
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
