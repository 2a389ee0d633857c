import { IngestError } from "../../lib/errors/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";
import type { Drill, DrillResult } from "./drill.ts";

/** One line of the log, as fields. */
export type LogLine = Readonly<Record<string, unknown>>;

const SHOWN = ["attempt", "status", "code", "wait_ms", "outcome"];

/** Reads a log of JSON lines. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as LogLine);
}

/** Shows the first line whole, and the fields that matter of all lines. */
export function showLines(narrator: Narrator, lines: readonly LogLine[]): void {
  narrator.wrappedOutput(JSON.stringify(lines[0]).replaceAll(',"', ', "'));
  narrator.table(
    [{ title: "time" }, { title: "level" }, { title: "event" }, { title: "fields" }],
    lines.map((line) => [
      String(line["time"]).slice(11, 23),
      String(line["level"]),
      String(line["event"]),
      SHOWN.filter((key) => line[key] !== undefined).map((key) => `${key}=${line[key]}`).join(" "),
    ]),
  );
}

/** Returns the error with the most causes and those causes. */
export function longestChain(results: readonly DrillResult[]): Error[] {
  const chains = results.map(({ error }) => chainOf(error));
  return chains.reduce((a, b) => b.length > a.length ? b : a, []);
}

/** Shows an error and its causes. */
export function showChain(narrator: Narrator, chain: readonly Error[], root: string): void {
  const links = chain.map((error, depth) =>
    `${"  ".repeat(depth)}${depth === 0 ? "" : "caused by "}${describe(error)}`
  );
  narrator.wrappedOutput(links.join("\n").replaceAll(`${root}/`, ""));
}

/** Returns an error and its causes. */
export function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error; link = link.cause) chain.push(link);
  return chain;
}

function describe(error: Error): string {
  const code = error instanceof IngestError ? ` [${error.code}]` : "";
  return `${error.name}${code}: ${error.message.split("\n")[0]}`;
}

/** Requests of one drill, by the log alone. */
export interface LoggedRequests {
  readonly name: string;
  readonly tries: number;
  readonly failed: number;
  /** Ms until answers came. */
  readonly latency: number;
  /** Ms between attempts. */
  readonly waited: number;
}

/** Counts the requests of the drills that sent some. */
export function countRequests(
  lines: readonly LogLine[],
  { drills, results }: {
    readonly drills: readonly Drill[];
    readonly results: readonly DrillResult[];
  },
): LoggedRequests[] {
  return drills.filter((_, at) => (results[at]?.requests ?? 0) > 0).map(({ name }) => {
    const own = lines.filter((line) => line["source"] === name);
    const tries = own.filter((line) => String(line["event"]).startsWith("request-"));
    const latency = tries.reduce((sum, line) => sum + Number(line["latency_ms"]), 0);
    // A wait after which nothing was sent did not happen.
    const waited = tries.slice(0, -1).reduce((sum, line) => sum + Number(line["wait_ms"] ?? 0), 0);
    const failed = tries.filter((line) => line["event"] === "request-failed").length;
    return { name, tries: tries.length, failed, latency, waited };
  });
}

/** Shows them. */
export function showRequests(narrator: Narrator, requests: readonly LoggedRequests[]): void {
  narrator.table(
    [
      { title: "source" },
      { title: "requests", align: "right" },
      { title: "failed", align: "right" },
      { title: "waited between", align: "right" },
      { title: "answers took", align: "right" },
    ],
    requests.map(({ name, tries, failed, latency, waited }) => [
      name,
      String(tries),
      String(failed),
      formatDuration(waited),
      formatDuration(latency),
    ]),
  );
}
