import { displayWidth } from "./display_width.ts";

/** A space and what is never broken after it: what is in quotes, a command line to copy, which two spaces end, or a word. */
const PART =
  /(\s*)((?:[^\s"]*"(?:[^"\\]|\\.)*")+\S*|(?:deno task|headwaters) (?:[^\s;:,)]|\s(?!\s)|[:,](?! ))*[^\s;:,)]\S*|\S+)/g;

/** Share of a line that columns may take, for what follows them to be wrapped under itself. */
const MOST_COLUMNS = 0.6;

/**
 * Wraps the lines of a text that are longer than a terminal is wide; what follows is indented, under the last column where
 * the line has some. Quoted text and command lines stay whole, those of several lines too, so that they can be copied.
 *
 * @param width Columns; `Infinity` where there is no limit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wrapText('a.csv:  expected "id, v"; found 1', 20), 'a.csv:  expected\n        "id, v";\n        found 1');
 * ```
 */
export function wrapText(text: string, width: number): string {
  if (!Number.isFinite(width)) return text;
  const fits = (line: string) => line.endsWith("\\") || displayWidth(line) <= width;
  return text.split("\n").map((line) => fits(line) ? line : wrapLong(line, width)).join("\n");
}

function wrapLong(line: string, width: number): string {
  const indent = " ".repeat(indentOf(line, width));
  const lines = [""];
  for (const [, gap = "", part = ""] of line.matchAll(PART)) {
    const last = lines.at(-1) ?? "";
    const longer = `${last}${gap}${part}`;
    if (last.trim() !== "" && displayWidth(longer) > width) lines.push(`${indent}${part}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** Columns before what goes on: those of the line's own columns, which two spaces part, or its indent and two. */
function indentOf(line: string, width: number): number {
  const ends = Array.from(
    line.matchAll(/\S\s{2,}/g),
    (gap) => displayWidth(line.slice(0, gap.index + gap[0].length)),
  );
  const own = /^ */.exec(line)?.[0].length ?? 0;
  return ends.filter((end) => end <= MOST_COLUMNS * width).at(-1) ?? own + 2;
}
