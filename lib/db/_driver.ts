// The one file that knows the SQLite package. Another one (npm:better-sqlite3, say) is a rewrite of this file alone.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { readDatabaseImage } from "./_database_image.ts";
import type { SqlValue } from "./to_sql_value.ts";

/** What {@linkcode openDriver} needs, complete. */
export interface DriverOptions {
  /** How long a statement waits for another connection's lock, in ms; the wait blocks the thread. */
  readonly timeout: number;
  readonly readOnly: boolean;
}

/** Values bound to a statement: by position, or by bare name. */
export type Bound = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** One prepared statement; every call runs it to its end. */
export interface DriverStatement {
  /** The text of the one statement that was compiled; what followed it in the source is not in here. */
  readonly source: string;
  readonly columns: readonly string[];
  all(bound: Bound, bigints: boolean): Record<string, SqlValue>[];
  get(bound: Bound, bigints: boolean): Record<string, SqlValue> | undefined;
  run(bound: Bound): { readonly changes: number; readonly lastInsertRowid: bigint };
}

/** A connection. */
export interface Driver extends Disposable {
  readonly inTransaction: boolean;
  prepare(sql: string): DriverStatement;
  /** Runs a script; its errors carry only a message. */
  exec(sql: string): void;
  /** Sets the most bytes of a text, of bytes, and of a row. */
  limitLength(bytes: number): void;
}

/** Opens a connection; throws the package's own errors. */
export function openDriver(path: string, options: DriverOptions): Driver {
  const connection = connect(path, options) as Limited;
  return {
    get inTransaction() {
      return connection.isTransaction;
    },
    prepare: (sql) => prepareStatement(connection, sql),
    exec: (sql) => connection.exec(sql),
    limitLength: (bytes) => {
      connection.limits.length = bytes;
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

function connect(path: string, { timeout, readOnly }: DriverOptions): DatabaseSync {
  const image = readOnly ? readDatabaseImage(path) : undefined;
  if (image === undefined) {
    const connection = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true });
    // Of a connection that only reads the runtime (2.9.6) ignores the option `timeout`, and waits 5 s.
    connection.exec(`PRAGMA busy_timeout = ${timeout}`);
    return connection;
  }
  const connection = new DatabaseSync(":memory:");
  connection.deserialize(image);
  connection.exec("PRAGMA query_only = ON");
  return connection;
}

/** What the types of the runtime (2.9.6) leave out. */
type Limited = DatabaseSync & { readonly limits: { length: number } };
type Statement = StatementSync & { setReturnArrays(enabled: boolean): void };

/** From so many rows on lists, and objects made here, take half the time of the package's objects. */
const MANY_ROWS = 100;

function prepareStatement(connection: DatabaseSync, sql: string): DriverStatement {
  const statement = connection.prepare(sql) as Statement;
  // A statement that has just returned many rows is expected to do so again.
  let isMany = false;
  return {
    source: statement.sourceSQL,
    columns: statement.columns().map((column) => column.name),
    all(bound, bigints) {
      statement.setReadBigInts(bigints);
      statement.setReturnArrays(isMany);
      // Never iterate(): a step that fails ends it silently, and rows are lost without an error.
      const found: unknown = isList(bound) ? statement.all(...bound) : statement.all(bound);
      const rows = isMany
        ? objectsOf(statement, found as SqlValue[][])
        : found as Record<string, SqlValue>[];
      isMany = rows.length >= MANY_ROWS;
      return rows;
    },
    get(bound, bigints) {
      statement.setReadBigInts(bigints);
      statement.setReturnArrays(false);
      const row = isList(bound) ? statement.get(...bound) : statement.get(bound);
      return row as Record<string, SqlValue> | undefined;
    },
    run(bound) {
      statement.setReadBigInts(true);
      const result = isList(bound) ? statement.run(...bound) : statement.run(bound);
      return {
        changes: Number(result.changes),
        lastInsertRowid: BigInt(result.lastInsertRowid),
      };
    },
  };
}

/** Gives each value the name of its column; the names are asked for again, as another connection may change the schema. */
function objectsOf(
  statement: StatementSync,
  rows: (readonly SqlValue[])[],
): Record<string, SqlValue>[] {
  if (rows.length === 0) return [];
  const names = statement.columns().map(({ name }) => name);
  // In the place of their lists: both at once would be twice as much.
  const objects = rows as unknown as Record<string, SqlValue>[];
  for (const [at, row] of rows.entries()) {
    // V8 keeps one that is made without a prototype as a table of its own, which takes four times the memory.
    const object: Record<string, SqlValue> = Object.setPrototypeOf({}, null);
    for (let n = 0; n < names.length; n++) object[names[n] ?? ""] = row[n] ?? null;
    objects[at] = object;
  }
  return objects;
}

function isList(bound: Bound): bound is readonly SqlValue[] {
  return Array.isArray(bound);
}
