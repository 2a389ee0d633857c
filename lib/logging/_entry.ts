import type { LogRecord } from "@logtape/logtape";
import type { EventName } from "./events.ts";
import { redact } from "./redact.ts";
import { spanIdOf, traceIdOf } from "./trace_ids.ts";
import { CORRELATION_KEYS } from "./with_correlation.ts";
import { type PlainOptions, toPlain, toPlainFields } from "./_plain.ts";

/** One log line before it is written: without credentials, its fields in their order. */
export interface Entry {
  /** ISO-8601 UTC. */
  readonly time: string;
  /** Level by LogTape's name. */
  readonly level: LogRecord["level"];
  /** OpenTelemetry's number of it, 1 to 24. */
  readonly severity: number;
  /** Dotted. */
  readonly category: string;
  /** Name in the table of events; `undefined` for lines of other packages. */
  readonly event: EventName | undefined;
  /** The event's sentence; of another package's line, its text with the values put in. */
  readonly message: string;
  /** Correlation first, then those of the event. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Builds the entry of a record of another package. */
export function toEntry(record: LogRecord, runId: string, options: PlainOptions): Entry {
  const { properties, category, level } = record;
  const own: Record<string, unknown> = {
    run_id: runId,
    ...properties,
    ...traceOf(properties, runId),
  };
  const ordered: Record<string, unknown> = {};
  for (const key of CORRELATION_KEYS) if (own[key] !== undefined) ordered[key] = own[key];
  for (const key in own) if (own[key] !== undefined) ordered[key] = own[key];
  return {
    time: timeOf(record.timestamp),
    level,
    severity: SEVERITY[level],
    category: redact(category.join(".")),
    event: undefined,
    message: messageOf(record.message, options),
    fields: toPlainFields(ordered, options),
  };
}

/** Many lines are of the same ms. */
let latest = { timestamp: NaN, time: "" };

/** Returns a time as the lines say it. */
export function timeOf(timestamp: number): string {
  if (timestamp !== latest.timestamp) {
    latest = { timestamp, time: new Date(timestamp).toISOString() };
  }
  return latest.time;
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
export const SEVERITY = { trace: 1, debug: 5, info: 9, warning: 13, error: 17, fatal: 21 } as const;

/** Parts of a run, the outermost first: the innermost that a line names is its span. */
const SPAN_KEYS = ["source", "stream", "page", "file"] as const;

/** Returns the ids of a line's trace and span, by the fields that say where in the run it is. */
export function traceOf(fields: Readonly<Record<string, unknown>>, runId: string) {
  const { run_id = runId, request_id } = fields;
  if (typeof run_id !== "string") return undefined;
  const trace_id = traceIdOf(run_id);
  if (typeof request_id === "string") return { trace_id, span_id: spanIdOf(request_id) };
  let name = run_id;
  for (const key of SPAN_KEYS) name += `/${fields[key] ?? ""}`;
  return { trace_id, span_id: spanIdOf(name) };
}

/** Writes an entry as one line of JSON; a field with the name of a fixed one gets an underscore at its end. */
export function formatJson({ fields, ...fixed }: Entry): string {
  let renamed = fields;
  for (const key in fields) {
    if (!Object.hasOwn(fixed, key)) continue;
    renamed = Object.fromEntries(
      Object.entries(fields).map((
        [name, value],
      ) => [Object.hasOwn(fixed, name) ? `${name}_` : name, value]),
    );
    break;
  }
  const rest = JSON.stringify(renamed);
  return rest === "{}"
    ? JSON.stringify(fixed)
    : `${JSON.stringify(fixed).slice(0, -1)},${rest.slice(1)}`;
}

/** Text parts are at even places, values between them. */
function messageOf(parts: readonly unknown[], options: PlainOptions): string {
  const text = parts.map((part, index) => index % 2 === 0 ? String(part) : textOf(part)).join("");
  // As a whole, for a credential may begin in one part and end in the next.
  return String(toPlain(text, options));
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const plain = toPlain(value, { stack: false });
  return typeof plain === "string" ? plain : JSON.stringify(plain) ?? "undefined";
}
