/**
 * A correction is a replacement of a range, not an addition to it: what the source has no more is as wrong as what it has
 * changed. So the old rows of the range go, all of them, and what the source has today comes.
 *
 * The range is half-open, as every range here. Two ranges that meet then share nothing and miss nothing; with a closed one
 * midnight belongs to both days, and with 23:59:59 the last second has no day.
 *
 * What comes is filtered by the same range. A source that takes dates for local days, or knows no upper end, sends more than it
 * was asked for, and those rows belong to days that nobody wanted to touch.
 *
 * The watermark says how far the ordinary runs have come. A correction does not come any further.
 *
 * Everything is read before anything is changed: half a correction is worse than none, since nobody knows which half.
 *
 * @module
 */
/** A row of the table. */
export interface Row {
  readonly id: string;
  /** ISO time in UTC with whole seconds, such as `2026-05-14T10:00:00Z`. */
  readonly at: string;
  readonly value: number;
}

/** What was loaded. */
export interface Table {
  readonly rows: readonly Row[];
  /** Where the next ordinary run begins. */
  readonly watermark: string;
}

/** `from` is in it, `until` is not. */
export interface Range {
  readonly from: string;
  readonly until: string;
}

/** Yields pages of what the source has in a range. */
export type FetchRows = (range: Range) => AsyncIterable<readonly Row[]>;

/** Reads a range again; returns the table as it should be. */
export async function correct(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const isIn = ({ at }: Row) => range.from <= at && at < range.until;
  const fresh = new Map<string, Row>();
  for await (const page of fetchRows(range)) {
    for (const row of page) if (isIn(row)) fresh.set(row.id, row);
  }
  const kept = table.rows.filter((row) => !isIn(row) && !fresh.has(row.id));
  return { ...table, rows: [...kept, ...fresh.values()] };
}
