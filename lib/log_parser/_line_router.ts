import { ACCESS } from "./_access.ts";
import { APACHE_ERROR } from "./_apache_error.ts";
import { APP_LOG, BARE_APP_LOG } from "./_app_log.ts";
import type { FileTimes } from "./_file_times.ts";
import { JSON_EVENTS, JSON_LINES } from "./_json_lines.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LOGFMT, LOGFMT_EVENTS } from "./_logfmt.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { NGINX_ERROR } from "./_nginx_error.ts";
import { RFC3164 } from "./_rfc3164.ts";
import { RFC5424 } from "./_rfc5424.ts";
import { LTSV } from "./_table_formats.ts";

/** Parsers that no earlier one in the list can contradict: they may be tried first. */
const UNAMBIGUOUS: ReadonlySet<LineParser> = new Set([
  ...[RFC5424, ACCESS, APACHE_ERROR, NGINX_ERROR, JSON_EVENTS, LTSV, RFC3164],
]);

/** Formats that only what syslog carries can have: their header is seen in the text of a message. */
const BEHIND_SYSLOG: ReadonlySet<LineParser> = new Set([
  RFC5424,
  RFC3164,
  JSON_LINES,
  LOGFMT,
  BARE_APP_LOG,
]);
const MAY_HOLD_A_LINE = /^[[\d{]|^[IWEF]\d{4} |\] "| level=|^level=/;

/** Share of the votes that lets a weak format in; text begins with a level or a number so easily that such lines must be many. */
const WEAK_SHARE = 0.05;
const BARE_SHARE = 0.3;
/** Whose votes count for a weak parser too. */
const STRONG: ReadonlyMap<LineParser, LineParser> = new Map([
  [JSON_LINES, JSON_EVENTS],
  [LOGFMT, LOGFMT_EVENTS],
]);

/** The parsers, the most specific header first: of two that accept a line, the first is right. */
export function parsersFor(
  own: readonly LineParser[],
  patterns: readonly LineParser[],
  layout: readonly LineParser[] = [],
): LineParser[] {
  return [
    ...own,
    ...[RFC5424, ACCESS, APACHE_ERROR, NGINX_ERROR, JSON_EVENTS, LTSV],
    ...patterns,
    ...layout,
    ...[RFC3164, APP_LOG, LOGFMT_EVENTS, JSON_LINES, LOGFMT, BARE_APP_LOG],
  ];
}

/** What a router needs to know of its file. */
export interface RouterOptions {
  /** In the order of {@linkcode parsersFor}. */
  readonly parsers: readonly LineParser[];
  /** Lines of the sample that each has read. */
  readonly votes: ReadonlyMap<LineParser, number>;
  /** The only format that is wanted. */
  readonly only: string | undefined;
  readonly times: FileTimes;
}

/** Finds for each line the parser that reads it. */
export class LineRouter {
  readonly times: FileTimes;
  readonly #parsers: readonly LineParser[];
  readonly #inner: readonly LineParser[];
  readonly #claimants: ReadonlySet<LineParser>;
  readonly #only: string | undefined;
  #last: LineParser | undefined;

  constructor({ parsers, votes, only, times }: RouterOptions) {
    this.times = times;
    this.#only = only;
    const total = [...votes.values()].reduce((sum, count) => sum + count, 0);
    const votesOf = (parser: LineParser | undefined) =>
      parser === undefined ? 0 : votes.get(parser) ?? 0;
    const share = (parser: LineParser) =>
      (votesOf(parser) + votesOf(STRONG.get(parser))) / Math.max(1, total);
    const allowed = parsers.filter((parser) =>
      only !== undefined
        ? parser.formats.includes(only)
        : !parser.weak || share(parser) >= (parser === BARE_APP_LOG ? BARE_SHARE : WEAK_SHARE)
    );
    // A format of the sample comes before one that nobody has seen.
    const seen = allowed.filter((parser) => share(parser) > 0);
    this.#parsers = [...seen, ...allowed.filter((parser) => !seen.includes(parser))];
    this.#claimants = new Set(only !== undefined ? allowed : seen);
    this.#inner = parsers.filter((parser) => !BEHIND_SYSLOG.has(parser));
  }

  /** Whether the line before was an access line, so that the next one is tried as one first. */
  get isAccess(): boolean {
    return this.#last === ACCESS && (this.#only === undefined || this.#only === "combined");
  }

  /** Returns a record, why the line is broken, or `undefined`: no header is recognized. */
  route(line: string): ParseResult {
    const last = this.#last;
    let claim: Malformed | undefined;
    if (last !== undefined) {
      const result = last.parse(line, this.times);
      if (result instanceof LogRecord) return this.#checked(result, last);
      if (result instanceof Malformed) claim = result;
    }
    for (const parser of this.#parsers) {
      if (parser === last) continue;
      const result = parser.parse(line, this.times);
      if (result instanceof LogRecord) {
        this.#last = UNAMBIGUOUS.has(parser) ? parser : undefined;
        return this.#checked(result, parser);
      }
      if (typeof result === "symbol") return result;
      if (result !== undefined && parser.isExclusive === true && line.charCodeAt(0) !== 123) {
        return result;
      }
      if (this.#claimants.has(parser)) claim ??= result;
    }
    return claim;
  }

  #checked(record: LogRecord, parser: LineParser): LogRecord | Malformed {
    const only = this.#only;
    if (only !== undefined && record.format !== only) {
      return new Malformed(`expected a line of format ${only}, found ${record.format}`, 1);
    }
    record.joins = parser.joins;
    const isSyslog = only === undefined && (parser === RFC3164 || parser === RFC5424);
    return isSyslog && MAY_HOLD_A_LINE.test(record.body ?? "") ? this.#unwrapped(record) : record;
  }

  /** What syslog carries may have a format of its own; what the header knew is kept. */
  #unwrapped(outer: LogRecord): LogRecord {
    const line = (outer.body ?? "").replace(/^@cee: ?/, "");
    for (const parser of this.#inner) {
      const inner = parser.parse(line, this.times);
      if (!(inner instanceof LogRecord)) continue;
      inner.joins = outer.joins;
      for (const name of FROM_SYSLOG) {
        if (inner[name] === undefined) (inner[name] as unknown) = outer[name];
      }
      if (inner.severity_number === undefined) {
        inner.severity_number = outer.severity_number;
        inner.severity_text = outer.severity_text;
      }
      if (inner.timestamp_raw === undefined) {
        for (const name of TIME) (inner[name] as unknown) = outer[name];
      } else if (outer.timestamp_raw !== undefined) {
        setAttribute(inner, "envelope_time", outer.timestamp_raw);
      }
      return inner;
    }
    return outer;
  }
}

const FROM_SYSLOG = [
  ...["host_name", "service_name", "process_pid"] as const,
  ...["syslog_facility", "syslog_msgid", "syslog_sd"] as const,
];
const TIME = [
  ...["timestamp", "timestamp_nanos", "timestamp_raw", "timestamp_precision"] as const,
  ...["tz_source", "year_source", "epochSeconds"] as const,
];
