import { ACCESS } from "./_access.ts";
import { APACHE_ERROR } from "./_apache_error.ts";
import { APP_LOG } from "./_app_log.ts";
import { JSON_LINES } from "./_json_lines.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LOGFMT } from "./_logfmt.ts";
import type { LogFormat, LogFormatChoice } from "./log_formats.ts";
import { LogRecord } from "./_log_record.ts";
import { NGINX_ERROR } from "./_nginx_error.ts";
import { RFC3164 } from "./_rfc3164.ts";
import { RFC5424 } from "./_rfc5424.ts";
import type { TimeContext } from "./_timestamp.ts";

/** The parsers, the most specific header first: of two that accept a line, the first is right. */
export const PARSERS: readonly LineParser[] = [
  RFC5424,
  ACCESS,
  APACHE_ERROR,
  NGINX_ERROR,
  JSON_LINES,
  RFC3164,
  APP_LOG,
  LOGFMT,
];

/** Parsers that no earlier one in the list can contradict: they may be tried first. */
const UNAMBIGUOUS: ReadonlySet<LineParser> = new Set(
  PARSERS.filter((parser) => parser !== APP_LOG && parser !== LOGFMT),
);

/** Share of the votes that lets a weak format in. */
const WEAK_SHARE = 0.05;

/** Votes by format, as detection counts them. */
export type Votes = Readonly<Partial<Record<LogFormat, number>>>;

/** Finds for each line the parser that reads it. */
export class LineRouter {
  readonly #parsers: readonly LineParser[];
  readonly #claimants: ReadonlySet<LineParser>;
  readonly #only: LogFormat | undefined;
  readonly #time: TimeContext;
  #last: LineParser | undefined;

  constructor(choice: LogFormatChoice, votes: Votes, time: TimeContext) {
    this.#only = choice === "auto" ? undefined : choice;
    this.#time = time;
    const total = Object.values(votes).reduce((sum, count) => sum + count, 0);
    const share = (parser: LineParser) =>
      parser.formats.reduce((sum, format) => sum + (votes[format] ?? 0), 0) / Math.max(1, total);
    const only = this.#only;
    this.#parsers = PARSERS.filter((parser) =>
      only !== undefined
        ? parser.formats.includes(only)
        : !parser.weak || share(parser) >= WEAK_SHARE
    );
    this.#claimants = new Set(
      this.#parsers.filter((parser) => only !== undefined || share(parser) > 0),
    );
  }

  /** Returns a record, why the line is broken, or `undefined`: no header is recognized. */
  route(line: string): ParseResult {
    const last = this.#last;
    let claim: Malformed | undefined;
    if (last !== undefined) {
      const result = last.parse(line, this.#time);
      if (result instanceof LogRecord) return this.#checked(result);
      claim = result;
    }
    for (const parser of this.#parsers) {
      if (parser === last) continue;
      const result = parser.parse(line, this.#time);
      if (result instanceof LogRecord) {
        this.#last = UNAMBIGUOUS.has(parser) ? parser : undefined;
        return this.#checked(result);
      }
      if (this.#claimants.has(parser)) claim ??= result;
    }
    return claim;
  }

  #checked(record: LogRecord): LogRecord | Malformed {
    const only = this.#only;
    if (only === undefined || record.format === only) return record;
    return new Malformed(`expected a line of format ${only}, found ${record.format}`, 1);
  }
}

const JOINS = new Map(
  PARSERS.flatMap((p) => p.formats.map((format) => [format, p.joins] as const)),
);

/** Says what may be joined to a record of a format. */
export function joinsOf(format: LogFormat): LineParser["joins"] {
  return JOINS.get(format) ?? "none";
}
