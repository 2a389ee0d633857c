// deno-lint-ignore-file no-unused-vars require-yield
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
  // TODO(you): ask for the rows after a key; yield them; which key comes next, and when is it the end?
  throw new Error(
    "Not written yet: readPages() in this file; begin with the query for the first page",
  );
}
