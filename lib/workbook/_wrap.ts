import { displayWidth } from "../terminal/mod.ts";

/** Breaks text at spaces into lines of at most `width` columns; lines of the text stay lines. */
export function wrap(text: string, width: number, indent: string = ""): string {
  const room = width - indent.length;
  return text.split("\n").flatMap((line) => wrapLine(line, room)).map((line) =>
    `${indent}${line}`.trimEnd() + "\n"
  ).join("");
}

function wrapLine(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (displayWidth(longer) <= room || current === "") current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}
