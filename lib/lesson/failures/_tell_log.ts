import { IngestError } from "../../errors/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { Drill, DrillResult } from "./drill.ts";

type Line = Readonly<Record<string, unknown>>;

interface LogAbout {
  readonly path: string;
  /** Left out of paths that are shown. */
  readonly root: string;
  readonly runId: string;
  readonly drills: readonly Drill[];
  readonly results: readonly DrillResult[];
}

const SHOWN = ["attempt", "status", "code", "wait_ms", "outcome"];

/** Steps 3 to 5: the log, the chain behind an error, and numbers from the log alone. */
export async function tellLog(teller: Teller, about: LogAbout): Promise<void> {
  const text = await Deno.readTextFile(about.path);
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as Line);
  tellStoryOf(teller, "outage", lines);
  teller.prove(
    "every line names its run and its drill",
    lines.every((line) => line["run_id"] === about.runId && line["source"] !== undefined),
    `${lines.length} lines, ${new Set(lines.map((line) => line["source"])).size} drills`,
  );
  tellChain(teller, about);
  tellNumbers(teller, lines, about);
}

function tellStoryOf(teller: Teller, name: string, lines: readonly Line[]): void {
  const own = lines.filter((line) => line["source"] === name);
  teller.step(
    "Structured lines: one failure, told by its correlation fields",
    `Every line is one JSON object with run_id, source, stream, page and attempt, carried by the context and not passed as arguments. Those with source="${name}":`,
  );
  const [first] = own;
  teller.wrappedOutput(JSON.stringify(first).replaceAll(',"', ', "'));
  teller.table(
    [{ title: "time" }, { title: "level" }, { title: "event" }, { title: "fields" }],
    own.map((line) => [
      String(line["time"]).slice(11, 23),
      String(line["level"]),
      String(line["event"]),
      SHOWN.filter((key) => line[key] !== undefined).map((key) => `${key}=${line[key]}`).join(" "),
    ]),
  );
}

function tellChain(teller: Teller, { results, root }: LogAbout): void {
  const chains = results.map(({ error }) => chainOf(error));
  const longest = chains.reduce((a, b) => b.length > a.length ? b : a, []);
  teller.step("Chains: each layer adds what it knows and keeps what it was told");
  const told = longest.map((error, depth) =>
    `${"  ".repeat(depth)}${depth === 0 ? "" : "caused by "}${describe(error)}`
  );
  teller.wrappedOutput(told.join("\n").replaceAll(`${root}/`, ""));
  teller.prove(
    "an error keeps the one behind it",
    longest.length > 1 && longest[0] instanceof IngestError,
    `${longest.length} links`,
  );
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error; link = link.cause) chain.push(link);
  return chain;
}

function describe(error: Error): string {
  const code = error instanceof IngestError ? ` [${error.code}]` : "";
  return `${error.name}${code}: ${error.message.split("\n")[0]}`;
}

function tellNumbers(teller: Teller, lines: readonly Line[], { drills, results }: LogAbout): void {
  teller.step("Metrics from the log: no second system to keep in step");
  const rows = drills.filter((_, at) => (results[at]?.requests ?? 0) > 0).map(({ name }) => {
    const own = lines.filter((line) => line["source"] === name);
    const tries = own.filter((line) => String(line["event"]).startsWith("request-"));
    const latency = tries.reduce((sum, line) => sum + Number(line["latency_ms"]), 0);
    // A wait after which nothing was sent did not happen.
    const waited = tries.slice(0, -1).reduce((sum, line) => sum + Number(line["wait_ms"] ?? 0), 0);
    const failed = tries.filter((line) => line["event"] === "request-failed").length;
    return { name, tries: tries.length, failed, latency, waited };
  });
  teller.table(
    [
      { title: "source" },
      { title: "requests", align: "right" },
      { title: "failed", align: "right" },
      { title: "waited between", align: "right" },
      { title: "answers took", align: "right" },
    ],
    rows.map(({ name, tries, failed, latency, waited }) => [
      name,
      String(tries),
      String(failed),
      formatDuration(waited),
      formatDuration(latency),
    ]),
  );
  const seen = results.reduce((sum, { requests }) => sum + requests, 0);
  const logged = rows.reduce((sum, { tries }) => sum + tries, 0);
  teller.prove(
    "the log knows of every request that the servers saw",
    seen === logged,
    `${logged} = ${seen}`,
  );
}
