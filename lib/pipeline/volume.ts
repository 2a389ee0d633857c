import type { CheckRow, StreamKey, StreamRow } from "../audit/mod.ts";
import { countOf, formatCount } from "../terminal/mod.ts";

/** Runs that a volume is compared with. */
export const MOST_RUNS = 14;
/** With fewer there is no history yet. */
const LEAST_RUNS = 7;
/** What has fewer records varies by chance. */
const FROM_RECORDS = 100;

/** Rule by which the audit database tells a volume from the checks of columns. */
export const VOLUME_RULE = "volume";

/**
 * Says that a complete read has brought less than half of the fewest, or more than twice the most, of the complete runs
 * before it.
 *
 * @param before What these have brought.
 * @returns A row for the checks of the run; `undefined` if nothing is unusual.
 */
export function unusualVolume(
  { written, unchanged, stop_reason }: StreamRow,
  before: readonly number[],
): Omit<CheckRow, keyof StreamKey> | undefined {
  if (before.length < LEAST_RUNS || stop_reason === "not-modified") return undefined;
  const volume = written + unchanged;
  const [fewest, most] = [Math.min(...before), Math.max(...before)];
  const isLow = fewest >= FROM_RECORDS && volume < fewest / 2;
  const isHigh = volume >= FROM_RECORDS && volume > most * 2;
  if (!isLow && !isHigh) return undefined;
  const example = `${countOf(volume, "record")}, the last ${before.length} complete runs had ` +
    `${formatCount(fewest)} to ${formatCount(most)}`;
  return { field: "", rule: VOLUME_RULE, severity: "warn", violations: 1, example, newest: null };
}
