/** Units of {@linkcode parseDuration} and their length in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration such as `250ms`, `30s`, `2m`, `1h`, `7d` or `1.5h`.
 *
 * A number without a unit is refused: a reader of the file must not have to guess.
 *
 * @param text A number and one of the units ms, s, m, h, d.
 * @returns Whole milliseconds, rounded.
 * @throws {RangeError} If the text has another form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("2m"), 120_000);
 * ```
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)$/.exec(text);
  const milliseconds = Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? ""] ?? NaN));
  if (!Number.isSafeInteger(milliseconds)) {
    throw new RangeError(
      `Cannot read duration: found ${
        JSON.stringify(text)
      }, expected a number and a unit such as "250ms", "30s", "2m", "1h" or "7d"`,
    );
  }
  return milliseconds;
}
