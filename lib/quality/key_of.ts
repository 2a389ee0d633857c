import { valueAt } from "./value_at.ts";

/**
 * Returns a record's key as a string; different keys never give the same one.
 *
 * It is a JSON array of the values with their types, so `1` differs from `"1"` and `["a,b"]` from `["a","b"]`.
 * Integers beyond 2^53 arrive rounded and could be mistaken for their neighbours: the whole record joins the key then.
 *
 * @param primaryKey Dot paths.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(keyOf({ id: 7, of: { name: "a" } }, ["id", "of.name"]), '[7,"a"]');
 * ```
 */
export function keyOf(value: unknown, primaryKey: readonly string[]): string {
  const parts = primaryKey.map((path) => valueAt(value, path));
  if (parts.some(isRounded)) parts.push(value);
  return JSON.stringify(parts);
}

function isRounded(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
