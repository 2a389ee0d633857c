/**
 * Returns the value at a dot path; `undefined` where the way there does not exist.
 *
 * A field whose own name is the whole path, dots included, comes first. Arrays have no names and end the way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(valueAt({ properties: { mag: 2.1 } }, "properties.mag"), 2.1);
 * ```
 */
export function valueAt(value: unknown, path: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  if (!path.includes(".")) return undefined;
  let at: unknown = value;
  for (const name of path.split(".")) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
