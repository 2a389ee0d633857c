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
  /** Asks over one of the connections, and returns rows as they come; `undefined` for each that is missing to `most`. */
  readonly each: (
    statement: Statement,
    options: EachOptions,
  ) => Promise<Promise<Row | undefined>[]>;
  /** Returns how many connections see one snapshot, once another has been asked for. */
  readonly lanes: () => Promise<number>;
}

/** Options of {@linkcode Asking.each}. */
export interface EachOptions {
  readonly most: number;
  /** Number of the connection. */
  readonly lane: number;
}

/** A page as a statement returns it, and the most rows that it could have. */
interface LimitedRow {
  readonly row: Row;
  readonly limit: number;
}

/** Pages of one statement that were not asked for yet. */
interface Ahead {
  readonly lane: number;
  readonly limit: number;
  readonly rows: Promise<Row | undefined>[];
}

/**
 * Pages of tables, one at a time, some of them read ahead: the server works on them while one is on its way. A table that
 * goes on is read over two connections by turns, if they can see the same snapshot.
 */
export class PostgresPages {
  readonly #asking: Asking;
  #before: PageRows | undefined;
  /** In the order of their pages. */
  #ahead: Ahead[] = [];
  #lanes = 1;

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
    this.#ahead = [];
    this.#lanes = 1;
  }

  async #row(range: Range, size: PageSize): Promise<LimitedRow> {
    const before = range.after === this.#before?.last ? this.#before : undefined;
    if (before !== undefined) {
      const pages = pagesAhead(range, size, before);
      if (pages > 1) await this.#readAhead(range, size, pages);
      const next = await this.#nextAhead(range);
      if (next !== undefined) return next;
    }
    // What is of another range is not wanted any more, but its statements have to end.
    const unwanted = this.#ahead.flatMap(({ rows }) => rows);
    this.#ahead = [];
    await Promise.all(unwanted);
    const [row = []] = await this.#asking.all(pageSql(range, size));
    return { row, limit: size.limit };
  }

  /** Lets each connection that has nothing to do read the pages after those that are under way. */
  async #readAhead(range: Range, size: PageSize, pages: number): Promise<void> {
    const { limit } = size;
    if (this.#ahead[0]?.rows.length === 0) {
      this.#ahead.shift();
      // There was more than one statement read: another connection is worth it.
      if (this.#lanes === 1) this.#lanes = await this.#asking.lanes();
    }
    for (let lane = 0; lane < this.#lanes; lane++) {
      if (this.#ahead.some((ahead) => ahead.lane === lane)) continue;
      const skip = this.#ahead.reduce((sum, { rows, limit }) => sum + rows.length * limit, 0);
      const statement = pagesSql(range, size, { pages, skip });
      const rows = await this.#asking.each(statement, { most: pages, lane });
      this.#ahead.push({ lane, limit, rows });
    }
  }

  /** The next page that was read ahead, if it begins where the one before has ended. */
  async #nextAhead({ after = [] }: Range): Promise<LimitedRow | undefined> {
    const [ahead] = this.#ahead;
    const row = await ahead?.rows.shift();
    const follows = row?.slice(-after.length).every((value, at) => value === after[at]);
    return ahead !== undefined && row && follows ? { row, limit: ahead.limit } : undefined;
  }

  /** Goes back to where the statement that failed began, in the same snapshot. */
  async #tooLarge(error: unknown): Promise<undefined> {
    if (!isTooLarge(error)) throw error;
    this.#ahead = [];
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
