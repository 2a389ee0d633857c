import { LOG_LEVELS, type LogLevel } from "./log_levels.ts";
import type { LogRecord } from "./_log_record.ts";

/** Says whether a record is wanted. */
export type RecordFilter = (record: LogRecord) => boolean;

/** Returns a filter by time and level; `undefined`: every record is wanted. */
export function recordFilter({ since, until, level }: {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly level?: LogLevel | undefined;
}): RecordFilter | undefined {
  if (since === undefined && until === undefined && level === undefined) return undefined;
  const least = level === undefined ? undefined : LOG_LEVELS.indexOf(level) * 4 + 1;
  return ({ epochSeconds, severity_number }) =>
    (least === undefined || severity_number !== undefined && severity_number >= least) &&
    (since === undefined || epochSeconds !== undefined && epochSeconds >= since) &&
    (until === undefined || epochSeconds !== undefined && epochSeconds < until);
}
