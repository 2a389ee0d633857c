/**
 * SQLite without its silent traps: connections, transactions, batches and reading page by page.
 *
 * {@linkcode openDatabase} gives a {@linkcode Database} whose every failure is a `DatabaseError` with a code; values that
 * SQLite would change silently are refused ({@linkcode toSqlValue}); {@linkcode migrate} keeps a schema's history.
 * Only `_driver.ts` knows the SQLite package.
 *
 * {@linkcode writeBatches} and {@linkcode copyRows} write rows as they come, to SQLite and to PostgreSQL.
 *
 * {@linkcode openTables} reads whole tables of SQLite and PostgreSQL as JSON lines, in the order of a key, in pages, and
 * of one snapshot where that keeps nobody from writing.
 *
 * @module
 */
export { copyRows, type CopyRowsOptions } from "./copy_rows.ts";
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
export {
  checkHistory,
  migrate,
  type MigrateResult,
  type Migration,
  MIGRATIONS_TABLE,
} from "./migrate.ts";
export { openTables, type OpenTablesOptions } from "./open_tables.ts";
export { IF_DAMAGED } from "./_sqlite_errors.ts";
export { type PostgresSession, type SessionOptions, withSession } from "./postgres_session.ts";
export { toPostgresError } from "./_postgres_errors.ts";
export { openDatabase, type OpenDatabaseOptions } from "./open_database.ts";
export type {
  DescribeOptions,
  TableEnd,
  TablePage,
  TablePosition,
  TableQuery,
  Tables,
} from "./read_table.ts";
export type { TableWaits } from "./_ask_again.ts";
export {
  completeKey,
  missedRows,
  type TableColumn,
  type TableInfo,
  uncountedRows,
} from "./table.ts";
export {
  hostAndPort,
  parseTableAddress,
  type PostgresAddress,
  type ServerOptions,
  type SqliteAddress,
  SSL_MODES,
  TABLE_ADDRESS,
  type TableAddress,
} from "./table_address.ts";
export { type BatchOptions, type RowJob, writeBatches } from "./write_batches.ts";
export { type SqlInput, type SqlParameters, type SqlValue, toSqlValue } from "./to_sql_value.ts";
export type { TransactionOptions } from "./transaction_options.ts";
