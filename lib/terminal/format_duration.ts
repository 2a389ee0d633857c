const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Writes a duration for people, by its two largest units.
 *
 * @param milliseconds Not negative.
 * @returns `340 ms`, `1.3 s`, `2 m 5 s`, `3 h 20 m`, `2 d 4 h`.
 * @throws {RangeError} If the number is negative or not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([formatDuration(1_300), formatDuration(125_000)], ["1.3 s", "2 m 5 s"]);
 * ```
 */
export function formatDuration(milliseconds: number): string {
  if (!(milliseconds >= 0 && milliseconds < Infinity)) {
    throw new RangeError(`Cannot format duration: found ${milliseconds}, expected 0 or more`);
  }
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59.95 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < HOUR - SECOND / 2) return pair(milliseconds, [MINUTE, "m"], [SECOND, "s"]);
  if (milliseconds < DAY - MINUTE / 2) return pair(milliseconds, [HOUR, "h"], [MINUTE, "m"]);
  return pair(milliseconds, [DAY, "d"], [HOUR, "h"]);
}

type Unit = readonly [length: number, name: string];

function pair(milliseconds: number, large: Unit, small: Unit): string {
  const smalls = Math.round(milliseconds / small[0]);
  const perLarge = large[0] / small[0];
  const rest = smalls % perLarge;
  const head = `${Math.floor(smalls / perLarge)} ${large[1]}`;
  return rest === 0 ? head : `${head} ${rest} ${small[1]}`;
}
