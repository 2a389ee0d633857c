/** The keys of a dot path; the empty path is the value itself. */
export type DotPath = readonly string[];

/** What a dot path looks like. */
const DOT_PATH = 'a path of keys joined by dots, such as "meta.count" ("\\." is a dot in a key)';

/** What other languages of paths write for an item of a list, for all of them, or for a key. */
const BRACKETS = /\[(?:(-?\d+)|\*|(["'])([^.]+?)\2)?\](?=[.[]|$)/;

/** What is written with a backslash in a key. */
const MARKS = new RegExp(`[\\\\.]|(?=${BRACKETS.source})\\[`, "g");

/** Paths that were read: the same few come with every page. */
const known = new Map<string, DotPath>();
const MAX_KNOWN = 1000;

/**
 * Reads a dot path: `data.items`, `0.rows`, `data.-1.id`.
 *
 * Keys are joined by dots. In a list a key is an index, and a negative one counts from the end. `\.` is a dot inside a
 * key, `\[` a bracket and `\\` a backslash; a backslash before anything else is an error. So is an index in brackets,
 * which would be a part of the key's name; any other bracket is one.
 *
 * @returns The keys, unescaped.
 * @throws {RangeError} If a key is empty, an escape is unknown or an index is in brackets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDotPath("meta.@odata\\.count"), ["meta", "@odata.count"]);
 * ```
 */
export function parseDotPath(text: string): DotPath {
  const before = known.get(text);
  if (before !== undefined) return before;
  const read = readDotPath(text);
  if ("keys" in read) {
    if (known.size < MAX_KNOWN) known.set(text, read.keys);
    return read.keys;
  }
  throw new RangeError(`Cannot read path "${text}": found ${read.found}, expected ${read.wanted}`);
}

/** Returns what is expected instead of a text that is no dot path; `undefined` for one that is. */
export function wantedDotPath(text: string): string | undefined {
  const read = readDotPath(text);
  return "wanted" in read ? read.wanted : undefined;
}

function readDotPath(
  text: string,
): { readonly keys: DotPath } | { readonly found: string; readonly wanted: string } {
  const keys: string[] = [];
  let key = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === ".") {
      keys.push(key);
      key = "";
    } else if (char === "\\") {
      const escaped = text[++at];
      if (escaped !== "." && escaped !== "\\" && escaped !== "[") {
        return { found: `"\\${escaped ?? ""}"`, wanted: DOT_PATH };
      }
      key += escaped;
    } else {
      const [brackets] = char === "[" ? new RegExp(BRACKETS, "y").exec(text.slice(at)) ?? [] : [];
      if (brackets !== undefined) {
        return { found: `"${brackets}"`, wanted: withoutBrackets(text, at) };
      }
      key += char;
    }
  }
  keys.push(key);
  return keys.includes("") ? { found: "an empty key", wanted: DOT_PATH } : { keys };
}

/** Returns how a path is written whose first index in brackets is at a place. */
function withoutBrackets(text: string, at: number): string {
  const [path, literal] = [text.slice(0, at), '"\\[" is a bracket in a key'];
  let isAll = false;
  const rest = text.slice(at).replaceAll(
    new RegExp(BRACKETS, "g"),
    (_, index?: string, _quote?: string, key = "") => {
      isAll ||= index === undefined && key === "";
      return `.${index ?? key}`;
    },
  );
  return isAll
    ? `a path to one value, such as "${path || "data"}" or "${path || "data"}.0" (${literal})`
    : `"${`${path}${rest}`.replace(/^\./, "")}" (${literal})`;
}

/** Writes keys as the text that {@linkcode parseDotPath} reads. */
export function formatDotPath(path: DotPath): string {
  return path.map((key) => key.replaceAll(MARKS, "\\$&")).join(".");
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
