import { isTooLarge } from "./_postgres_errors.ts";
import { type PageSize, pageSql, pagesSql, type Statement } from "./_postgres_page.ts";
import type { Row } from "./_postgres_pool.ts";
import { orderedBy, PAGE_BYTES, type PageRows, type Range } from "./_table_engine.ts";

/** No JSON has it: inside a text it is escaped, and elsewhere it may not be. */
const SEPARATOR = "\x1e";
/** Most bytes, about, and pages of one statement. */
const [AHEAD_BYTES, MOST_PAGES] = [PAGE_BYTES / 2, 8];
/** Where a transaction goes back to after a statement that failed. */
export const SAVEPOINT = "page";
const encoder = new TextEncoder();

/** How statements for pages are asked. */
export interface Asking {
  /** Asks, and returns all rows. */
  readonly all: (statement: Statement) => Promise<Row[]>;
  /** Asks, and returns rows as they come; `undefined` for each that is missing to `most`. */
  readonly each: (statement: Statement, most: number) => Promise<Promise<Row | undefined>[]>;
}

/** A page as a statement returns it, and the most rows that it could have. */
interface LimitedRow {
  readonly row: Row;
  readonly limit: number;
}

/** Pages of tables, one at a time, some of them read ahead: the server works on one while another is on its way. */
export class PostgresPages {
  readonly #asking: Asking;
  #before: PageRows | undefined;
  #ahead: { readonly limit: number; readonly rows: Promise<Row | undefined>[] } | undefined;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** Reads a page; `undefined` if its lines would be too large. */
  async page(range: Range, limit: number): Promise<PageRows | undefined> {
    // Only what is JSON itself can have line breaks between its values; elsewhere they are escaped.
    const isPlain = range.table.columns.every(({ sparkType }) => sparkType !== undefined);
    const size = { limit, separator: isPlain ? "\n" : SEPARATOR };
    const found = await this.#row(range, size).catch((error) => this.#tooLarge(error));
    this.#before = undefined;
    const [all, n, text, ...keys] = found?.row ?? [];
    const last = keys.slice(0, orderedBy(range).length).map(String);
    const [scanned, count] = [Number(all ?? 1), Number(n ?? 0)];
    if (scanned === 0) return { count, lines: new Uint8Array(), last: [], isLast: true };
    if (found === undefined || !text) return undefined;
    const lines = isPlain ? text : text.replaceAll(/[\r\n]/g, " ").replaceAll(SEPARATOR, "\n");
    const isLast = scanned < found.limit && count === scanned;
    this.#before = { count, lines: encoder.encode(lines), last, isLast };
    return this.#before;
  }

  /** Forgets what was read ahead: it was of another snapshot. */
  forget(): void {
    this.#before = undefined;
    this.#ahead = undefined;
  }

  async #row(range: Range, size: PageSize): Promise<LimitedRow> {
    const before = range.after === this.#before?.last ? this.#before : undefined;
    const known = before === undefined ? undefined : await this.#nextAhead(range);
    if (known !== undefined) return known;
    // What is of another range is not wanted any more, but its statement has to end.
    await Promise.all(this.#ahead?.rows ?? []);
    this.#ahead = undefined;
    const pages = before === undefined ? 1 : pagesAhead(range, size, before);
    if (pages > 1) {
      const rows = await this.#asking.each(pagesSql(range, size, pages), pages);
      this.#ahead = { limit: size.limit, rows };
      const first = await this.#nextAhead(range);
      if (first !== undefined) return first;
    }
    const [row = []] = await this.#asking.all(pageSql(range, size));
    return { row, limit: size.limit };
  }

  /** The next page that was read ahead, if it begins where the one before has ended. */
  async #nextAhead({ after = [] }: Range): Promise<LimitedRow | undefined> {
    const ahead = this.#ahead;
    const row = await ahead?.rows.shift();
    const follows = row?.slice(-after.length).every((value, at) => value === after[at]);
    return ahead !== undefined && row && follows ? { row, limit: ahead.limit } : undefined;
  }

  /** Goes back to where the statement that failed began, in the same snapshot. */
  async #tooLarge(error: unknown): Promise<undefined> {
    if (!isTooLarge(error)) throw error;
    this.#ahead = undefined;
    await this.#asking.all({ sql: `ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, params: [] });
  }
}

/** How many pages one statement may read: an index has to lead to each, and none may be larger than it seems. */
function pagesAhead(range: Range, { limit }: PageSize, { lines, count }: PageRows): number {
  const order = JSON.stringify(orderedBy(range));
  const { hasLarge, unique } = range.table;
  if (hasLarge || !unique.some((names) => JSON.stringify(names) === order)) return 1;
  return Math.min(MOST_PAGES, Math.floor(AHEAD_BYTES / (lines.length / count * limit)));
}
