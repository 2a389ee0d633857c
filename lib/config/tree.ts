import { valueAt } from "../grammar/mod.ts";

/** Keys and indexes that lead from the top of a file to one place in it. */
export type KeyPath = readonly PropertyKey[];

/** Says whether a value is a mapping of keys to values. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Yields every scalar of a tree with its path. */
export function* scalarsOf(tree: unknown, path: KeyPath = []): Generator<[KeyPath, unknown]> {
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) yield* scalarsOf(item, [...path, index]);
  } else if (isMapping(tree)) {
    for (const [key, value] of Object.entries(tree)) yield* scalarsOf(value, [...path, key]);
  } else {
    yield [path, tree];
  }
}

/** Writes a path as `sources[0].streams[1].name`. */
export function formatPath(path: KeyPath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (!/^[\w-]+$/.test(String(key))) text += `[${JSON.stringify(String(key))}]`;
    else text += text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}

/** Compares two paths by what comes first in the file; a missing key counts as the end of its mapping. */
export function compareInFile(tree: unknown, a: KeyPath, b: KeyPath): number {
  const [left, right] = [placesOf(tree, a), placesOf(tree, b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? Infinity) - (right[i] ?? Infinity);
    if (difference < 0 || difference > 0) return difference;
  }
  return 0;
}

function placesOf(tree: unknown, path: KeyPath): number[] {
  return path.map((key, depth) => {
    if (typeof key === "number") return key;
    const parent = valueAt(tree, path.slice(0, depth));
    const place = isMapping(parent) ? Object.keys(parent).indexOf(String(key)) : -1;
    return place < 0 ? Infinity : place;
  });
}
