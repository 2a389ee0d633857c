import { cutText, logEvent } from "../logging/mod.ts";
import type { Driver } from "./_driver.ts";
import { insertMany } from "./_insert_many.ts";
import { readPages } from "./_read_pages.ts";
import { toDatabaseError } from "./_sqlite_errors.ts";
import { type CachedStatement, StatementCache } from "./_statement_cache.ts";
import type { SqlInput, SqlParameters, SqlValue } from "./to_sql_value.ts";
import type { TransactionOptions } from "./transaction_options.ts";

/** A row as it is read. */
export type Row = Readonly<Record<string, SqlValue>>;

/** What a caller's row type must be: columns of SQLite values, under any names. */
export type RowShape<T> = { readonly [K in keyof T]: SqlValue };

/** Options of {@linkcode Database.all} and {@linkcode Database.get}. */
export interface ReadOptions {
  /** Reads integers as bigint; without it one beyond 2^53 is a RangeError. @default {false} */
  readonly bigints?: boolean;
}

/** Options of {@linkcode Database.insertMany}. */
export interface InsertOptions {
  /** What a row does that breaks a unique constraint. @default {"fail"} */
  readonly onConflict?: "fail" | "ignore";
}

/** What {@linkcode Database.keysetPages} reads. */
export interface KeysetQuery extends ReadOptions {
  /** The table. */
  readonly table: string;
  /** Columns that together are unique and never NULL, in the order to read by. */
  readonly key: readonly string[];
  /** The columns to read. @default {all of them} */
  readonly columns?: readonly string[];
  /** A condition with `?` parameters. @default {none} */
  readonly where?: string;
  /** The values of `where`. @default {[]} */
  readonly params?: readonly SqlInput[];
  /** Rows a page. @default {1000} */
  readonly pageSize?: number;
}

/** What a writing statement did. */
export interface RunResult {
  /** Rows inserted, changed or deleted. */
  readonly changes: number;
  /** The newest rowid that this connection made. */
  readonly lastInsertRowid: bigint;
}

/** A place where a test may stop the process. */
export type CrashPoint = (name: string) => void;

/** An open SQLite database; made by `openDatabase()`. Every call is synchronous and runs to its end. */
export class Database implements Disposable {
  /** The path it was opened with. */
  readonly path: string;
  readonly #driver: Driver;
  readonly #crashPoint: CrashPoint;
  readonly #statements: StatementCache;
  #open: string | undefined;

  /** @ignore */
  constructor(driver: Driver, path: string, crashPoint: CrashPoint) {
    this.#driver = driver;
    this.path = path;
    this.#crashPoint = crashPoint;
    this.#statements = new StatementCache(driver);
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  /**
   * Reads all rows of a query; for results of unknown size use {@linkcode keysetPages}.
   *
   * Name the columns where another connection may change the schema: `SELECT *` keeps those it was prepared with.
   *
   * @typeParam T The row; SQLite does not check it, a STRICT table does.
   * @param sql One statement.
   * @param params A list for `?`, an object for `:name`; a missing or superfluous one is a TypeError.
   * @param options See {@linkcode ReadOptions}.
   * @returns The rows.
   * @throws {DatabaseError} If SQLite fails.
   */
  all<T extends RowShape<T> = Row>(
    sql: string,
    params: SqlParameters = [],
    options: ReadOptions = {},
  ): T[] {
    const rows = this.#perform(sql, (statement) => {
      return statement.all(statement.bind(params), options.bigints ?? false);
    });
    return rows as unknown as T[];
  }

  /** Reads the first row of a query, or `undefined`; otherwise like {@linkcode all}. */
  get<T extends RowShape<T> = Row>(
    sql: string,
    params: SqlParameters = [],
    options: ReadOptions = {},
  ): T | undefined {
    const row = this.#perform(sql, (statement) => {
      return statement.get(statement.bind(params), options.bigints ?? false);
    });
    return row as unknown as T | undefined;
  }

  /** Runs one writing statement; parameters as in {@linkcode all}. */
  run(sql: string, params: SqlParameters = []): RunResult {
    const result = this.#perform(sql, (statement) => statement.run(statement.bind(params)));
    if (/^\s*(?:create|alter|drop)\b/i.test(sql)) this.#statements.clear();
    return result;
  }

  /** Runs a script of any number of statements without parameters. */
  exec(sql: string): void {
    try {
      this.#driver.exec(sql);
    } catch (error) {
      throw toDatabaseError(error, `run ${excerpt(sql)} in "${this.path}"`, {
        sql,
        path: this.path,
      });
    } finally {
      this.#statements.clear();
    }
  }

  /** Sets the most bytes of a text, of bytes, and of a row; beyond them a statement fails. */
  limitLength(bytes: number): void {
    this.#driver.limitLength(bytes);
  }

  /**
   * Runs a function in one write transaction: all of it is committed, or, if it throws, nothing.
   *
   * The write lock is taken at the start (BEGIN IMMEDIATE), so that a busy database is met before any work is done.
   * The crash points `<name>:before-commit` and `<name>:after-commit` are passed on the way.
   *
   * @param name Names the transaction in errors and crash points.
   * @param fn The work; synchronous, for nothing may run between its statements.
   * @param options See {@linkcode TransactionOptions}.
   * @returns What `fn` returned.
   * @throws {DatabaseError} With code `database-busy` if another connection holds the lock for longer than the timeout.
   * @throws {TypeError} If a transaction is open already or `fn` returns a promise.
   * @throws The reason of `options.signal` if it is aborted.
   */
  transaction<T>(name: string, fn: () => T, options: TransactionOptions = {}): T {
    const { signal, flush = true } = options;
    signal?.throwIfAborted();
    if (this.#open !== undefined || this.inTransaction) {
      throw new TypeError(`Cannot begin transaction "${name}": "${this.#open ?? "BEGIN"}" is open`);
    }
    // SQLite takes another level only between transactions.
    if (!flush) this.#control("PRAGMA synchronous = NORMAL", "postpone a flush");
    try {
      return this.#transact(name, fn, signal);
    } finally {
      if (!flush) this.#control("PRAGMA synchronous = FULL", "flush again");
    }
  }

  #transact<T>(name: string, fn: () => T, signal: AbortSignal | undefined): T {
    this.#control("BEGIN IMMEDIATE", `begin transaction "${name}"`);
    this.#open = name;
    try {
      const result = fn();
      if (isPromiseLike(result)) {
        throw new TypeError(`Cannot commit transaction "${name}": its function returned a promise`);
      }
      signal?.throwIfAborted();
      this.#crashPoint(`${name}:before-commit`);
      this.#control("COMMIT", `commit transaction "${name}"`);
      this.#crashPoint(`${name}:after-commit`);
      return result;
    } catch (error) {
      this.#rollBack(name);
      throw error;
    } finally {
      this.#open = undefined;
    }
  }

  /**
   * Runs a part of a transaction that may fail alone: if it throws, what it did is undone, and the transaction goes on.
   *
   * @param fn The work; synchronous. It may hold further savepoints.
   * @returns What `fn` returned.
   * @throws {TypeError} If no transaction is open.
   */
  savepoint<T>(fn: () => T): T {
    if (!this.inTransaction) throw new TypeError("Cannot set a savepoint: no transaction is open");
    this.#control("SAVEPOINT part", "set a savepoint");
    try {
      const result = fn();
      if (isPromiseLike(result)) {
        throw new TypeError("Cannot release a savepoint: its function returned a promise");
      }
      this.#control("RELEASE part", "release a savepoint");
      return result;
    } catch (error) {
      // After some errors (disk full) SQLite has rolled everything back by itself.
      if (this.inTransaction) this.#control("ROLLBACK TO part", "roll back to a savepoint");
      if (this.inTransaction) this.#control("RELEASE part", "release a savepoint");
      throw error;
    }
  }

  /**
   * Inserts rows many at a time, all or none: outside a transaction it opens its own, named `insert:<table>`.
   *
   * @param table The table.
   * @param columns The columns, in the order of the values.
   * @param rows The rows; taken one after the other.
   * @param options See {@linkcode InsertOptions}.
   * @returns How many rows were stored.
   * @throws {DatabaseError} That names the row, counted from 0, if it breaks a constraint.
   * @throws {TypeError} If a row has another number of values than there are columns.
   */
  insertMany(
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly SqlInput[]>,
    options: InsertOptions = {},
  ): number {
    const insert = () => insertMany(this, { table, columns, rows, ...options });
    return this.inTransaction ? insert() : this.transaction(`insert:${table}`, insert);
  }

  /**
   * Reads a table page by page, each page continuing after the last key of the one before.
   *
   * Memory holds one page, errors surface, and it is faster than stepping through one cursor. Each page is its own
   * read: rows that another connection adds after the last key are seen.
   *
   * @param query What to read; its key must be covered by a unique index without NULLs, or rows would be lost.
   * @yields Pages of at least one row.
   * @throws {TypeError} If the key is not unique.
   */
  *keysetPages<T extends RowShape<T> = Row>(query: KeysetQuery): Generator<T[], void> {
    yield* readPages<T>(this, query);
  }

  /** Closes the connection; further calls are errors, a second close is not. */
  close(): void {
    this.#statements.clear();
    this.#driver[Symbol.dispose]();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  #perform<T>(sql: string, use: (statement: CachedStatement) => T): T {
    try {
      return use(this.#statements.get(sql));
    } catch (error) {
      if (error instanceof TypeError) throw error;
      throw toDatabaseError(error, `run ${excerpt(sql)} in "${this.path}"`, {
        sql,
        path: this.path,
      });
    }
  }

  #control(sql: string, action: string): void {
    try {
      this.#statements.get(sql).run([]);
    } catch (error) {
      throw toDatabaseError(error, `${action} in "${this.path}"`, { path: this.path });
    }
  }

  #rollBack(name: string): void {
    // SQLite has rolled back by itself after some errors (disk full), and after-commit has nothing to undo.
    if (!this.inTransaction) return;
    try {
      this.#control("ROLLBACK", `roll back transaction "${name}"`);
      logEvent("transaction-rolled-back", { transaction: name });
    } catch (error) {
      // The error that led here matters more; SQLite undoes the rest when the file is opened next.
      logEvent("rollback-failed", { transaction: name, error });
    }
  }
}

function excerpt(sql: string): string {
  const line = sql.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(cutText(line, 80));
}

function isPromiseLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value;
}
