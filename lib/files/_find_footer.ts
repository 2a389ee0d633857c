import type { SampleRow } from "./_fit_dialect.ts";

const MOST_ROWS = 10;
/** How rows begin that say something about those above them. */
const SUMMARY =
  /^\W*(?:grand total|sub-?total|totals?|sum|average|footnotes?|sources?|notes?|end of|generated|exported|printed)\b/i;
const STARTS_WITH_WORD = /^[^\p{L}\p{N}]*\p{L}[\p{L}\p{N}]*/u;

/**
 * Finds rows at the end of a table that are no data, and a pattern that matches them and no row above them.
 *
 * @param rows Rows below the header, to the end of the file.
 */
export function findFooter(
  rows: readonly SampleRow[],
  { width, delimiter }: { readonly width: number; readonly delimiter: string },
): { readonly pattern: string; readonly rows: number } | undefined {
  const kinds = rows.map((row) => kindOf(row, width));
  let from = rows.length;
  while (from > 1 && rows.length - from < MOST_ROWS && kinds[from - 1] !== undefined) from--;
  const above = new Set(kinds.slice(0, from));
  // What is among the data as well is data.
  while (from < rows.length && kinds.slice(from).some((kind) => above.has(kind))) from++;
  const footer = rows.slice(from);
  const starts = new Set(footer.map(({ text }) => startOf(text, delimiter)));
  if (starts.size === 0) return undefined;
  const [one = ""] = starts;
  const pattern = starts.size === 1 ? `^${one}` : `^(?:${[...starts].join("|")})`;
  const matches = new RegExp(pattern, "u");
  if (rows.slice(0, from).some(({ text }) => matches.test(text))) return undefined;
  return { pattern, rows: footer.length };
}

/** Why a row may be no data. */
function kindOf({ fields, isEnded }: SampleRow, width: number): string | undefined {
  const [first = ""] = fields;
  const filled = fields.filter((text) => text.trim() !== "").length;
  if (filled === 0) return "empty";
  if (SUMMARY.test(first)) return "summary";
  // A number may begin a row of data in the middle, which is not seen.
  if (!STARTS_WITH_WORD.test(first)) return undefined;
  if (fields.length === width) return width > 2 && filled === 1 ? "lone" : undefined;
  // The last row of a file that is cut off is no footer.
  return fields.length === 1 && isEnded ? "text" : undefined;
}

/** Returns a pattern of how a row begins: its first word, or that it is empty. */
function startOf(text: string, delimiter: string): string {
  const [start] = STARTS_WITH_WORD.exec(text) ?? [];
  const escaped = (start ?? delimiter.charAt(0)).replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return start === undefined ? `${escaped}*$` : escaped;
}
