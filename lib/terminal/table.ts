import { displayWidth } from "./display_width.ts";
import { truncate, truncateMiddle } from "./truncate.ts";

/** One column of a {@linkcode table}. */
export interface Column {
  /** Heading; a table without any heading has no heading line. */
  readonly title: string;
  /** Alignment of the cells. @default {"left"} */
  readonly align?: "left" | "right";
  /** Whether its cells are cut before those of other columns. @default false */
  readonly cutFirst?: boolean;
  /** Whether its cells are cut in the middle: the end of a path says most. @default false */
  readonly cutMiddle?: boolean;
  /** Whether its cells take several lines rather than being cut: for a few words. @default false */
  readonly wraps?: boolean;
  /** Whether it is left out if the table does not fit, the highest number first. @default it never is */
  readonly optional?: number;
}

/** Options of {@linkcode table}. */
export interface TableOptions {
  /**
   * Columns of the terminal to fit into: what is `optional` is left out, then columns with `cutFirst` are cut, then the
   * widest; what cannot fit even so is left out. @default {no limit}
   */
  readonly width?: number;
  /** Rather than cut below so many characters, columns are left out from the right. @default 4 */
  readonly least?: number;
  /** Text before every line. @default {""} */
  readonly indent?: string;
  /** Sets the heading off. @default {as it is} */
  readonly heading?: (text: string) => string;
  /** Takes the titles of the columns that are left out. @default {nobody does} */
  readonly leftOut?: (titles: readonly string[]) => void;
}

const GAP = "  ";
const LEAST_COLUMN = 4;

/**
 * Lays rows out in columns, without lines and boxes.
 *
 * @param columns Headings and sides.
 * @param rows Cells, as many as columns; colors in them take no room.
 * @returns Lines, each with its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const columns = [{ title: "stream" }, { title: "rows", align: "right" }] as const;
 * assertEquals(
 *   table(columns, [["events", "20"], ["flights", "3,000"]]),
 *   "stream    rows\nevents      20\nflights  3,000\n",
 * );
 * ```
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const indent = options.indent ?? "";
  const room = (options.width ?? Infinity) - displayWidth(indent);
  const all = rows.map((row) => columns.map((_, i) => oneLine(row[i] ?? "")));
  const kept = needed(
    columns.map((_, i) => widest([columns.map(titleOf), ...all], i)),
    room,
    { columns, least: options.least ?? LEAST_COLUMN },
  );
  const shown = kept.flatMap(({ at }) => columns[at] ?? []);
  options.leftOut?.(columns.filter((column) => !shown.includes(column)).map(titleOf));
  const cells = all.map((row) => kept.map(({ at }) => row[at] ?? ""));
  const titles = shown.map(titleOf);
  const widths = fit(
    kept.map(({ width }) => width),
    room,
    shown,
  );
  const lines = cells.flatMap((row) => layOut(row, shown, widths));
  if (titles.some((title) => title !== "")) {
    const heading = options.heading ?? String;
    lines.unshift(...layOut(titles, shown, widths).map((line) => heading(line)));
  }
  return lines.map((line) => `${indent}${line}\n`).join("");
}

function titleOf({ title }: Column): string {
  return title;
}

/** Returns the columns without those that are left out. */
function needed(
  widths: readonly number[],
  room: number,
  { columns, least }: { readonly columns: readonly Column[]; readonly least: number },
): { readonly at: number; readonly width: number }[] {
  const kept = widths.map((width, at) => ({ at, width, rank: columns[at]?.optional ?? -1 }));
  for (;;) {
    const last = kept.reduce((most, one) => one.rank > most.rank ? one : most, {
      rank: -1,
      at: -1,
    });
    if (last.rank < 0 || totalOf(kept.map(({ width }) => width)) <= room) break;
    kept.splice(kept.findIndex(({ at }) => at === last.at), 1);
  }
  const cut = () => totalOf(kept.map(({ width }) => Math.min(width, least)));
  while (kept.length > 1 && cut() > room) kept.pop();
  return kept;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

/** Takes from the columns that are cut first, then from the widest, and of titles last, until all fit. */
function fit(wanted: readonly number[], room: number, columns: readonly Column[]): number[] {
  const widths = [...wanted];
  const titles = columns.map(({ title }) => displayWidth(title));
  for (let excess = totalOf(widths) - room; excess > 0 && excess < Infinity; excess--) {
    const at = [
      widths.map((width, i) => columns[i]?.cutFirst ? width : 0),
      widths.map((width, i) => width > (titles[i] ?? 0) ? width : 0),
      widths,
    ].map(lastWidest).find((i) => (widths[i] ?? 0) > LEAST_COLUMN);
    if (at === undefined) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

/** Returns where the widest is; -1 if all are out of question. */
function lastWidest(widths: readonly number[]): number {
  const widest = Math.max(...widths);
  return widest === 0 ? -1 : widths.lastIndexOf(widest);
}

function layOut(
  row: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string[] {
  const pieces = row.map((cell, i) => columns[i]?.wraps ? wrapped(cell, widths[i] ?? 0) : [cell]);
  const most = pieces.reduce((lines, { length }) => Math.max(lines, length), 1);
  return Array.from({ length: most }, (_, at) =>
    pieces.map((lines, i) => {
      const width = widths[i] ?? 0;
      const shown = (columns[i]?.cutMiddle ? truncateMiddle : truncate)(lines[at] ?? "", width);
      const blank = " ".repeat(Math.max(0, width - displayWidth(shown)));
      return columns[i]?.align === "right" ? blank + shown : shown + blank;
    }).join(GAP).trimEnd());
}

function wrapped(cell: string, width: number): string[] {
  const [first = "", ...words] = cell.split(" ");
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (displayWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** A cell must neither break its line nor steer the terminal: of control characters only colors stay. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(
    // deno-lint-ignore no-control-regex
    /\x1b(?!\[[\d;]*m)|[\x00-\x1a\x1c-\x1f\x7f-\x9f]/g,
    "",
  );
}

/** Returns the columns that the widest cell needs; there may be more rows than a function takes arguments. */
function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? "")), 0);
}
