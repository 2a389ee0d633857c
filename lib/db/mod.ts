/**
 * SQLite without its silent traps: connections, transactions, batches and reading page by page.
 *
 * {@linkcode openDatabase} gives a {@linkcode Database} whose every failure is a `DatabaseError` with a code; values that
 * SQLite would change without a word are refused ({@linkcode toSqlValue}); {@linkcode migrate} keeps a schema's history.
 * Only `_driver.ts` knows the SQLite package.
 *
 * @module
 */
export type {
  CrashPoint,
  Database,
  InsertOptions,
  KeysetQuery,
  ReadOptions,
  Row,
  RowShape,
  RunResult,
} from "./database.ts";
export { migrate, type MigrateResult, type Migration } from "./migrate.ts";
export { openDatabase, type OpenDatabaseOptions } from "./open_database.ts";
export { type SqlInput, type SqlParameters, type SqlValue, toSqlValue } from "./to_sql_value.ts";
