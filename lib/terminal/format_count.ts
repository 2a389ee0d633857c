/**
 * Writes a number, rounded, with its thousands apart, the same on every machine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatCount(20_000), "20,000");
 * ```
 */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}
