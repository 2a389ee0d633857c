import { displayWidth } from "../../lib/terminal/mod.ts";

/**
 * Breaks a text into lines at its blanks; what is longer than a line alone stays whole.
 *
 * @param text Words; line breaks in it count as blanks, empty lines divide paragraphs.
 * @param width Columns of a line, at least 1.
 * @returns Lines without ends; an empty one between paragraphs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wrapText("one two three", 8), ["one two", "three"]);
 * ```
 */
export function wrapText(text: string, width: number): string[] {
  return text.trim().split(/\n\s*\n/).flatMap((paragraph, at) => [
    ...(at > 0 ? [""] : []),
    ...wrapParagraph(paragraph, width),
  ]);
}

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
