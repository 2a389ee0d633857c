import { isForeignHeader } from "./_foreign_header.ts";
import type { LogRecord } from "./_log_record.ts";
import { isNodePlace, isRuntimeStart, isTraceLine } from "./_traces.ts";

/** An event that may still get lines. */
export interface OpenEvent {
  readonly record: LogRecord;
  readonly raw: string[];
  readonly texts: string[];
  /** Lines of the file in it. */
  count: number;
  size: number;
  /** Blank lines of which the next line says whether they stand within the event. */
  pendingBlank: number;
}

/** Below it, an event of a logger does not introduce the panic that follows it. */
const ERROR = 17;

/** Whether a line without a header belongs to an event. */
export function mayJoin({ record, count }: OpenEvent, text: string): boolean {
  const { joins, severity_number = 0 } = record;
  if (joins === "none" || isRuntimeStart(text) && severity_number < ERROR) return false;
  return joins === "any" && !isForeignHeader(text) || isTraceLine(text) ||
    count === 1 && isNodePlace(record);
}
