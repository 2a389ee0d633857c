import { DataError } from "../errors/mod.ts";
import type { FormatDetection } from "./detect_format.ts";
import { LogMetrics } from "./log_metrics.ts";
import type { LogMetricsPart, LogMetricsSnapshot } from "./log_metrics_snapshot.ts";

/** What became of the lines of one log; see {@linkcode checkConservation}. */
export interface LogSummary {
  /** Lines of the file. */
  readonly lines: number;
  /** Records written: lines with a header. */
  readonly records: number;
  /** Lines joined to the record above them. */
  readonly continuation: number;
  /** Lines refused. */
  readonly quarantined: number;
  /** Lines with nothing but white space, unless they stand within an event. */
  readonly blank: number;
  /** Lines that describe the file, such as `#Fields:`. */
  readonly directives: number;
  /** Lines of records that were not wanted, by time or level. */
  readonly filtered: number;
  /** Records that lack a piece that could not be read. */
  readonly partial: number;
  /** Records by format. */
  readonly formats: Readonly<Record<string, number>>;
  /** What detection said; `undefined` where the format was given. */
  readonly detection: FormatDetection | undefined;
  /** Levels, errors, volume, latency. */
  readonly metrics: LogMetricsSnapshot;
  /** Of a part of a log: the same, to be added up, if that is possible. */
  readonly part?: LogMetricsPart | undefined;
}

const COUNTS = [
  ...["lines", "records", "continuation", "quarantined", "blank", "directives"] as const,
  ...["filtered", "partial"] as const,
];

/**
 * Adds up the summaries of the parts of a log; `undefined`: the log as a whole may have another one.
 *
 * Only access lines can be read in parts: each is an event by itself, with a date of its own.
 *
 * @internal
 */
export function summaryOfParts(
  parts: readonly Omit<LogSummary, "metrics">[],
): LogSummary | undefined {
  const [first] = parts;
  const metrics: LogMetricsPart[] = [];
  for (const { formats, continuation, directives, part } of parts) {
    const isAccess = Object.keys(formats).every((name) => name === "combined" || name === "common");
    if (!isAccess || continuation + directives > 0 || part === undefined) return undefined;
    metrics.push(part);
  }
  if (first === undefined) return undefined;
  const formats: Record<string, number> = {};
  for (const [name, count] of parts.flatMap((part) => Object.entries(part.formats))) {
    formats[name] = (formats[name] ?? 0) + count;
  }
  const counts = COUNTS.map((name) => [name, parts.reduce((sum, part) => sum + part[name], 0)]);
  return {
    ...first,
    ...Object.fromEntries(counts),
    formats,
    metrics: LogMetrics.of(metrics).snapshot(),
    part: undefined,
  };
}

/**
 * Checks that no line was lost: lines = records + continuation + quarantined + blank + directives + filtered.
 *
 * @throws {DataError} `log-unbalanced`, which would be a fault of this library.
 */
export function checkConservation(summary: LogSummary): void {
  const { lines, records, continuation, quarantined, blank, directives, filtered } = summary;
  const sum = records + continuation + quarantined + blank + directives + filtered;
  if (sum === lines) return;
  throw new DataError(
    "log-unbalanced",
    `Cannot account for all lines of the log: ${lines} read, ${sum} accounted for`,
    { context: { lines, records, continuation, quarantined, blank, directives, filtered } },
  );
}
