import { displayWidth } from "../../lib/terminal/mod.ts";
import { wrapText } from "./wrap_text.ts";

/** Least room for the right column; with less its text is below the left one. */
const LEAST_ROOM = 30;
const GAP = 2;

/**
 * Lays pairs out in two columns and wraps the right one, so that nothing is cut.
 *
 * @param pairs Left texts may be colored; right ones are colored by `paint`.
 * @returns Lines without ends.
 */
export function twoColumns(
  pairs: readonly (readonly [left: string, right: string])[],
  options: { readonly width: number; readonly paint?: (text: string) => string },
): string[] {
  const { width, paint = String } = options;
  const widest = width - LEAST_ROOM - GAP;
  const lefts = pairs.map(([left]) => displayWidth(left)).filter((length) => length <= widest);
  const column = Math.max(0, ...lefts) + GAP;
  return pairs.flatMap(([left, right]) => {
    const lines = wrapText(right, width - column).map(paint);
    const blank = " ".repeat(column);
    if (displayWidth(left) > widest) return [left, ...lines.map((line) => blank + line)];
    const [first = "", ...rest] = lines;
    const pad = " ".repeat(column - displayWidth(left));
    return [`${left}${first === "" ? "" : pad + first}`, ...rest.map((line) => blank + line)];
  });
}
