import { logStructType } from "../../lib/log_parser/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { FetchReport } from "../01_apis/fetch_report.ts";
import type { Narrator } from "../_narrator/mod.ts";
import type { StoryLog } from "./normalize_logs.ts";

/** One normalized record. */
export type Entry = Readonly<Record<string, unknown>>;

const SHOWN = ["timestamp", "severity_text", "logger", "body", "error_type"];

/** Reads the records of each log. */
export function recordsOf(logs: readonly StoryLog[]): Entry[][] {
  return logs.map(({ ndjson }) => linesOf(ndjson).map((line) => JSON.parse(line) as Entry));
}

/** Claims that the records have one schema, and that one log finds the pages of phase 1. */
export function proveRecords(
  narrator: Narrator,
  records: readonly (readonly Entry[])[],
  report: FetchReport,
): void {
  const known = new Set(logStructType().fields.map(({ name }) => name));
  const all = records.flat();
  narrator.prove(
    "every record has only the schema's columns, and an id of its own",
    all.every((record) => Object.keys(record).every((key) => known.has(key))) &&
      new Set(all.map((record) => record["record_id"])).size === all.length,
    `${formatCount(all.length)} records`,
  );
  const text = JSON.stringify(records[0]);
  const found = report.pages.filter(({ requestId }) => text.includes(requestId));
  narrator.prove(
    "each page of phase 1 is found in the server's log by its request id",
    found.length === report.pages.length && found.length > 0,
    `${found.length} of ${report.pages.length} pages`,
  );
}

/** A stack trace of many lines is one event. */
export function showTrace(narrator: Narrator, records: readonly Entry[]): void {
  const trace = records.find(({ error_stack }) => String(error_stack).includes("Caused by"));
  if (trace === undefined) return;
  const stack = String(trace["error_stack"]).split("\n").map((line) => line.trim());
  narrator.say(`An event that spans ${trace["line_count"]} lines of app.log is one record:`);
  const fields = SHOWN.map((name) => `${name.padEnd(14)} ${trace[name]}`);
  const inner = stack.findLast((line) => line.startsWith("Caused by"));
  narrator.output([...fields, `error_stack    ${stack[0]} … ${inner} …`].join("\n"));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
