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
import { condition, type Statement } from "./_postgres_page.ts";
import { type EachOptions, PostgresPages, SAVEPOINT } from "./postgres_pages.ts";
import type { KeyText, PageRows, Range, TableEngine } from "./_table_engine.ts";
import { type Connection, openPool, type Pool, type Row, sendForRows } from "./_postgres_pool.ts";
import type { OpenTablesOptions } from "./open_tables.ts";
import type { TableInfo } from "./table.ts";
import type { PostgresAddress } from "./table_address.ts";

const WITHOUT_INDEXES = ["indexscan", "indexonlyscan", "bitmapscan"]
  .map((plan) => `SET LOCAL enable_${plan} = off`).join("; ");
const SECOND = 1000;
const BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/** A connection that reads waits for no lock longer than this: everybody else would queue for it. */
const LOCK_TIMEOUT_MS = 5 * SECOND;

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
  readonly #pages = new PostgresPages({
    all: ({ sql, params }) => this.#query(sql, params),
    each: (statement, options) => this.#each(statement, options),
    lanes: () => this.#openSecond(),
  });
  #connection: Connection | undefined;
  /** Another one that sees the same, for pages of large tables. */
  #second: Connection | undefined;
  /** Name of the snapshot; `undefined` if another connection cannot have it. */
  #snapshot: string | null | undefined;

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
    await this.#query(BEGIN);
    try {
      const [row] = await this.#query("SELECT pg_export_snapshot()");
      this.#snapshot = row?.[0];
    } catch {
      // Not every server lets others see a snapshot; if it was the connection that broke, this fails as well.
      await this.#query(BEGIN);
    }
    await this.#query(`SAVEPOINT ${SAVEPOINT}`);
    return true;
  }

  async page(range: Range, limit: number): Promise<PageRows | undefined> {
    try {
      return await this.#pages.page(range, limit);
    } catch (error) {
      // What fails while nobody waits is heard only here: until then the snapshot is not given up.
      throw this.#failed(error);
    }
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

  async #query(text: string, values: readonly string[] = []): Promise<Row[]> {
    try {
      const connection = this.#connection ??= await this.#connect();
      return (await connection.query({ text, values, rowMode: "array" })).rows;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #each({ sql, params }: Statement, { most, lane }: EachOptions) {
    const connection = lane === 0 ? this.#connection : this.#second;
    const toError = (error: unknown) => this.#named(error);
    // Nothing is read ahead before something was read.
    if (connection === undefined) throw toError(new Error("Connection terminated"));
    const statement = { text: sql, values: params, rowMode: "array" } as const;
    return await sendForRows(connection, statement, { most, toError });
  }

  /** Opens the second connection, and returns how many there are. */
  async #openSecond(): Promise<number> {
    if (!this.#snapshot) return 1;
    let connection: Connection | undefined;
    try {
      connection = await this.#connect();
      for (const text of [BEGIN, `SET TRANSACTION SNAPSHOT '${this.#snapshot}'`]) {
        await connection.query({ text, values: [], rowMode: "array" });
      }
      this.#second = connection;
      return 2;
    } catch {
      // One will do: it may be all that this user may open.
      connection?.release(true);
      this.#snapshot = undefined;
      return 1;
    }
  }

  #failed(error: unknown): Error {
    const named = this.#named(error);
    // Only after a failure of a value the connection can be used on.
    if (!isTooLarge(named)) this.#release(true);
    return named;
  }

  #named(error: unknown): Error {
    return toPostgresError(error, `read from ${this.#about.where}`);
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
    this.#second?.release(destroy);
    this.#connection = undefined;
    this.#second = undefined;
    this.#snapshot = undefined;
    this.#pages.forget();
  }
}
