import { ACCESS } from "./_access.ts";
import type { ScannedFormat } from "./_byte_reader.ts";
import { bareRecord, unwrap, type Unwrapped } from "./_envelope.ts";
import type { FileTimes } from "./_file_times.ts";
import { afterWord } from "./_foreign_header.ts";
import { JSON_EVENTS } from "./_json_lines.ts";
import { isLoose, type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { isUntold, LogRecord, replaceTime, setAttribute } from "./_log_record.ts";
import type { LogicalLine } from "./_line_joiner.ts";
import type { OpenEvent } from "./_open_event.ts";
import { isStampedTrace } from "./_stamped_lines.ts";
import { traceRecord } from "./_traces.ts";
import { timedLine } from "./_timed_line.ts";
import { settleFields } from "./_settle_fields.ts";

const STRUCTURED = /^\{"|^(?:level|lvl|ts|time)=\S/;
/** A relay's syslog may carry the whole line of another. */
const RELAYED = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:[\]]+(?:\[\d+\])?: /;
const MAY_HOLD_A_LINE =
  /^[[\d{]|^(?:lvl|ts|time)=\S|^[A-Z][a-z]{2} [ \d]\d \d\d:|^CEF: ?\d|^@cee: ?\{|^[IWEF]\d{4} |\] "| level=|^level=|^at=\w+ |^-:\d+ \[/;

/** What begins so is syslog's, whatever a lenient format would make of it. */
const SYSLOG = /^<\d{1,3}>|^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /;

/** Parts of a line with carriage returns that are looked at: a progress bar has thousands. */
const MOST_PARTS = 100;

/** What a router needs to know of its file. */
export interface RouterOptions {
  /** In the order in which they are tried. */
  readonly parsers: readonly LineParser[];
  /** Lines of the sample that each has read. */
  readonly votes: ReadonlyMap<LineParser, number>;
  /** The only format that is wanted. */
  readonly only: string | undefined;
  /** Whether events begin with a time, so that a line without one is within an event. */
  readonly isDated: boolean;
  readonly times: FileTimes;
  /** Whether a time that an application may have written, too, is a container's. */
  readonly areStamped: boolean;
}

/** Finds for each line the parser that reads it. */
export class LineRouter {
  readonly times: FileTimes;
  /** Whether a line without a time is within the event above it, whatever it looks like. */
  readonly isDated: boolean;
  readonly #parsers: readonly LineParser[];
  readonly #inner: readonly LineParser[];
  readonly #envelopes: readonly LineParser[];
  readonly #claimants: ReadonlySet<LineParser>;
  readonly #only: string | undefined;
  readonly #mayJoin: boolean;
  readonly #areStamped: boolean;
  readonly #isEnvelope: boolean;
  #last: LineParser | undefined;

  constructor({ parsers, votes, only, isDated, times, areStamped }: RouterOptions) {
    this.isDated = isDated;
    this.times = times;
    this.#areStamped = areStamped;
    this.#only = only;
    const total = [...votes.values()].reduce((sum, count) => sum + count, 0);
    const share = (parser: LineParser) => {
      // Whoever reads the surest lines of a format has votes for its other lines too.
      const voters = isLoose(parser)
        ? parsers.filter((one) => one.formats === parser.formats)
        : [parser];
      return voters.reduce((sum, one) => sum + (votes.get(one) ?? 0), 0) / Math.max(1, total);
    };
    const allowed = parsers.flatMap((parser) => {
      if (only !== undefined) return parser.formats.includes(only) ? [asked(parser)] : [];
      return share(parser) >= (parser.leastShare ?? 0) ? [parser] : sureLinesOf(parser);
    });
    // A format of the sample comes before one that nobody has seen.
    const seen = allowed.filter((parser) => share(parser) > 0);
    this.#parsers = [...seen, ...allowed.filter((parser) => !seen.includes(parser))];
    this.#claimants = new Set(only !== undefined ? allowed : seen);
    this.#mayJoin = allowed.some(({ joins }) => joins !== "none");
    this.#isEnvelope = allowed.every(({ isEnvelope }) => isEnvelope === true);
    // The kernel's own count of seconds stays in the message that syslog carries.
    this.#inner = only !== undefined
      ? allowed
      : parsers.filter((parser) =>
        !isLoose(parser) && parser.isEnvelope !== true && !parser.formats.includes("uptime")
      );
    this.#envelopes = (only !== undefined ? parsers : this.#parsers)
      .filter(({ isEnvelope }) => isEnvelope === true);
  }

  /** Whether a trace that nothing introduces may be here: not if only formats are wanted that have none. */
  get #mayTrace(): boolean {
    return this.#only === undefined || this.#only === "trace" || this.#mayJoin;
  }

  /** Format of the line before, if lines like it can be read as bytes: the next one is tried as one first. */
  get scanned(): ScannedFormat | undefined {
    const format = this.#last?.formats === ACCESS.formats
      ? "combined"
      : this.#last === JSON_EVENTS
      ? "jsonl"
      : undefined;
    return this.#only === undefined || this.#only === format ? format : undefined;
  }

  /** Returns what of a line has its header: with a time that the application may have written, unless a container has. */
  headerOf(text: string, envelope: Unwrapped | undefined, open?: OpenEvent): string {
    const stamp = this.#areStamped ? undefined : envelope?.stamp;
    return stamp === undefined || isStampedTrace(open, text) ? text : stamp + text;
  }

  /** Returns the stream of a line that has a header, be it a broken one. */
  keyOfHeader(line: string): string | undefined {
    const envelope = unwrap(line);
    const isHeader = this.route(this.headerOf(envelope?.text ?? line, envelope)) !== undefined;
    return isHeader ? envelope?.key ?? "" : undefined;
  }

  /** Returns a record for a line without a header: it begins a trace, or its envelope dates it. */
  withoutHeader({ text, envelope }: LogicalLine): LogRecord | undefined {
    const trace = this.#mayTrace ? traceRecord(text) : undefined;
    if (trace !== undefined || envelope === undefined) return trace;
    const record = envelope.stamp === undefined ? undefined : this.route(envelope.stamp + text);
    if (!(record instanceof LogRecord)) return bareRecord(envelope, text);
    record.joins = "traces";
    return record;
  }

  /** As {@linkcode route}; where a record begins after a carriage return, neither it nor the one before is whole. */
  routeWhole(line: string): ParseResult {
    if (!line.includes("\r")) return this.route(line);
    let at = 1;
    let parts = 0;
    for (const part of line.split("\r")) {
      const isLater = at > 1 && part.trim() !== "";
      if (isLater && ++parts > MOST_PARTS) {
        return new Malformed(`more than ${MOST_PARTS} carriage returns in a line`, at);
      }
      if (isLater && this.route(part) instanceof LogRecord) {
        return new Malformed("another record begins after a carriage return", at);
      }
      at += part.length + 1;
    }
    return this.route(line);
  }

  /** Returns a record, why the line is broken, or `undefined`: no header is recognized. */
  route(line: string): ParseResult {
    const last = this.#last;
    let claim: Malformed | undefined;
    if (this.#only !== undefined && SYSLOG.test(line)) {
      const inner = this.#routeInside(line);
      if (inner !== undefined) return inner;
    }
    if (last !== undefined) {
      const result = last.parse(line, this.times);
      if (result instanceof LogRecord) return this.#checked(result, last, line);
      if (result instanceof Malformed) claim = result;
    }
    for (const parser of this.#parsers) {
      if (parser === last) continue;
      const result = parser.parse(line, this.times);
      if (result instanceof LogRecord) {
        this.#last = parser.isUnambiguous === true ? parser : undefined;
        return this.#checked(result, parser, line);
      }
      if (typeof result === "symbol") return result;
      if (result !== undefined && parser.isExclusive === true && line.charCodeAt(0) !== 123) {
        return result;
      }
      if (result?.isCertain === true) return result;
      if (this.#claimants.has(parser)) claim ??= result;
    }
    return this.#routeInside(line) ?? claim;
  }

  /** The format that is asked for may be in syslog or JSON, or behind a time that a tool wrote. */
  #routeInside(line: string): LogRecord | undefined {
    if (this.#only === undefined || this.#isEnvelope) return undefined;
    const { times } = this;
    const { lastClock } = times;
    const envelopes = line.charCodeAt(0) === 123 ? [JSON_EVENTS] : this.#envelopes;
    for (const { parse } of [{ parse: timedLine }, ...envelopes]) {
      const outer = parse(line, times);
      if (!(outer instanceof LogRecord)) continue;
      if (outer.format === "jsonl" && !outer.mayHoldLine) continue;
      outer.joins = "traces";
      const inner = this.#unwrapped(outer);
      if (inner.format === this.#only && inner !== outer) return inner;
    }
    times.lastClock = lastClock; // A line that goes on says nothing of the next one's year.
    return undefined;
  }

  /** Reads a line whose header, the same as that of the event before it, comes after one word. */
  routeAfterWord(line: string, before: LogRecord): LogRecord | undefined {
    if (before.format !== "app" || before.severity_number === undefined) return undefined;
    const split = before.timestamp_raw === undefined ? undefined : afterWord(line);
    const record = split === undefined ? undefined : this.route(split.rest);
    if (split === undefined || !(record instanceof LogRecord) || record.format !== "app") {
      return undefined;
    }
    const isAlike = formOf(record.timestamp_raw) === formOf(before.timestamp_raw);
    if (!isAlike || record.severity_number === undefined) return undefined;
    setAttribute(record, "prefix_1", split.word);
    return record;
  }

  #checked(record: LogRecord, parser: LineParser, line: string): LogRecord | Malformed {
    const only = this.#only;
    if (only !== undefined && record.format !== only) {
      return new Malformed(`expected a line of format ${only}, found ${record.format}`, 1);
    }
    record.joins = parser.joins;
    settleFields(record, this.times);
    if (record.format === "app" && only === undefined) {
      const outer = timedLine(line, this.times);
      const inner = outer && this.#unwrapped(outer);
      // What the general reader would read either way, it reads as a whole.
      if (inner !== undefined && inner !== outer && inner.format !== "app") {
        inner.joins = parser.joins;
        return inner;
      }
    }
    // What `kubectl logs --timestamps` shows has a time before it.
    const isTimed = record.format === "app" && record.severity_text === undefined &&
      STRUCTURED.test(record.body ?? "");
    const isEnvelope = only === undefined &&
      (parser.isEnvelope === true || record.mayHoldLine || isTimed);
    return isEnvelope && MAY_HOLD_A_LINE.test(record.body ?? "") ? this.#unwrapped(record) : record;
  }

  /** What syslog carries may have a format of its own; what the header knew is kept. */
  #unwrapped(outer: LogRecord): LogRecord {
    const line = (outer.body ?? "").replace(/^@cee: ?/, "");
    const parsers = outer.format !== "jsonl" && RELAYED.test(line) ? this.#envelopes : this.#inner;
    for (const parser of parsers) {
      const read = parser.parse(line, this.times);
      if (!(read instanceof LogRecord)) continue;
      const inner = parsers === this.#envelopes && MAY_HOLD_A_LINE.test(read.body ?? "")
        ? this.#unwrapped(read)
        : read;
      inner.joins = outer.joins;
      settleFields(inner, this.times);
      for (const name of FROM_SYSLOG) {
        if (inner[name] === undefined) (inner[name] as unknown) = outer[name];
      }
      if (inner.severity_number === undefined) {
        inner.severity_number = outer.severity_number;
        inner.severity_text = outer.severity_text;
      }
      if (
        inner.timestamp_raw === undefined || outer.epochSeconds !== undefined && isUntold(inner)
      ) {
        if (outer.epochSeconds !== undefined) replaceTime(inner);
        for (const name of TIME) (inner[name] as unknown) = outer[name];
      } else if (outer.timestamp_raw !== undefined) {
        setAttribute(inner, "envelope_time", outer.timestamp_raw);
      }
      if (outer.format === "jsonl" || outer.format === "app") {
        for (const [key, value] of Object.entries(outer.attributes ?? {})) {
          if (inner.attributes?.[key] === undefined) setAttribute(inner, key, value);
        }
      }
      return inner;
    }
    return outer;
  }
}

const FROM_SYSLOG = [
  ...["host_name", "service_name", "process_pid"] as const,
  ...["syslog_facility", "syslog_msgid", "syslog_sd", "trace_id", "span_id"] as const,
];
const TIME = [
  ...["timestamp", "timestamp_nanos", "timestamp_raw", "timestamp_precision"] as const,
  ...["tz_source", "year_source", "epochSeconds", "fraction"] as const,
];

/** How a time is written, whatever its digits are. */
function formOf(time = ""): string {
  return time.replace(/\d+/g, "0").replace(/[A-Za-z]+/g, "a");
}

/** A parser as it reads a file that is all of its format. */
function asked(parser: LineParser): LineParser {
  const { parseAsked } = parser;
  return parseAsked === undefined ? parser : { ...parser, parse: parseAsked };
}

/** A parser that reads only those lines which are of its format beyond doubt. */
function sureLinesOf(parser: LineParser): LineParser[] {
  if (parser.isSure === undefined) return [];
  const parse: LineParser["parse"] = (line, times) =>
    parser.isSure?.(line) === true ? parser.parse(line, times) : undefined;
  return [{ ...parser, parse }];
}
