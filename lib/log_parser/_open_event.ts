import { isForeignHeader } from "./_foreign_header.ts";
import { type LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import type { ResolvedOptions } from "./normalize_log.ts";
import type { LogicalLine } from "./_line_joiner.ts";
import { exceptionOf, isDoubtful, isRaised } from "./_exceptions.ts";
import {
  isFrame,
  isNextTrace,
  isNodePlace,
  isRuntimeStart,
  isTraceLine,
  isTracePart,
} from "./_traces.ts";

/** An event that may still get lines. */
export interface OpenEvent {
  readonly record: LogRecord;
  readonly raw: string[];
  readonly texts: string[];
  /** Lines of the file in it. */
  count: number;
  size: number;
  /** The first one. */
  readonly line: LogicalLine;
  /** Whether it is a trace only if more of one follows: it has the shape of a setting or a count. */
  readonly isDoubtful: boolean;
  /** Blank lines of which the next line says whether they stand within the event. */
  pendingBlank: number;
}

/** Returns the event that a line begins. */
export function openEvent(record: LogRecord, line: LogicalLine, keepRaw: boolean): OpenEvent {
  const { lines } = line;
  return {
    ...{ record, line, texts: [], count: lines.length, pendingBlank: 0 },
    isDoubtful: record.format === "trace" && isDoubtful(record.body ?? ""),
    raw: keepRaw ? lines.map(({ text }) => text) : [],
    size: lines.reduce((sum, { text }) => sum + text.length, 0),
  };
}

/** Makes text of a line that nothing has shown to be a trace, if its container dates it; elsewhere nothing knows it. */
export function becomesText({ record, line }: OpenEvent): boolean {
  if (line.envelope?.time === undefined) return false;
  record.format = "container";
  return true;
}

const TRUNCATED = "the event was truncated";
/** Below it, an event of a logger does not introduce the panic that follows it. */
const ERROR = 17;

/** Whether a line without a header belongs to an event. */
export function mayJoin(open: OpenEvent, text: string): boolean {
  const { record, count, texts } = open;
  const { joins, severity_number = 0 } = record;
  if (isUnproven(open)) return isFrame(text);
  if (record.format === "trace" && isNextTrace(record, texts, text)) return false;
  if (joins === "none" || isRuntimeStart(text) && severity_number < ERROR) return false;
  if (joins === "any" && !isForeignHeader(text) || isTraceLine(text)) return true;
  if (isRaised(record.body ?? "", texts, text)) return true;
  const mayThrow = record.format === "trace" || severity_number >= ERROR;
  return mayThrow && exceptionOf(text) !== null || count === 1 && isNodePlace(record);
}

/** Whether nothing so far shows that an event is a trace. */
export function isUnproven({ isDoubtful, count }: OpenEvent): boolean {
  return isDoubtful && count === 1;
}

/** A line that ends so goes on in what is below it. */
const INTRODUCES = /(?:[:=]|=>|->)\s*$/;

/** Whether an object without time and level is what the line above it announces: the body of a response, a configuration. */
export function isAnnounced(
  { format, timestamp_raw, severity_number }: LogRecord,
  open: OpenEvent | undefined,
): boolean {
  if (open === undefined || format !== "jsonl" || open.record.joins !== "any") return false;
  if (timestamp_raw !== undefined || severity_number !== undefined) return false;
  const last = open.texts.at(-1);
  // Several may follow each other.
  const line = last === undefined || last.startsWith("{") ? open.record.body : last;
  return INTRODUCES.test((line ?? "").slice(-99));
}

/**
 * What syslog carries of a trace of the event before it; `undefined`: its text is none. The event has a header of its own
 * within its line of the same process: a line of it without one goes on with the event, as in a file.
 */
export function traceInSyslog(
  { format, body, host_name, service_name, process_pid }: LogRecord,
  open: OpenEvent | undefined,
): string | undefined {
  if (open === undefined) return undefined;
  const { record } = open;
  if (format !== "rfc3164" && format !== "rfc5424" || body === undefined) return undefined;
  if (record.attributes?.["envelope_time"] === undefined || process_pid === undefined) {
    return undefined;
  }
  const isSame = record.host_name === host_name && record.service_name === service_name &&
    record.process_pid === process_pid;
  // rsyslog writes a tab as its octal number.
  const text = body.replace(/^(?:#011)+/, (tabs) => "\t".repeat(tabs.length / 4));
  // Below the first line of a trace, its indented ones need no other sign.
  const isBelow = open.texts.length > 0 && /^\s+\S/.test(text);
  const isPart = isBelow || isTracePart(text) || isRaised(record.body ?? "", open.texts, text);
  return isSame && isPart ? text : undefined;
}

/** Returns the size of an event with one more line; `undefined`: it takes no more. */
export function sizeWith(
  { record, count, size, pendingBlank }: OpenEvent,
  { text, lines }: LogicalLine,
  { maxEventLines, maxEventBytes }: ResolvedOptions,
): number | undefined {
  const next = size + pendingBlank + text.length + 1;
  const isOver = lines.length + count + pendingBlank > maxEventLines || next > maxEventBytes;
  return record.parse_error === TRUNCATED || isOver ? undefined : next;
}

/** Says why an event takes no more lines. */
export function fullMessage({ maxEventLines, maxEventBytes }: ResolvedOptions): string {
  return `the event has ${maxEventLines} lines or ${maxEventBytes} bytes already`;
}

/** Says that an event takes no more lines; returns how many blank lines were behind it. */
export function truncate(open: OpenEvent): number {
  const { pendingBlank } = open;
  markPartial(open.record, TRUNCATED);
  setAttribute(open.record, "truncated", "true");
  open.pendingBlank = 0;
  return pendingBlank;
}

/** Adds the blank lines that turned out to be within an event; returns how many. */
export function takeBlanks(open: OpenEvent, keepRaw: boolean): number {
  const blanks = Array.from({ length: open.pendingBlank }, () => "");
  open.texts.push(...blanks);
  if (keepRaw) open.raw.push(...blanks);
  open.count += blanks.length;
  open.pendingBlank = 0;
  return blanks.length;
}
