import { escapeMarkup, table } from "../terminal/mod.ts";
import { formatValue } from "./_format_value.ts";
import { Displayable } from "./displayable.ts";

/** Options of {@linkcode dataTable}. */
export interface DataTableOptions {
  /** Columns to show, in order. @default {the keys of the rows, as they first appear} */
  readonly columns?: readonly string[];
  /** Rows to show at most; what is left out is counted below. @default {20} */
  readonly limit?: number;
}

/**
 * Shows rows as a table; nothing in them is read as markup.
 *
 * @param rows Objects; columns that hold only numbers are aligned on the right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shown = dataTable([{ page: 1, records: 500 }, { page: 2, records: 1207 }]);
 * assertEquals(String(shown), "page  records\n   1      500\n   2    1,207\n");
 * ```
 */
export function dataTable(
  rows: readonly object[],
  options: DataTableOptions = {},
): Displayable {
  const titles = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shown = rows.slice(0, options.limit ?? 20);
  const values = shown.map((row) => titles.map((title) => Reflect.get(row, title)));
  const columns = titles.map((title, i) => ({
    title,
    align: values.length > 0 && values.every((row) => typeof row[i] === "number")
      ? "right" as const
      : "left" as const,
  }));
  const cells = values.map((row) => row.map(formatValue));
  const rest = rows.length - shown.length;
  const more = rest > 0 ? `… and ${formatValue(rest)} more` : "";
  return new Displayable({
    "text/plain": `${table(columns, cells)}${more === "" ? "" : `${more}\n`}`,
    "text/html": htmlTable(columns, cells) + (more === "" ? "" : `<p>${more}</p>`),
  });
}

function htmlTable(
  columns: readonly { readonly title: string; readonly align: "left" | "right" }[],
  cells: readonly (readonly string[])[],
): string {
  const line = (tag: "th" | "td", row: readonly string[]) =>
    row.map((text, i) =>
      `<${tag} style="text-align:${columns[i]?.align}">${escapeMarkup(text)}</${tag}>`
    ).join("");
  const head = `<tr>${line("th", columns.map((column) => column.title))}</tr>`;
  const body = cells.map((row) => `<tr>${line("td", row)}</tr>`).join("\n");
  return `<table><thead>${head}</thead><tbody>\n${body}\n</tbody></table>`;
}
