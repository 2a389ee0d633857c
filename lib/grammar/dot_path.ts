/** The keys of a dot path; the empty path is the value itself. */
export type DotPath = readonly string[];

/**
 * Reads a dot path: `data.items`, `0.rows`, `data.-1.id`.
 *
 * Keys are joined by dots. `\.` is a dot inside a key and `\\` a backslash; a backslash before anything else is an
 * error. In a list a key is an index, and a negative one counts from the end.
 *
 * @returns The keys, unescaped.
 * @throws {RangeError} If a key is empty or an escape is unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDotPath("meta.@odata\\.count"), ["meta", "@odata.count"]);
 * ```
 */
export function parseDotPath(text: string): DotPath {
  const keys: string[] = [];
  let key = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === ".") {
      keys.push(key);
      key = "";
    } else if (char === "\\") {
      const escaped = text[++at];
      if (escaped !== "." && escaped !== "\\") {
        throw unreadable(text, `"\\${escaped ?? ""}", expected "\\." or "\\\\"`);
      }
      key += escaped;
    } else key += char;
  }
  keys.push(key);
  if (keys.includes("")) throw unreadable(text, "an empty key, expected keys joined by dots");
  return keys;
}

function unreadable(text: string, found: string): RangeError {
  return new RangeError(`Cannot read path "${text}": found ${found}`);
}

/** Writes keys as the text that {@linkcode parseDotPath} reads. */
export function formatDotPath(path: DotPath): string {
  return path.map((key) => key.replaceAll(/[\\.]/g, "\\$&")).join(".");
}

/**
 * Returns the value at a path, or `undefined`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const value = { data: [{ id: 1 }, { id: 2 }] };
 * assertEquals(valueAt(value, parseDotPath("data.-1.id")), 2);
 * ```
 */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^-?\d+$/.test(String(key)) ? at.at(Number(key)) : undefined;
    else if (typeof at === "object" && at !== null && Object.hasOwn(at, key)) {
      at = (at as Record<PropertyKey, unknown>)[key];
    } else return undefined;
  }
  return at;
}

/**
 * Returns a copy of a value with the value at one path replaced; missing objects on the way are created.
 *
 * @throws {RangeError} If a key of a list is not the index of one of its items.
 */
export function withValueAt(value: unknown, path: DotPath, leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(value)) {
    const index = /^-?\d+$/.test(key) ? Number(key) : Infinity; // which `with` refuses
    return value.with(index, withValueAt(value.at(index), rest, leaf));
  }
  const object: Record<string, unknown> = typeof value === "object" && value !== null
    ? { ...value }
    : {};
  object[key] = withValueAt(object[key], rest, leaf);
  return object;
}
