import { LOG_COLUMNS, logStructType } from "../../log_parser/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { FetchReport } from "../apis/fetch_report.ts";
import type { Teller } from "../teller.ts";
import type { StoryLog } from "./logs_story.ts";

type Entry = Readonly<Record<string, unknown>>;

const SHOWN = ["timestamp", "severity_text", "logger", "body", "error_type"];

/** Step 3: one schema for all of them. */
export function tellRecords(teller: Teller, logs: readonly StoryLog[], report: FetchReport): void {
  const records = logs.map(({ ndjson }) =>
    linesOf(ndjson).map((line) => JSON.parse(line) as Entry)
  );
  teller.step(
    "One schema for all: what Spark reads",
    `${LOG_COLUMNS.length} columns by OpenTelemetry's names and units, times in UTC, durations in nanoseconds. One line of phase 1's server:`,
  );
  const [access = []] = records;
  const [first] = access;
  if (first !== undefined) teller.wrappedOutput(JSON.stringify(first).replaceAll(',"', ', "'));
  tellTrace(teller, records.flat());
  const known = new Set(logStructType().fields.map(({ name }) => name));
  const all = records.flat();
  teller.prove(
    "every record has columns of the schema only, and an id of its own",
    all.every((record) => Object.keys(record).every((key) => known.has(key))) &&
      new Set(all.map((record) => record["record_id"])).size === all.length,
    `${formatCount(all.length)} records`,
  );
  const text = JSON.stringify(access);
  const found = report.pages.filter(({ requestId }) => text.includes(requestId));
  teller.prove(
    "each page of phase 1 is found in the server's log by its request id",
    found.length === report.pages.length && found.length > 0,
    `${found.length} of ${report.pages.length} pages`,
  );
}

/** A stack trace of many lines is one event. */
function tellTrace(teller: Teller, records: readonly Entry[]): void {
  const trace = records.find(({ error_stack }) => String(error_stack).includes("Caused by"));
  if (trace === undefined) return;
  const stack = String(trace["error_stack"]).split("\n").map((line) => line.trim());
  teller.say(`And an event of app.log that took ${trace["line_count"]} lines, one record now:`);
  const fields = SHOWN.map((name) => `${name.padEnd(14)} ${trace[name]}`);
  const inner = stack.findLast((line) => line.startsWith("Caused by"));
  teller.output([...fields, `error_stack    ${stack[0]} … ${inner} …`].join("\n"));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
