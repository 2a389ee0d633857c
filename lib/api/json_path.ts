/** The keys of a dot path; the empty path is the body itself. */
export type JsonPath = readonly string[];

/**
 * Splits a dot path into keys: `data.items`, `0.rows`, `data.-1.id`; a dot inside a key is written `\.`.
 *
 * @throws {TypeError} If a key is empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseJsonPath("meta.@odata\\.count"), ["meta", "@odata.count"]);
 * ```
 */
export function parseJsonPath(path: string | undefined): JsonPath {
  if (path === undefined || path === "") return [];
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  if (keys.includes("")) throw new TypeError(`Cannot read path "${path}": it has an empty key`);
  return keys;
}

/** Returns the value at a path, or `undefined`; in arrays a key is an index, a negative one counts from the end. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^-?\d+$/.test(key) ? at.at(Number(key)) : undefined;
    else if (typeof at === "object" && at !== null && Object.hasOwn(at, key)) {
      at = (at as Record<string, unknown>)[key];
    } else return undefined;
  }
  return at;
}

/** Returns a copy of a value with one place changed; objects on the way are made where they are missing. */
export function withValueAt(value: unknown, path: JsonPath, leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(value)) {
    return value.with(Number(key), withValueAt(value.at(Number(key)), rest, leaf));
  }
  const object: Record<string, unknown> = typeof value === "object" && value !== null
    ? { ...value }
    : {};
  object[key] = withValueAt(object[key], rest, leaf);
  return object;
}
