import { textWidth } from "./style.ts";

/** One column of a {@linkcode table}. */
export interface TableColumn {
  /** Its heading. */
  readonly title: string;
  /** Numbers stand right. @default "left" */
  readonly align?: "left" | "right";
}

/** Options of {@linkcode table}. */
export interface TableOptions {
  /** Put before each line. @default "" */
  readonly indent?: string;
  /** Columns of the terminal; the last column is cut to fit. @default no limit */
  readonly width?: number;
  /** Applied to the headings. @default unchanged */
  readonly heading?: (text: string) => string;
}

const GAP = "  ";

/**
 * Lays rows out in columns, without boxes.
 *
 * @param columns The columns, left to right.
 * @param rows One list of cells a row; missing cells are empty.
 * @returns Lines with ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = table([{ title: "stream" }, { title: "rows", align: "right" }], [["quakes", "1,707"]]);
 * assertEquals(text, "stream   rows\nquakes  1,707\n");
 * ```
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const { indent = "", width = Infinity, heading = (text: string) => text } = options;
  const titles = columns.map((column) => column.title);
  const widths = columns.map((column, at) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[at] ?? "")))
  );
  const line = (cells: readonly string[]) => {
    const padded = columns.map(({ align }, at) => pad(cells[at] ?? "", widths[at] ?? 0, align));
    return `${indent}${cut(padded.join(GAP).trimEnd(), width - textWidth(indent))}\n`;
  };
  const head = titles.some((title) => title !== "") ? [heading(line(titles).trimEnd()) + "\n"] : [];
  return [...head, ...rows.map(line)].join("");
}

function pad(cell: string, width: number, align: TableColumn["align"]): string {
  const space = " ".repeat(Math.max(0, width - textWidth(cell)));
  return align === "right" ? space + cell : cell + space;
}

/** Cuts a line that is too wide; a line with colours is left alone, its codes must not be torn. */
function cut(line: string, width: number): string {
  if (textWidth(line) <= width || line.includes("\x1b")) return line;
  return `${[...line].slice(0, Math.max(0, width - 1)).join("")}…`;
}
