import type { PostgresColumn } from "./_postgres_columns.ts";
import { quoteName } from "./_scan_sql.ts";
import {
  mostBytes,
  orderedBy,
  PAGE_BYTES,
  type Range,
  type RangeDialect,
  rangeSql,
} from "./_table_engine.ts";

/** The type without a limit that a value of a column is compared in. */
const EXACT: Readonly<Record<string, string>> = {
  number: "bigint",
  time: "timestamptz",
  "local time": "timestamp",
  date: "date",
};

/** The condition of a range as a statement says it, its values, and the columns that it is in the order of. */
export function condition(range: Range): { params: string[]; where: string; columns: string[] } {
  const params: string[] = [];
  return { params, ...rangeSql(range, dialectOf(range, params)) };
}

/** How the condition of a range is written; its values go to `params`. */
function dialectOf({ table }: Range, params: string[]): RangeDialect {
  const columnOf = (column: string) => table.columns.find(({ name }) => name === column);
  const parameter = (value: string, type = "text") => `$${params.push(value)}::${type}`;
  return {
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
}

/** How much a statement for pages reads. */
export interface PageSize {
  /** Most rows of a page. */
  readonly limit: number;
  /** What is between two lines. */
  readonly separator: string;
}

/** A statement and its values. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly string[];
}

/**
 * Returns the statement for a page: how many rows there are up to its limit, how many fit into it, their lines, and the
 * last key of them. What does not fit is not made into JSON; if the lines are too large all the same, they are NULL.
 */
export function pageSql(range: Range, size: PageSize): Statement {
  const { params, where, columns } = condition(range);
  return { sql: linesSql(range, size, where, columns), params };
}

/** Which pages after a key one statement reads. */
export interface PageSpan {
  readonly pages: number;
  /** Rows between the key and the first of them. */
  readonly skip: number;
}

/**
 * Returns the statement for some pages after a key, a row each as in {@linkcode pageSql} and the key that it comes after:
 * it is planned once, and the server is at the next page while one is on its way. There are none if the row of that key
 * is gone.
 */
export function pagesSql(range: Range, size: PageSize, { pages, skip }: PageSpan): Statement {
  const { after = [], ...rest } = range;
  const params: string[] = [];
  const dialect = dialectOf(range, params);
  const { where, columns } = rangeSql(rest, dialect);
  const given = orderedBy(range).map((name, at) => dialect.keyParameter(name, after[at] ?? ""));
  const order = columns.join(", ");
  // A seam is the key that a page comes after: as its row has it, since a value alone says no collation.
  const seam = columns.map((_, at) => `seam.k${at}`).join(", ");
  const next = (key: string, rows: number) =>
    rows === 0
      ? `${and(where, `(${order}) = (${key})`)} LIMIT 1`
      : `${and(where, `(${order}) > (${key})`)} ORDER BY ${order} OFFSET ${rows - 1} LIMIT 1`;
  const from = `FROM ${range.table.sql} AS t`;
  const beyond = and(where, `(${order}) > (${seam})`);
  const sql = `WITH RECURSIVE seams AS (
      (SELECT 1 AS n, ${columns.map((name, at) => `${name} AS k${at}`).join(", ")}
        ${from}${next(given.join(", "), skip)})
      UNION ALL
      SELECT seam.n + 1, next.* FROM seams AS seam,
        LATERAL (SELECT ${order} ${from}${next(seam, size.limit)}) AS next
      WHERE seam.n < ${pages})
    SELECT lines.*, ${columns.map((_, at) => `seam.k${at}::text`).join(", ")}
    FROM seams AS seam, LATERAL (${linesSql(range, size, beyond, columns)}) AS lines`;
  return { sql, params };
}

function and(where: string, more: string): string {
  return where === "" ? ` WHERE ${more}` : `${where} AND ${more}`;
}

/** The page of a condition. */
function linesSql(
  range: Range,
  { limit, separator }: PageSize,
  where: string,
  columns: readonly string[],
): string {
  const size = sizeSql(range);
  const { selected, json, keys } = size === undefined
    ? plainRow(range)
    : measuredRow(range, size, columns.join(", "));
  const fits = size === undefined
    ? ""
    : ` FILTER (WHERE t.s <= ${mostBytes(1)} AND (t.total <= ${PAGE_BYTES} OR t.total = t.s))`;
  // One value for the whole page: a message for each row would take most of the time.
  return `SELECT page.scanned::text, page.n::text,
      CASE WHEN octet_length(page.lines) <= ${mostBytes(limit)} THEN page.lines END,
      ${keys.map((_, at) => `page.k${at}[page.n]::text`).join(", ")}
    FROM (SELECT count(*) AS scanned, count(*)${fits} AS n,
        string_agg(${json}::text, '${separator}')${fits} AS lines,
        ${keys.map((key, at) => `array_agg(${key})${fits} AS k${at}`).join(", ")}
      FROM (SELECT ${selected.join(", ")} FROM ${range.table.sql} AS t${where}
        ORDER BY ${columns.join(", ")} LIMIT ${limit}) AS t) AS page`;
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
