const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

/**
 * Writes a number of bytes for people, in decimal units as disks and networks count.
 *
 * @param bytes Not negative.
 * @returns `999 B`, `1.2 MB`, `128.0 MB`.
 * @throws {RangeError} If the number is negative or not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatBytes(1_234_567), "1.2 MB");
 * ```
 */
export function formatBytes(bytes: number): string {
  if (!(bytes >= 0 && bytes < Infinity)) {
    throw new RangeError(`Cannot format bytes: found ${bytes}, expected 0 or more`);
  }
  if (Math.round(bytes) < 1000) return `${Math.round(bytes)} B`;
  let amount = bytes / 1000;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  while (amount >= 999.95 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${amount.toFixed(1)} ${UNITS[unit]}`;
}
