import { askAgain, type TableWaits } from "./_ask_again.ts";
import { actionFor, type BackoffOptions, DatabaseError } from "../errors/mod.ts";
import { hearing } from "../io/mod.ts";
import { logEvent } from "../logging/mod.ts";
import {
  type KeyText,
  mostBytes,
  PAGE_BYTES,
  type PageRows,
  type Range,
  type TableEngine,
} from "./_table_engine.ts";
import { completeKey, nullableOf, type TableColumn, type TableInfo } from "./table.ts";

/** What to read of a table. */
export interface TableQuery {
  /** The table, as it was described. */
  readonly table: TableInfo;
  /** Columns to read by, in their order. @default {its primary key} */
  readonly key?: readonly string[];
  /** The first key column's value, as in JSON, from which to read; rows that have NULL there are read all the same. */
  readonly from?: string | undefined;
  /** Where to go on. @default {the beginning} */
  readonly position?: TablePosition | null;
  /** Stops between two pages. @default {never} */
  readonly signal?: AbortSignal;
  /** How a page is asked for again, if the database is busy or its connection breaks. @default {BACKOFF} */
  readonly retry?: BackoffOptions;
}

/** Where reading goes on; a JSON value. */
export interface TablePosition {
  /** Number of the part: the rows without NULL in their key are the first. */
  readonly part: number;
  /** Key of the last row that was read in it. */
  readonly after: readonly string[] | null;
  /** Last key when reading began; what comes after it is for the next read. */
  readonly until: readonly string[] | null;
}

/** Some rows of a table. */
export interface TablePage {
  /** How many. */
  readonly rows: number;
  /** One JSON object a line, the key columns first; without a line break at the end. */
  readonly lines: Uint8Array;
  /** Where reading goes on after it. */
  readonly position: TablePosition;
  /** Attempts that it took. */
  readonly attempts: number;
  /** Ms that it waited between them. */
  readonly waited: number;
  /** Why `lines` are no more than the key of one row: it is too large. */
  readonly tooLarge?: string;
}

/** How the reading of a table ended. */
export interface TableEnd {
  /** Whether all rows are of one moment; if not, each is as it was when its page was read. */
  readonly oneSnapshot: boolean;
  /** Rows that the database counted in that snapshot; `undefined` without one, or if counting took too long. */
  readonly counted?: number | undefined;
}

/** Options of {@linkcode Tables.describe} and {@linkcode Tables.checkCursor}. */
export interface DescribeOptions {
  /** Stops between two attempts. @default never */
  readonly signal?: AbortSignal;
  /** How it is asked for again, as a page is. @default {it is not} */
  readonly retry?: BackoffOptions;
}

const FIRST_PAGE_ROWS = 100;
const MOST_PAGE_ROWS = 5000;

/** Tables of a database that is open for reading. */
export class Tables implements AsyncDisposable {
  readonly #engine: TableEngine;
  readonly #waits: TableWaits;

  /** @ignore */
  constructor(engine: TableEngine, waits: TableWaits) {
    this.#engine = engine;
    this.#waits = waits;
  }

  /**
   * Asks the database what a table is.
   *
   * @param options See {@linkcode DescribeOptions}.
   * @throws {DatabaseError} `database-statement` if there is no such table.
   */
  describe(table: string, options: DescribeOptions = {}): Promise<TableInfo> {
    return this.#ask(table, () => this.#engine.describe(table), options);
  }

  /**
   * Refuses a column that an incremental read would lose rows by: not all of its values are of the kind it is read as.
   *
   * @throws {DatabaseError} `database-statement`.
   */
  async checkCursor(
    table: TableInfo,
    column: TableColumn,
    options: DescribeOptions = {},
  ): Promise<void> {
    const type = await this.#ask(
      table.name,
      () => Promise.resolve(this.#engine.misfit?.(table, column)),
      options,
    );
    if (type === undefined) return;
    throw new DatabaseError(
      "database-statement",
      `Cannot read table "${table.name}" by column "${column.name}": a row has a value of type ${type} in it, expected ` +
        "text in every row, or a column of type INTEGER; correct such rows, or read snapshots",
      { context: { table: table.name, key: [column.name] } },
    );
  }

  /**
   * Asks the database for the names of its tables, in their order; those of its own are left out.
   *
   * @param limit How many at most.
   */
  names(limit: number): Promise<readonly string[]> {
    return this.#engine.names(limit);
  }

  /**
   * Reads a table in the order of a key, page by page; the next page is read when it is asked for.
   *
   * All pages are of one snapshot if the engine can hold one without keeping others from writing, and nothing breaks it.
   * Otherwise reading goes up to the last key that there was at the beginning, and each row is as its page found it.
   *
   * @param query See {@linkcode TableQuery}.
   * @yields Pages of at least one row.
   * @returns Whether it was one snapshot, and how many rows that has.
   * @throws {DatabaseError} If the database fails, and not only for a moment.
   */
  read(query: TableQuery): AsyncGenerator<TablePage, TableEnd> {
    return new Reading(query, this.#engine, this.#waits).pages();
  }

  #ask<T>(
    table: string,
    question: () => Promise<T>,
    { signal, retry = { limit: 0 } }: DescribeOptions,
  ): Promise<T> {
    return askAgain(question, { table, retry, waits: this.#waits, hear: hearing(signal) });
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#engine[Symbol.asyncDispose]();
  }
}

/** One reading of a table. */
class Reading {
  readonly #query: TableQuery;
  readonly #engine: TableEngine;
  readonly #waits: TableWaits;
  readonly #key: readonly string[];
  readonly #parts: readonly (readonly string[])[];
  #oneSnapshot: boolean;
  readonly #hear: () => Promise<void>;
  #begun = false;
  /** Of the last question. */
  #attempts = 0;
  #waited = 0;
  #limit = FIRST_PAGE_ROWS;

  constructor(query: TableQuery, engine: TableEngine, waits: TableWaits) {
    const { table, key = [], position = null } = query;
    this.#query = query;
    this.#engine = engine;
    this.#waits = waits;
    this.#key = completeKey(table, key);
    this.#parts = partsOf(nullableOf(table, this.#key));
    this.#oneSnapshot = position === null;
    this.#hear = hearing(query.signal);
  }

  async *pages(): AsyncGenerator<TablePage, TableEnd> {
    const { position = null } = this.#query;
    const until = position === null
      ? await this.#ask(() => this.#engine.lastKey(this.#range(0))) ?? null
      : position.until;
    for (let part = position?.part ?? 0; part < this.#parts.length; part++) {
      // Nothing was there without NULLs: what comes now is for the next read.
      if (part === 0 && until === null) continue;
      yield* this.#readPart(part, part === position?.part ? position.after : null, until);
    }
    const oneSnapshot = this.#oneSnapshot;
    const counted = oneSnapshot ? await this.#count() : undefined;
    // A stop during the count is the last that keeps a result from being made.
    await this.#hear();
    return { oneSnapshot, counted };
  }

  async *#readPart(
    part: number,
    from: readonly KeyText[] | null,
    until: readonly KeyText[] | null,
  ): AsyncGenerator<TablePage, void> {
    const end = part === 0 && until !== null ? { until } : {};
    for (let after = from;;) {
      const limit = this.#limit;
      const range = { ...this.#range(part), ...end, ...(after === null ? {} : { after }) };
      const found = await this.#ask(() => this.#engine.page(range, limit));
      if (found === undefined && limit > 1) {
        this.#limit = Math.floor(limit / 2);
        continue;
      }
      const { count, lines, last, isLast } = found ?? await this.#keyAlone(range);
      if (count > 0) {
        after = last;
        const fit = Math.floor(PAGE_BYTES / (lines.length / count));
        this.#limit = Math.max(1, Math.min(MOST_PAGE_ROWS, fit, limit * 8));
        const page = { rows: count, lines, position: { part, after, until } };
        const tooLarge = found === undefined ? { tooLarge: TOO_LARGE } : {};
        yield { ...page, attempts: this.#attempts, waited: this.#waited, ...tooLarge };
      }
      if (isLast) return;
    }
  }

  /** Reads of the first row of a range no more than its key. */
  async #keyAlone(range: Range): Promise<PageRows> {
    const { table, key } = range;
    const columns = key.map((name) =>
      table.columns.find((column) => column.name === name) ?? { name, type: "", notNull: true }
    );
    const page = await this.#ask(() =>
      this.#engine.page({ ...range, table: { ...table, columns } }, 1)
    );
    if (page !== undefined) return page;
    throw new DatabaseError(
      "database-constraint",
      `Cannot read table "${table.name}": the key of a row alone is ${TOO_LARGE}`,
      { context: { table: table.name } },
    );
  }

  #range(part: number): Range {
    const { table, from } = this.#query;
    return { table, key: this.#key, nulls: this.#parts[part] ?? [], from };
  }

  /** Asks, and asks again after what may pass; another connection is another snapshot. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const { table: { name: table }, retry } = this.#query;
    [this.#attempts, this.#waited] = [1, 0];
    const ask = async () => {
      if (!this.#begun) this.#oneSnapshot = await this.#engine.begin() && this.#oneSnapshot;
      this.#begun = true;
      return await question();
    };
    const onWaited = (ms: number) => {
      this.#attempts++;
      this.#waited += ms;
      if (this.#begun) this.#oneSnapshot = false;
      this.#begun = false;
    };
    return await askAgain(ask, { table, retry, waits: this.#waits, hear: this.#hear, onWaited });
  }

  async #count(): Promise<number | undefined> {
    try {
      let sum = 0;
      for (const part of this.#parts.keys()) sum += await this.#engine.count(this.#range(part));
      return sum;
    } catch (error) {
      if (actionFor("table", error) !== "retry") throw error;
      logEvent("table-not-counted", { error });
      return undefined; // The rows are read; only their number is not confirmed.
    }
  }
}

const TOO_LARGE = `more than ${mostBytes(1) / 1024 ** 2} MB as JSON`;

/** The parts of a table: one for each set of key columns that may be NULL together, that without NULLs first. */
function partsOf(nullable: readonly string[]): string[][] {
  return Array.from(
    { length: 2 ** nullable.length },
    (_, bits) => nullable.filter((_, at) => (bits >> at) & 1),
  );
}
