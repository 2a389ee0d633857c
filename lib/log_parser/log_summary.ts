import { DataError } from "../errors/mod.ts";
import type { FormatDetection } from "./detect_format.ts";
import type { LogMetricsSnapshot } from "./log_metrics.ts";

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
