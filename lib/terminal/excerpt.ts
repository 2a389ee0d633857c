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
}

/** Most characters of a line that are shown. */
const MOST = 76;

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
export function excerpt({ file, line, column, text }: TextPlace): string {
  const at = column === undefined ? "" : `:${column}`;
  const [shown, before] = around(text, column ?? 1);
  const gutter = " ".repeat(String(line).length);
  const caret = column === undefined
    ? ""
    : `  ${gutter} | ${" ".repeat(displayWidth(escapeLine(before)))}^\n`;
  return `  ${escapeLine(file)}:${line}${at}\n  ${line} | ${escapeLine(shown)}\n${caret}`;
}

/** Shows the line that was rejected; its column counts bytes, as all places of rejects do. */
export function rejectExcerpt(file: string, { place, raw }: Pick<Reject, "place" | "raw">): string {
  const { line, column } = place;
  if (line === undefined) return "";
  const decoder = new TextDecoder();
  const [text = ""] = decoder.decode(raw.subarray(0, MOST_BYTES)).split(/\r?\n/);
  const before = column === undefined ? "" : decoder.decode(raw.subarray(0, column - 1));
  return excerpt({ file, line, column: column === undefined ? column : before.length + 1, text });
}

/** Of the bytes of a reject, which may be a megabyte. */
const MOST_BYTES = 4_096;

/** Returns what is shown of a line, and what of it is before the column. */
function around(text: string, column: number): readonly [string, string] {
  const plain = text.replaceAll("\t", " ").trimEnd();
  const at = Math.min(column - 1, plain.length);
  if (plain.length <= MOST) return [plain, plain.slice(0, at)];
  const start = Math.max(0, Math.min(at - MOST / 2, plain.length - MOST));
  const end = start + MOST;
  const head = start > 0 ? "..." : "";
  const tail = end < plain.length ? "..." : "";
  return [`${head}${plain.slice(start, end)}${tail}`, `${head}${plain.slice(start, at)}`];
}
