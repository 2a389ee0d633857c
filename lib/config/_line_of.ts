import { parse } from "@std/yaml";
import { valueAt } from "../grammar/mod.ts";
import type { KeyPath } from "./tree.ts";

/**
 * Finds the line of a key or, if it is missing, of the mapping around it.
 *
 * The parser keeps no places, but the first lines of a YAML file are a YAML file: the line is where the shortest one
 * that knows the path ends. A list or mapping in brackets over several lines is known by its last.
 *
 * @param text A text that can be parsed.
 * @returns A line, 1-based; `undefined` for the file as a whole.
 */
export function lineOf(text: string, path: KeyPath): number | undefined {
  const lines = text.split("\n");
  const whole = parseFirst(lines, lines.length);
  let known = path;
  while (known.length > 0 && valueAt(whole, known) === undefined) known = known.slice(0, -1);
  if (known.length === 0) return undefined;
  let [low, high, best] = [1, lines.length, lines.length];
  while (low <= high) {
    const middle = (low + high) >> 1;
    let end = middle;
    let tree = parseFirst(lines, end);
    while (tree === undefined && end < best) tree = parseFirst(lines, ++end);
    if (valueAt(tree, known) === undefined) low = end + 1;
    else [high, best] = [middle - 1, end];
  }
  return best;
}

function parseFirst(lines: readonly string[], count: number): unknown {
  try {
    return parse(lines.slice(0, count).join("\n"), { schema: "failsafe" });
  } catch {
    return undefined; // Cut inside brackets or quotes: a longer piece will do.
  }
}
