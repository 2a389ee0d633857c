/** A plain CSV text cut into its lines: there are no quotes in the two source files, so that a line is a row. */
export interface SampleTable {
  readonly header: string;
  /** The other lines, without their line ends. */
  readonly rows: readonly string[];
}

/** Cuts a source text into header and rows. */
export function parseTable(text: string): SampleTable {
  const [header = "", ...rows] = text.trimEnd().split("\n");
  return { header, rows };
}

/** Keeps the weather of the days `from` to `to`, both included (ISO dates, compared as text). */
export function keepDays(table: SampleTable, from: string, to: string): SampleTable {
  return {
    header: table.header,
    rows: table.rows.filter((row) => row.slice(0, 10) >= from && row.slice(0, 10) <= to),
  };
}

/** Keeps the zip codes of one state, by its two letters. */
export function keepState(table: SampleTable, state: string): SampleTable {
  return {
    header: table.header,
    rows: table.rows.filter((row) => row.split(",")[4] === state),
  };
}

/** Prints a table with `lineEnd` after every line, the last one included. */
export function formatTable(table: SampleTable, lineEnd = "\n"): string {
  return [table.header, ...table.rows].map((line) => line + lineEnd).join("");
}
