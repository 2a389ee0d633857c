/**
 * SQLite without its silent traps: connections, transactions, batches and reading page by page.
 *
 * {@linkcode openDatabase} gives a {@linkcode Database} whose every failure is a `DatabaseError` with a code; values that
 * SQLite would change without a word are refused ({@linkcode toSqlValue}); {@linkcode migrate} keeps a schema's history.
 * Only `_driver.ts` knows the SQLite package.
 *
 * @module
 */
export {
  type CrashPoint,
  type Database,
  type InsertOptions,
  type KeysetQuery,
  type ReadOptions,
  type Row,
  type RowShape,
  type RunResult,
} from "./database.ts";
export * from "./migrate.ts";
export * from "./open_database.ts";
export * from "./to_sql_value.ts";
