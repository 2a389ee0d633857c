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

/**
 * Writes a number with what is counted, in the plural unless it is one.
 *
 * @param noun In the singular; its plural ends with an s.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([countOf(1, "row"), countOf(2_000, "row")], ["1 row", "2,000 rows"]);
 * ```
 */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
