import { type DotPath, valueAt } from "../grammar/mod.ts";

/**
 * Returns a record's key as a string; different keys never give the same one.
 *
 * It is a JSON array of the values with their types, so `1` differs from `"1"` and `["a,b"]` from `["a","b"]`.
 * A number that a double may not hold as it was written could be mistaken for its neighbor: the record's own text
 * joins the key then.
 *
 * @param primaryKey Paths of its values.
 * @param text Returns the record as it was written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = '{"id":7,"of":{"name":"a"}}';
 * assertEquals(keyOf(JSON.parse(text), [["id"], ["of", "name"]], () => text), '[7,"a"]');
 * ```
 */
export function keyOf(
  value: unknown,
  primaryKey: readonly DotPath[],
  text: () => string,
): string {
  const parts = primaryKey.map((path) => valueAt(value, path));
  if (parts.some(mayBeRounded)) parts.push(text());
  return JSON.stringify(parts);
}

function mayBeRounded(value: unknown): boolean {
  return typeof value === "number" && !Number.isSafeInteger(value);
}
