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
  return (record) => {
    const { severity_number } = record;
    if (least !== undefined && !(severity_number !== undefined && severity_number >= least)) {
      return false;
    }
    if (since === undefined && until === undefined) return true;
    const at = instantOf(record);
    return at !== undefined && at >= (since ?? -Infinity) && at < (until ?? Infinity);
  };
}

/** Seconds since 1970, with the fraction. */
function instantOf({ epochSeconds, fraction }: LogRecord): number | undefined {
  if (epochSeconds === undefined || fraction === "") return epochSeconds;
  // As one number it is rounded once, as a bound is: what is equal as written is equal here.
  return epochSeconds >= 0
    ? Number(`${epochSeconds}.${fraction}`)
    : epochSeconds + Number(`0.${fraction}`);
}
