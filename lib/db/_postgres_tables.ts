import { DatabaseError } from "../errors/mod.ts";
import {
  columnOf,
  COLUMNS_SQL,
  NAMES_SQL,
  noTable,
  TABLE_SQL,
  UNIQUE_SQL,
} from "./_postgres_columns.ts";
import { isTooLarge, toPostgresError } from "./_postgres_errors.ts";
import { condition, pageSql } from "./_postgres_page.ts";
import type { KeyText, PageRows, Range, TableEngine } from "./_table_engine.ts";
import { type Connection, openPool, type Pool } from "./_postgres_pool.ts";
import type { OpenTablesOptions } from "./open_tables.ts";
import type { TableInfo } from "./table.ts";
import type { PostgresAddress } from "./table_address.ts";

const WITHOUT_INDEXES = ["indexscan", "indexonlyscan", "bitmapscan"]
  .map((plan) => `SET LOCAL enable_${plan} = off`).join("; ");
const SECOND = 1000;
/** A connection that reads waits for no lock longer than this: everybody else would queue for it. */
const LOCK_TIMEOUT_MS = 5 * SECOND;
/** No JSON has it: inside a text it is escaped, and elsewhere it may not be. */
const SEPARATOR = "\x1e";
const encoder = new TextEncoder();

/** Reads tables of a PostgreSQL server. */
export async function postgresTables(
  address: PostgresAddress,
  options: OpenTablesOptions,
): Promise<TableEngine> {
  const where = `"${address.database}" on ${address.host}:${address.port}`;
  const { statementTimeout = 60 * SECOND } = options;
  const pool = await openPool(address, options);
  return new PostgresTables(pool, { where, statementTimeout });
}

class PostgresTables implements TableEngine {
  readonly #pool: Pool;
  readonly #about: { readonly where: string; readonly statementTimeout: number };
  #connection: Connection | undefined;

  constructor(pool: Pool, about: { readonly where: string; readonly statementTimeout: number }) {
    this.#pool = pool;
    this.#about = about;
  }

  async describe(wanted: string): Promise<TableInfo> {
    const [row] = await this.#query(TABLE_SQL, [wanted]);
    const [oid, sql, isInherited, hasLarge] = row ?? [];
    if (!oid || !sql) {
      throw new DatabaseError(
        "database-statement",
        `Cannot read table "${wanted}": ${noTable(this.#about.where)}`,
        { context: { table: wanted } },
      );
    }
    const columns = (await this.#query(COLUMNS_SQL, [oid])).map(columnOf);
    const unique = (await this.#query(UNIQUE_SQL, [oid])).map(([names]) =>
      JSON.parse(names ?? "[]") as string[]
    ).filter((set) => set.every((one) => columns.some((c) => c.name === one && c.notNull)));
    const [inherited, large] = [isInherited === "true", hasLarge === "true"];
    return { name: wanted, sql, columns, unique, isInherited: inherited, hasLarge: large };
  }

  async names(limit: number): Promise<string[]> {
    return (await this.#query(NAMES_SQL, [String(limit)])).map(([name]) => name ?? "");
  }

  async begin(): Promise<boolean> {
    // What is left of an attempt that failed must not be read from.
    this.#release(true);
    await this.#query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return true;
  }

  async page(range: Range, limit: number): Promise<PageRows | undefined> {
    // Only what is JSON itself can have line breaks between its values; elsewhere they are escaped.
    const isPlain = range.table.columns.every(({ sparkType }) => sparkType !== undefined);
    const { sql, params } = pageSql(range, limit, isPlain ? "\n" : SEPARATOR);
    const [row] = await this.#query(sql, params).catch((error) => {
      if (isTooLarge(error)) return [];
      throw error;
    });
    const [all, n, text, ...last] = row ?? [];
    const [scanned, count] = [Number(all ?? 1), Number(n ?? 0)];
    if (scanned === 0) return { count, lines: new Uint8Array(), last: [], isLast: true };
    if (!text) return undefined;
    const lines = isPlain ? text : text.replaceAll(/[\r\n]/g, " ").replaceAll(SEPARATOR, "\n");
    const isLast = scanned < limit && count === scanned;
    return { count, lines: encoder.encode(lines), last: last.map(String), isLast };
  }

  async lastKey(range: Range): Promise<readonly KeyText[] | undefined> {
    const { params, where, columns } = condition(range);
    const [row] = await this.#query(
      `SELECT ${
        columns.map((name) => `${name}::text`).join(", ")
      } FROM ${range.table.sql} AS t${where}
        ORDER BY ${columns.map((name) => `${name} DESC`).join(", ")} LIMIT 1`,
      params,
    );
    return row?.map(String);
  }

  async count(range: Range): Promise<number> {
    const { params, where } = condition(range);
    // A damaged index would count as many rows as it leads to; of a part, going through all rows would be too much.
    if (range.from === undefined) await this.#query(WITHOUT_INDEXES);
    const [row] = await this.#query(
      `SELECT count(*) FROM ${range.table.sql} AS t${where}`,
      params,
    );
    return Number(row?.[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#release(true);
    await this.#pool.end();
  }

  async #query(text: string, values: readonly string[] = []): Promise<(string | null)[][]> {
    try {
      const connection = this.#connection ??= await this.#connect();
      return (await connection.query({ text, values, rowMode: "array" })).rows;
    } catch (error) {
      this.#release(true);
      throw toPostgresError(error, `read from ${this.#about.where}`);
    }
  }

  async #connect(): Promise<Connection> {
    const connection = await this.#pool.connect();
    const settings = {
      default_transaction_read_only: "on",
      // A policy that hides rows is an error then, and no smaller table.
      row_security: "off",
      statement_timeout: this.#about.statementTimeout,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: 0,
      TimeZone: "UTC",
      DateStyle: "ISO",
      IntervalStyle: "iso_8601",
      extra_float_digits: 1,
      bytea_output: "hex",
    };
    const text = Object.entries(settings).map(([name, value]) => `SET ${name} = '${value}'`);
    try {
      await connection.query({ text: text.join("; "), values: [], rowMode: "array" });
      return connection;
    } catch (error) {
      connection.release(true);
      throw error;
    }
  }

  #release(destroy: boolean): void {
    this.#connection?.release(destroy);
    this.#connection = undefined;
  }
}
