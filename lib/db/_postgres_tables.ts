import { DatabaseError } from "../errors/mod.ts";
import {
  columnOf,
  COLUMNS_SQL,
  NAMES_SQL,
  noTable,
  type PostgresColumn,
  TABLE_SQL,
  UNIQUE_SQL,
} from "./_postgres_columns.ts";
import { isTooLarge, toPostgresError } from "./_postgres_errors.ts";
import { quoteName } from "./_scan_sql.ts";
import {
  type KeyText,
  mostBytes,
  PAGE_BYTES,
  type PageRows,
  type Range,
  type RangeDialect,
  rangeSql,
  type TableEngine,
} from "./_table_engine.ts";
import { type Connection, openPool, type Pool } from "./_postgres_pool.ts";
import type { OpenTablesOptions } from "./open_tables.ts";
import type { TableInfo } from "./table.ts";
import type { PostgresAddress } from "./table_address.ts";

const WITHOUT_INDEXES = ["indexscan", "indexonlyscan", "bitmapscan"]
  .map((plan) => `SET LOCAL enable_${plan} = off`).join("; ");
const SECOND = 1000;
/** The type without a limit that a value of a column is compared in. */
const EXACT: Readonly<Record<string, string>> = {
  number: "bigint",
  time: "timestamptz",
  "local time": "timestamp",
  date: "date",
};
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
  const columnOf = (column: string) => range.table.columns.find(({ name }) => name === column);
  const parameter = (value: string, type = "text") => {
    params.push(value);
    return `$${params.length}::${type}`;
  };
  const dialect: RangeDialect = {
    quote: (name) => `t.${quoteName(name)}`,
    keyParameter: (column, value) => parameter(value, columnOf(column)?.type),
    jsonParameter: (column, json) => {
      const { cursor = "text", type } = columnOf(column) ?? {};
      // A watermark is exact, and with a lag a number may be below what its column can hold.
      return parameter(
        String(json.startsWith('"') ? JSON.parse(json) : json),
        EXACT[cursor] ?? type,
      );
    },
  };
  const { where, columns } = rangeSql(range, dialect);
  return { params, where, columns };
}

/**
 * Returns the statement for a page: how many rows there are up to its limit, how many fit into it, their lines, and the
 * last key of them. What does not fit is not made into JSON; if the lines are too large all the same, they are NULL.
 */
function pageSql(
  range: Range,
  limit: number,
  separator: string,
): { readonly sql: string; readonly params: string[] } {
  const { params, where, columns } = condition(range);
  const size = sizeSql(range);
  const { selected, json, keys } = size === undefined
    ? plainRow(range)
    : measuredRow(range, size, columns.join(", "));
  const fits = size === undefined
    ? ""
    : ` FILTER (WHERE t.s <= ${mostBytes(1)} AND (t.total <= ${PAGE_BYTES} OR t.total = t.s))`;
  // One value for the whole page: a message for each row would take most of the time.
  const sql = `SELECT page.scanned::text, page.n::text,
      CASE WHEN octet_length(page.lines) <= ${mostBytes(limit)} THEN page.lines END,
      ${keys.map((_, at) => `page.k${at}[page.n]::text`).join(", ")}
    FROM (SELECT count(*) AS scanned, count(*)${fits} AS n,
        string_agg(${json}::text, '${separator}')${fits} AS lines,
        ${keys.map((key, at) => `array_agg(${key})${fits} AS k${at}`).join(", ")}
      FROM (SELECT ${selected.join(", ")} FROM ${range.table.sql} AS t${where}
        ORDER BY ${columns.join(", ")} LIMIT ${limit}) AS t) AS page`;
  return { sql, params };
}

/** How a page takes a row: what is selected, the JSON of it, and its key. */
interface PageRow {
  readonly selected: readonly string[];
  readonly json: string;
  readonly keys: readonly string[];
}

/** A row that is small whatever is in it: its values are as in JSON when it is found. */
function plainRow(range: Range): PageRow {
  const fields = fieldsOf(range);
  return {
    selected: fields.map(({ column, name, toJson }) => `${toJson(column)} AS ${name}`),
    json: "row_to_json(t.*)",
    keys: keyFields(range, fields).map(({ name, form, isList }) =>
      form === "hex" ? `'\\x' || t.${name}` : `t.${name}${isList ? "::text" : ""}`
    ),
  };
}

/** A row that may be large: what is not taken is not even read, and its size is known before. */
function measuredRow(range: Range, size: string, order: string): PageRow {
  const fields = fieldsOf(range);
  const keys = keyFields(range, fields);
  return {
    selected: [
      ...fields.map(({ column }, at) => `${column} AS c${at}`),
      ...keys.map(({ column }, at) => `${column} AS k${at}`),
      `${size} AS s`,
      `sum(${size}) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING) AS total`,
    ],
    json: `(SELECT row_to_json(r.*) FROM (SELECT ${
      fields.map(({ toJson, name }, at) => `${toJson(`t.c${at}`)} AS ${name}`).join(", ")
    }) AS r)`,
    keys: keys.map(({ isList }, at) => `t.k${at}${isList ? "::text" : ""}`),
  };
}

/** The columns, key columns first, each with what is right in JSON. */
function fieldsOf({ table, key }: Range) {
  const first = key.flatMap((name) => table.columns.filter((column) => column.name === name));
  const columns = [...first, ...table.columns.filter(({ name }) => !key.includes(name))];
  return columns.map((column) => {
    const { form = "as it is" } = column as PostgresColumn;
    const toJson = (value: string) =>
      form === "hex" ? `encode(${value}, 'hex')` : form === "text" ? `${value}::text` : value;
    // There is no array of arrays.
    const isList = column.sparkType === undefined;
    const name = quoteName(column.name);
    return { column: `t.${name}`, name, form, isList, toJson };
  });
}

/** The columns that a range is in the order of. */
function keyFields({ key, nulls }: Range, fields: ReturnType<typeof fieldsOf>) {
  const names = key.filter((name) => !nulls.includes(name)).map(quoteName);
  return names.flatMap((wanted) => fields.filter(({ name }) => name === wanted));
}

/** About how large a row is, without reading what is stored apart from it; `undefined` if none can be large. */
function sizeSql({ table }: Range): string | undefined {
  if (!table.hasLarge) return undefined;
  const sizes = (table.columns as readonly PostgresColumn[])
    .filter(({ cursor, sparkType }) =>
      cursor === undefined && !/^(?:double|boolean)$/.test(sparkType ?? "")
    )
    .map(({ name, sparkType, form }) => {
      const column = `t.${quoteName(name)}`;
      // Of these the size is known without reading what is compressed.
      if (form === "hex") return `octet_length(${column})::float8 * 2`;
      return sparkType === "string" && form !== "text"
        ? `octet_length(${column}::text)`
        : `pg_column_size(${column})`;
    });
  if (sizes.length === 0) return undefined;
  return `(1 + ${sizes.map((size) => `coalesce(${size}, 0)`).join(" + ")})::float8`;
}
