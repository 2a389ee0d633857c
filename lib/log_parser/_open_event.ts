import { isForeignHeader } from "./_foreign_header.ts";
import { type LogicalLine, markProblem } from "./_line_joiner.ts";
import { Malformed, type ParseResult } from "./_line_parser.ts";
import { type LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import type { ResolvedOptions } from "./normalize_log.ts";
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
  /** Whether what has no time is within it: its header has one of its own, as those of the file have. */
  readonly isDated: boolean;
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

/** Returns the event that a line begins; a container's time, which is before every line, dates none. */
export function openEvent(
  record: LogRecord,
  isDated: boolean,
  line: LogicalLine,
  keepRaw: boolean,
): OpenEvent {
  const { lines, frame } = line;
  const [body, ...rest] = frame === undefined ? [] : record.body?.split("\n") ?? [];
  // A trace may be in the lines of a message, as below a header.
  if (rest.length > 0) record.body = body;
  return {
    ...{ record, line, isDated, texts: rest, count: lines.length, pendingBlank: 0 },
    isDoubtful: record.format === "trace" && !isNodePlace(record) && isDoubtful(record.body ?? ""),
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

/** The message of RFC 5424 may have lines; what has a priority of its own is none. */
function isText({ format }: LogRecord, text: string): boolean {
  return format === "rfc5424" && !hasPriority(text);
}

/** Whether a line is a message of syslog, even if it is broken. */
export function hasPriority(text: string): boolean {
  return /^<\d{1,3}>/.test(text);
}

/** Pairs, or an object: a dump of what the event is about. */
const DATA = /^(?:\{[^]*\}$|[A-Za-z_@][\w.@/-]*=)/;

/** Whether a line without a header belongs to an event. */
export function mayJoin(open: OpenEvent, text: string): boolean {
  const { record, isDated, count, texts } = open;
  const { joins, severity_number = 0 } = record;
  if (isUnproven(open)) return isFrame(text);
  if (record.format === "trace" && isNextTrace(record, texts, text)) return false;
  if (joins === "none" || isRuntimeStart(text) && severity_number < ERROR) return false;
  const isAny = joins === "any" || isText(record, text);
  if (isAny && !isForeignHeader(text) || isTraceLine(text)) return true;
  if (isDated && DATA.test(text)) return true;
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
function isAnnounced(
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

/** The text of a record that is a part of the event above it; `undefined`: it begins one. */
export function partOf(
  record: LogRecord,
  open: OpenEvent | undefined,
  text: string,
): string | undefined {
  return isAnnounced(record, open) ? text : traceInSyslog(record, open);
}

const PAIR = /^\s*[A-Za-z_@][\w.@/-]*=/;
const TIMED_PAIR = /(?:^|\s)(?:time|ts|level|lvl)=/;
/** A place in a trace of Python; its source, which may look like anything, is below it. */
const PYTHON_PLACE = /^\s+File ".*", line \d+/;

/**
 * Whether what could be a record of its own is a part of an event whose header has a time: pairs or an object without
 * time and level, an access line that is indented, the source in a trace of Python.
 */
export function isWithin(
  result: ParseResult,
  open: OpenEvent | undefined,
  text: string,
): boolean {
  if (open === undefined) return false;
  const { record, texts, isDated } = open;
  if (result === undefined || typeof result === "symbol") return false;
  const isIndented = text.charCodeAt(0) <= 32;
  const last = texts.at(-1);
  if (isIndented && last !== undefined && PYTHON_PLACE.test(last)) return true;
  if (!isDated || record.joins === "none") return false;
  if (result instanceof Malformed) return isIndented || PAIR.test(text) && !TIMED_PAIR.test(text);
  if (result.format === "combined" || result.format === "common") return isIndented;
  if (result.format !== "logfmt" && result.format !== "jsonl") return false;
  if (result.timestamp_raw !== undefined || result.severity_number !== undefined) return false;
  if (isIndented) return true;
  // A request has neither; of an object, a message is enough.
  if (result.format === "jsonl") return result.body === undefined;
  return result.http_status === undefined || result.http_method === undefined;
}

/**
 * What syslog carries of a trace of the event before it; `undefined`: its text is none. The event has a header of its own
 * within its line of the same process: a line of it without one goes on with the event, as in a file.
 */
function traceInSyslog(
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

/** Says why an event takes no more lines; `undefined`: it takes one. */
export function overflow(
  { record, count, size, pendingBlank }: OpenEvent,
  { text, lines }: LogicalLine,
  { maxEventLines, maxEventBytes }: ResolvedOptions,
): string | undefined {
  const isOver = lines.length + count + pendingBlank > maxEventLines ||
    size + pendingBlank + text.length + 1 > maxEventBytes;
  return record.parse_error === TRUNCATED || isOver
    ? `the event has ${maxEventLines} lines or ${maxEventBytes} bytes already`
    : undefined;
}

/** Counts the lines that an event gets, and returns how many; the caller adds their text. */
export function joinLine(open: OpenEvent, line: LogicalLine, keepRaw: boolean): number {
  markProblem(open.record, line);
  open.count += line.lines.length;
  if (keepRaw) open.raw.push(...line.lines.map((one) => one.text));
  return line.lines.length;
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
  open.size += blanks.length;
  if (keepRaw) open.raw.push(...blanks);
  open.count += blanks.length;
  open.pendingBlank = 0;
  return blanks.length;
}
