import type { Reject } from "../errors/mod.ts";
import { displayWidth } from "./display_width.ts";
import { escapeLine } from "./escape_controls.ts";

/** A place in a text. */
export interface TextPlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Of the character within its line, 1-based. @default none: the line as a whole */
  readonly column?: number | undefined;
  /** The line, without its end. */
  readonly text: string;
  /** The column as it is said, if the text is only the end of the line. @default {column} */
  readonly said?: number | undefined;
}

/** Most characters of a line that are shown, with its number and what says that there is more: 80 columns in all. */
const MOST = 69;

/**
 * Shows a place in a text as compilers do: file, line and column, the line itself, and a caret under the column.
 *
 * Of a long line the part around the column is shown. What could steer a terminal is escaped.
 *
 * @returns Lines with their ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   excerpt({ file: "shop.yaml", line: 3, column: 7, text: "name: [shop" }),
 *   "  shop.yaml:3:7\n  3 | name: [shop\n    |       ^\n",
 * );
 * ```
 */
export function excerpt({ file, line, column, text, said = column }: TextPlace): string {
  const at = said === undefined ? "" : `:${said}`;
  const gutter = " ".repeat(String(line).length);
  const [shown, before] = around(text, column ?? 1, MOST - gutter.length);
  const caret = column === undefined
    ? ""
    : `  ${gutter} | ${" ".repeat(displayWidth(escapeLine(before)))}^\n`;
  return `  ${escapeLine(file)}:${line}${at}\n  ${line} | ${escapeLine(shown)}\n${caret}`;
}

/** Shows the line that was rejected; its column counts bytes, as all places of rejects do, and is shown in characters. */
export function rejectExcerpt(
  file: string,
  reject: Pick<Reject, "place" | "raw" | "fault">,
): string {
  const { place: { line, column }, raw, fault } = reject;
  if (line === undefined) return "";
  const offset = Math.min(fault?.offset ?? (column ?? 1) - 1, raw.length);
  const start = raw.subarray(0, offset).lastIndexOf(LF) + 1;
  // What is before the record belongs to its first line.
  const lead = start === 0 ? fault?.lead ?? "" : "";
  const decoder = new TextDecoder();
  const rest = decoder.decode(raw.subarray(start, Math.max(start + MOST_BYTES, offset)));
  const text = `${lead}${rest.split(/\r?\n/)[0]}`;
  const before = `${lead}${decoder.decode(raw.subarray(start, offset))}`;
  if (column === undefined) return excerpt({ file, line, text });
  const said = lead.startsWith("...") ? column : undefined;
  return excerpt({ file, line, column: before.length + 1, text, said });
}

const LF = 0x0a;

/** Of the bytes of a reject, which may be a megabyte. */
const MOST_BYTES = 4_096;

/** Returns what is shown of a line, and what of it is before the column. */
function around(text: string, column: number, most: number): readonly [string, string] {
  const plain = text.replaceAll("\t", " ").trimEnd();
  const at = Math.min(column - 1, plain.length);
  if (plain.length <= most) return [plain, plain.slice(0, at)];
  const start = Math.max(0, Math.min(at - Math.floor(most / 2), plain.length - most));
  const end = start + most;
  const head = start > 0 ? "..." : "";
  const tail = end < plain.length ? "..." : "";
  return [`${head}${plain.slice(start, end)}${tail}`, `${head}${plain.slice(start, at)}`];
}
