const WORDS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

/**
 * A count as prose writes it: in words up to twelve.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([spelled(3), spelled(13)], ["three", "13"]);
 * ```
 */
export function spelled(count: number): string {
  return WORDS[count] ?? String(count);
}
