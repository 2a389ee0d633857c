import { displayWidth, graphemes } from "./display_width.ts";

// deno-lint-ignore no-control-regex
const COLOR_PARTS = /(\x1b\[[\d;]*m)/;

/**
 * Cuts a text to a width and ends it with `…` where something is missing; colors are kept and ended.
 *
 * @param text One line.
 * @param width Columns, at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([truncate("abcdef", 4), truncate("abcd", 4)], ["abc…", "abcd"]);
 * ```
 */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let result = "";
  let used = 0;
  let colored = false;
  for (const part of text.split(COLOR_PARTS)) {
    if (part.startsWith("\x1b[")) {
      result += part;
      colored = true;
      continue;
    }
    for (const segment of graphemes(part)) {
      used += displayWidth(segment);
      if (used > width - 1) return `${result}…${colored ? "\x1b[0m" : ""}`;
      result += segment;
    }
  }
  return result;
}

/**
 * Cuts a text in its middle, two thirds of the room for its end: of a path or a long name that says most. A text with
 * colours is cut as {@linkcode truncate} does it.
 *
 * @param text One line.
 * @param width Columns, at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(truncateMiddle("in/2026/11/26/a.csv", 13), "in/2…26/a.csv");
 * ```
 */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width || COLOR_PARTS.test(text)) return truncate(text, width);
  const all = Array.from(graphemes(text));
  const head = fitting(all, Math.floor((width - 1) / 3));
  const tail = fitting(all.toReversed(), width - 1 - displayWidth(head.join("")));
  return `${head.join("")}…${tail.toReversed().join("")}`;
}

/** Returns the first parts that have room. */
function fitting(parts: readonly string[], room: number): string[] {
  let used = 0;
  const end = parts.findIndex((part) => (used += displayWidth(part)) > room);
  return parts.slice(0, end < 0 ? parts.length : end);
}
