import { paragraph } from "./help_text.ts";
import { truncate } from "./truncate.ts";

/** Lines of a terminal that one may take; who needs all of it has the file. */
const MOST_LINES = 4;

/** Where the text of a line of a log begins, after its time. */
const INDENT = " ".repeat(9);

/**
 * Wraps a line of a log for a terminal; of a very long one it takes the beginning.
 *
 * @param width Columns.
 */
export function wrapLine(line: string, width: number): string {
  const room = Math.max(20, width - INDENT.length);
  const text = paragraph(truncate(line, MOST_LINES * room), room).trimEnd();
  return text.replaceAll("\n", `\n${INDENT}`);
}
