import { DatabaseError } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { columnOf, COLUMNS_SQL, type PostgresColumn, UNIQUE_SQL } from "./_postgres_columns.ts";
import { toPostgresError } from "./_postgres_errors.ts";
import { quoteName } from "./_scan_sql.ts";
import {
  type KeyText,
  type PageRows,
  type Range,
  type RangeDialect,
  rangeSql,
  type TableEngine,
} from "./_table_engine.ts";
import type { OpenTablesOptions } from "./open_tables.ts";
import type { TableInfo } from "./table.ts";
import type { PostgresAddress } from "./table_address.ts";

/** What is used of the package `pg`; rows come as lists, and every value is a text. */
interface Connection {
  query(query: {
    readonly text: string;
    readonly values: readonly string[];
    readonly rowMode: "array";
  }): Promise<{ readonly rows: (string | null)[][] }>;
  release(destroy: boolean): void;
  on(event: "error", listener: (error: Error) => void): void;
}

interface Pool {
  connect(): Promise<Connection>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): void;
}

type PoolClass = new (options: Record<string, unknown>) => Pool;

const WITHOUT_INDEXES = ["indexscan", "indexonlyscan", "bitmapscan"]
  .map((plan) => `SET LOCAL enable_${plan} = off`).join("; ");
const SECOND = 1000;
/** A connection that reads waits for no lock longer than this: it would queue everybody else behind it. */
const LOCK_TIMEOUT_MS = 5 * SECOND;
/** No JSON has it: inside a text it is escaped, and elsewhere it may not be. */
const SEPARATOR = "\x1e";
const encoder = new TextEncoder();

/** Reads tables of a PostgreSQL server. */
export async function postgresTables(
  address: PostgresAddress,
  options: OpenTablesOptions,
): Promise<TableEngine> {
  const { default: pg } = await import("pg") as unknown as {
    readonly default: { readonly Pool: PoolClass };
  };
  const where = `"${address.database}" on ${address.host}:${address.port}`;
  const { statementTimeout = 60 * SECOND, password } = options;
  const pool = new pg.Pool({
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    // Never undefined: then the client would look for one in the environment and in a file.
    password: () => password?.() ?? "",
    ssl: address.sslmode === "disable"
      ? false
      : { rejectUnauthorized: address.sslmode === "verify-full", ca: options.ca },
    max: 2,
    idleTimeoutMillis: 10 * SECOND,
    maxLifetimeSeconds: 1800,
    connectionTimeoutMillis: 10 * SECOND,
    keepAlive: true,
    application_name: "headwaters",
    client_encoding: "UTF8",
    // A default type would cut microseconds off and round large numbers: every value stays the server's own text.
    types: { getTypeParser: () => (text: string) => text },
  });
  // A connection that ends while nobody uses it is replaced at the next use.
  pool.on("error", (error) => logEvent("connection-lost", { error }));
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
    const [row] = await this.#query(
      `SELECT c.oid::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind::text
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE c.oid = coalesce(to_regclass($1), to_regclass(quote_ident($1)))`,
      [wanted],
    );
    const [oid, sql] = row ?? [];
    if (!oid || !sql) {
      throw new DatabaseError(
        "database-statement",
        `Cannot read table "${wanted}": ${this.#about.where} has no such table that this user may see; ` +
          'expected a name such as orders or sales.orders, or "Orders" in quotes if it has capitals',
        { context: { table: wanted } },
      );
    }
    const columns = (await this.#query(COLUMNS_SQL, [oid])).map(columnOf);
    const unique = (await this.#query(UNIQUE_SQL, [oid])).map(([names]) =>
      JSON.parse(names ?? "[]") as string[]
    ).filter((set) => set.every((one) => columns.some((c) => c.name === one && c.notNull)));
    return { name: wanted, sql, columns, unique };
  }

  async begin(): Promise<boolean> {
    // What is left of an attempt that failed must not be read from.
    this.#release(true);
    await this.#query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return true;
  }

  async page(range: Range, limit: number): Promise<PageRows> {
    const { params, where, columns } = condition(range);
    const names = columns.map((_, at) => `k${at}`);
    const keys = columns.map((column, at) => `${column} AS k${at}`);
    // One value for the whole page: a message for each row would take most of the time.
    const [row] = await this.#query(
      `WITH p AS MATERIALIZED (
         SELECT row_to_json(r)::text AS j, ${keys.join(", ")} FROM ${range.table.sql} AS t
           CROSS JOIN LATERAL (SELECT ${valuesSql(range)}) AS r${where}
         ORDER BY ${columns.join(", ")} LIMIT ${limit})
       SELECT n::text, lines, ${names.map((name) => `${name}::text`).join(", ")}
       FROM (SELECT count(*) AS n, string_agg(j, '${SEPARATOR}') AS lines FROM p) AS page
         LEFT JOIN (SELECT ${names.join(", ")} FROM p
           ORDER BY ${names.map((name) => `${name} DESC`).join(", ")} LIMIT 1) AS last ON true`,
      params,
    );
    const [n, text, ...last] = row ?? [];
    // The type json keeps the line breaks between its values; inside of them they are escaped.
    const lines = (text ?? "").replaceAll(/[\r\n]/g, " ").replaceAll(SEPARATOR, "\n");
    return { count: Number(n), lines: encoder.encode(lines), last: last.map(String) };
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
    // The query that runs fails with it; without a listener it would end the process as well.
    connection.on("error", () => {});
    const settings = {
      default_transaction_read_only: "on",
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

function condition(range: Range): { params: string[]; where: string; columns: string[] } {
  const params: string[] = [];
  const parameter = (column: string, value: string) => {
    params.push(value);
    const type = range.table.columns.find(({ name }) => name === column)?.type ?? "text";
    return `$${params.length}::${type}`;
  };
  const dialect: RangeDialect = {
    quote: (name) => `t.${quoteName(name)}`,
    keyParameter: parameter,
    jsonParameter: (column, json) =>
      parameter(column, String(json.startsWith('"') ? JSON.parse(json) : json)),
  };
  const { where, columns } = rangeSql(range, dialect);
  return { params, where, columns };
}

/** The columns, key columns first, each as what is right in JSON. */
function valuesSql({ table, key }: Range): string {
  const first = key.flatMap((name) => table.columns.filter((column) => column.name === name));
  const columns = [...first, ...table.columns.filter(({ name }) => !key.includes(name))];
  return columns.map((column) => {
    const name = `t.${quoteName(column.name)}`;
    const { form = "as it is" } = column as PostgresColumn;
    const value = form === "hex"
      ? `encode(${name}, 'hex')`
      : form === "text"
      ? `${name}::text`
      : name;
    return `${value} AS ${quoteName(column.name)}`;
  }).join(", ");
}
