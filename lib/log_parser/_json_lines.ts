import { jsonErrorColumn } from "./_json_error.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import type { TimeContext } from "./_timestamp.ts";

/** JSON lines of any library: known names get their column, nested names are joined with a dot. */
export const JSON_LINES: LineParser = {
  formats: ["jsonl"],
  joins: "none",
  weak: true,
  parse: parseJsonLine,
};

/** Numbers that a double would print otherwise than they were written. */
const EXACT_NUMBER =
  /[:[,]\s*-?(?:\d{16}|\d+\.\d*0(?=\s*[,}\]])|\d+\.\d{15}|[\d.]+[eE]|0\s*[,}\]])/;
const MAX_DEPTH = 32;

function parseJsonLine(line: string, time: TimeContext): ParseResult {
  let start = 0;
  while (line.charCodeAt(start) <= 32) start++;
  if (line.charCodeAt(start) !== 123) return undefined;
  let value: unknown;
  try {
    value = EXACT_NUMBER.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
  } catch (error) {
    return new Malformed("not valid JSON", jsonErrorColumn(error, line));
  }
  const record = new LogRecord("jsonl");
  flatten(record, "", value as Record<string, unknown>, time, 0);
  if (record.body?.endsWith("\n")) record.body = record.body.slice(0, -1); // docker keeps it
  return record;
}

function flatten(
  record: LogRecord,
  prefix: string,
  object: Record<string, unknown>,
  time: TimeContext,
  depth: number,
): void {
  for (const name of Object.keys(object)) {
    const value = object[name];
    const key = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof value === "string") setNamedField(record, key, value, time);
    else if (value === null) continue;
    else if (typeof value !== "object") setNamedField(record, key, String(value), time);
    else if (Array.isArray(value) || depth >= MAX_DEPTH) {
      setNamedField(record, key, JSON.stringify(value), time);
    } else flatten(record, key, value as Record<string, unknown>, time, depth + 1);
  }
}

/** Keeps the digits of a number as they were written, as text. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  return context?.source === undefined || String(value) === context.source ? value : context.source;
}
