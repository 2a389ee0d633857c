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
