/**
 * A key does not move. Whatever is deleted or inserted before it, "all rows after (day, number)" are the same rows; "all rows
 * after the 5,000th" are not. The row itself may be gone: it is compared with, not looked for.
 *
 * The comparison is one of lists, (day, number) > (?, ?): larger in the first column, or equal there and larger in the second.
 * Written by hand that is `day > ? OR day = ? AND number > ?`; both of the shorter forms that come to mind lose rows. The index
 * of the primary key answers it without reading what was read before, so that the last page costs what the first one costs.
 *
 * A page that is not full is the last one: there was nothing more after it. What is inserted behind the key later belongs to the
 * next run, and to this one if it comes in time; both are right, as those rows were not there from the beginning.
 *
 * The pages are several reads, not one snapshot: each row is as it was when its page was read. Where that is not enough, one
 * transaction has to be held around all of them (lib/db does so where it keeps nobody from writing).
 *
 * @module
 */
/** A connection that reads. */
export interface Db {
  /** Reads all rows of a query. */
  all<T>(sql: string, params?: readonly (string | number)[]): T[];
}

/** A row of `events`. */
export interface Event {
  readonly day: string;
  readonly number: number;
  readonly body: string;
}

/** The key of a row. */
export interface Key {
  readonly day: string;
  readonly number: number;
}

/** Some rows. */
export interface Page {
  readonly rows: readonly Event[];
  /** The key of the last of them. */
  readonly position: Key;
}

/** Reads the table page by page, from the beginning or after a key. */
export function* readPages(db: Db, size: number, position: Key | null): Generator<Page, void> {
  let after = position;
  while (true) {
    const rows = pageAfter(db, size, after);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { day: last.day, number: last.number };
    yield { rows, position: after };
    if (rows.length < size) return;
  }
}

function pageAfter(db: Db, size: number, after: Key | null): Event[] {
  const order = "ORDER BY day, number LIMIT ?";
  if (after === null) {
    return db.all<Event>(`SELECT day, number, body FROM events ${order}`, [size]);
  }
  return db.all<Event>(
    `SELECT day, number, body FROM events WHERE (day, number) > (?, ?) ${order}`,
    [after.day, after.number, size],
  );
}
