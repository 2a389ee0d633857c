import { type CodeOf, DatabaseError } from "../errors/mod.ts";
import { quoteName } from "./_scan_sql.ts";
import { IF_DAMAGED, IF_SOURCE_DAMAGED } from "./_sqlite_errors.ts";
import {
  type KeyText,
  mostBytes,
  type PageRows,
  type Range,
  type RangeDialect,
  rangeSql,
  type TableEngine,
} from "./_table_engine.ts";
import { encodeAs, encodingOf, type SqliteEncoding, toUtf8 } from "./_sqlite_encoding.ts";
import type { Database } from "./database.ts";
import { openDatabase } from "./open_database.ts";
import type { TableColumn, TableInfo } from "./table.ts";
import type { SqlInput } from "./to_sql_value.ts";

const ROWIDS = ["rowid", "_rowid_", "oid"];
const LINE_BREAK = 10;
/** https://sqlite.org/rescode.html#toobig */
const TOO_BIG = 18;
/** SQLite's own limit. */
const MOST_LENGTH = 1_000_000_000;
/** Columns of one expression: SQLite limits how deep it may be. */
const GROUP = 50;

/** Reads tables of a SQLite file; it is opened by the first question, which is asked again if it is locked. */
export function sqliteTables(path: string, busyTimeout = 5000): TableEngine {
  let opened: Database | undefined;
  const ask = <T>(question: (db: Database) => T) =>
    Promise.try(() =>
      question(opened ??= openDatabase(path, { readOnly: true, timeout: busyTimeout }))
    ).catch(ofSource);
  return {
    describe: (table) => ask((db) => describe(db, table)),
    misfit: (table, column) => ask((db) => misfit(db, table, column)),
    names: (limit) => ask((db) => namesIn(db, limit)),
    begin: () => ask(begin),
    page: (range, limit) => ask((db) => page(db, range, limit)),
    lastKey: (range) => ask((db) => lastKey(db, range)),
    count: (range) => ask((db) => count(db, range)),
    [Symbol.asyncDispose]: () => Promise.resolve(opened?.close()),
  };
}

/** Of a database that is not ours no lake knows what was in it. */
function ofSource(error: unknown): never {
  if (!(error instanceof DatabaseError) || !error.message.includes(IF_DAMAGED)) throw error;
  const message = error.message.replace(IF_DAMAGED, IF_SOURCE_DAMAGED);
  throw new DatabaseError(error.code as CodeOf<"DatabaseError">, message, {
    cause: error,
    context: error.context,
  });
}

/** A reader keeps nobody from writing in WAL mode only; in the others each page is a read of its own. */
function begin(db: Database): boolean {
  if (db.inTransaction) db.exec("ROLLBACK");
  const mode = db.get<{ journal_mode: string }>("PRAGMA journal_mode")?.journal_mode;
  if (mode !== "wal" && mode !== "memory") return false;
  db.exec("BEGIN");
  return true;
}

function describe(db: Database, wanted: string): TableInfo {
  const found = db.get<{ name: string; strict: number; wr: number; type: string }>(
    `SELECT name, strict, wr, type FROM pragma_table_list
      WHERE schema = 'main' AND name = ? COLLATE NOCASE AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    [wanted],
  );
  if (found === undefined) {
    const names = namesIn(db, 20);
    throw new DatabaseError(
      "database-statement",
      `Cannot read table "${wanted}": "${db.path}" has no such table, ` +
        (names.length === 0 ? "and no other" : `expected one of ${names.join(", ")}`),
      { context: { table: wanted } },
    );
  }
  const { name, strict, wr, type } = found;
  // A hidden column (2 and 3 are generated ones, which can be read) belongs to a virtual table.
  const rows = db.all<{ name: string; type: string; notnull: number; pk: number }>(
    `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?) WHERE hidden <> 1`,
    [name],
  );
  const primary = rows.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const isRowid = wr === 0 && primary.length === 1 && /^integer$/i.test(primary[0]?.type ?? "");
  const columns = rows.map((row): TableColumn => ({
    name: row.name,
    type: row.type,
    notNull: row.notnull === 1 || row.pk > 0 && (isRowid || wr === 1),
    // Without STRICT a column holds what anybody puts into it.
    sparkType: strict === 1 ? SPARK_TYPES[row.type.toUpperCase()] : undefined,
    cursor: cursorOf(row.type),
  }));
  const isCertain = (set: readonly string[]) =>
    set.length > 0 && set.every((one) => columns.find(({ name }) => name === one)?.notNull);
  const unique = [primary.map(({ name }) => name), ...uniqueIndexes(db, name)].filter(isCertain);
  const free = wr === 0 && type === "table"
    ? ROWIDS.find((one) => rows.every(({ name }) => name.toLowerCase() !== one))
    : undefined;
  return {
    name,
    sql: `main.${quoteName(name)}`,
    columns,
    unique,
    ...(free === undefined ? {} : { rowid: free }),
  };
}

/** By the affinity that SQLite gives a column (https://sqlite.org/datatype3.html#determination_of_column_affinity). */
function cursorOf(type: string): TableColumn["cursor"] {
  if (/int/i.test(type)) return "number";
  const isReal = /real|floa|doub/i.test(type) && !/char|clob|text|blob/i.test(type);
  return isReal ? undefined : "text";
}

/** Numbers come before all texts, bytes after them: a watermark that is a text would pass over the former for ever. */
function misfit(db: Database, { sql }: TableInfo, { name, cursor }: TableColumn) {
  if (cursor !== "text") return undefined;
  const column = `${columnSql(name)} COLLATE BINARY`;
  return db.get<{ type: string }>(
    `SELECT typeof(${columnSql(name)}) AS type FROM ${sql} AS t
      WHERE ${column} < '' OR ${column} >= x'' LIMIT 1`,
  )?.type;
}

function namesIn(db: Database, limit: number): string[] {
  return db.all<{ name: string }>(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
      AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT ?`,
    [limit],
  ).map(({ name }) => name);
}

const SPARK_TYPES: Readonly<Record<string, string>> = {
  INT: "long",
  INTEGER: "long",
  REAL: "double",
  TEXT: "string",
  BLOB: "string",
};

/** Indexes over expressions have a NULL in place of a name. */
function uniqueIndexes(db: Database, table: string): string[][] {
  const rows = db.all<{ index_name: string; column_name: string | null }>(
    `SELECT i.name AS index_name, c.name AS column_name FROM pragma_index_list(?) AS i,
       pragma_index_info(i.name) AS c WHERE i."unique" = 1 AND i.partial = 0`,
    [table],
  );
  return [...Map.groupBy(rows, (row) => row.index_name).values()]
    .map((group) => group.map((row) => row.column_name ?? ""));
}

function page(db: Database, range: Range, limit: number): PageRows | undefined {
  db.limitLength(mostBytes(limit));
  try {
    return pageOf(db, range, limit);
  } catch (error) {
    if (error instanceof DatabaseError && error.context["errcode"] === TOO_BIG) return undefined;
    throw error;
  } finally {
    db.limitLength(MOST_LENGTH);
  }
}

function pageOf(db: Database, range: Range, limit: number): PageRows {
  const encoding = encodingOf(db);
  const { params, where, columns } = condition(range, encoding);
  // SQLite writes the JSON: a text with a NUL character would reach us only up to it, a large integer not at all.
  const row = db.get<{ n: number; lines: Uint8Array | null; keys: string | null }>(
    `SELECT count(*) AS n, CAST(group_concat(j, char(${LINE_BREAK})) AS BLOB) AS lines,
       group_concat(k, char(${LINE_BREAK})) AS keys
     FROM (SELECT ${jsonSql(range)} AS j, ${columns.map(keySql).join(" || ',' || ")} AS k
       FROM ${range.table.sql} AS t${where} ORDER BY ${columns.join(", ")} LIMIT ?)`,
    [...params, limit],
  );
  const last = row?.keys?.slice(row.keys.lastIndexOf("\n") + 1).split(",") ?? [];
  const { n: count = 0, lines } = row ?? {};
  const bytes = toUtf8(encoding, lines ?? new Uint8Array());
  return { count, lines: bytes, last, isLast: count < limit };
}

function lastKey(db: Database, range: Range): readonly KeyText[] | undefined {
  const { params, where, columns } = condition(range, encodingOf(db));
  const order = columns.map((name) => `${name} DESC`).join(", ");
  return db.get<{ k: string }>(
    `SELECT ${columns.map(keySql).join(" || ',' || ")} AS k FROM ${range.table.sql} AS t${where}
      ORDER BY ${order} LIMIT 1`,
    params,
  )?.k.split(",");
}

function count(db: Database, range: Range): number {
  const { params, where } = condition(range, encodingOf(db));
  // A damaged index would count as many rows as it leads to; of a part, going through all rows would be too much.
  const how = range.from === undefined ? " NOT INDEXED" : "";
  const sql = `SELECT count(*) AS n FROM ${range.table.sql} AS t${how}${where}`;
  return db.get<{ n: number }>(sql, params)?.n ?? 0;
}

function condition(
  range: Range,
  encoding: SqliteEncoding,
): { params: SqlInput[]; where: string; columns: string[] } {
  const params: SqlInput[] = [];
  const dialect: RangeDialect = {
    // The one order in which no two different values are equal, whatever a column or an index was declared with.
    quote: (name) => name === range.table.rowid ? `t.${name}` : `${columnSql(name)} COLLATE BINARY`,
    keyParameter: (_column, value) => keyParameter(value, params),
    jsonParameter: (_column, json) => keyParameter(keyOfJson(json, encoding), params),
  };
  const { where, columns } = rangeSql(range, dialect);
  return { params, where, columns };
}

/** A column, never an output of ours that has its name, nor, if it is gone, a text. */
function columnSql(name: string): string {
  return `t.${quoteName(name)}`;
}

/** A key value as its type and its value; a plus sign keeps a type's affinity out of comparisons. */
function keySql(column: string): string {
  return `CASE typeof(${column}) WHEN 'integer' THEN 'i' || ${column}
    WHEN 'real' THEN 'r' || replace(printf('%!.17g', ${column}), 'Inf', '9e999')
    WHEN 'text' THEN 't' || hex(${column}) ELSE 'b' || hex(${column}) END`;
}

function keyParameter(key: KeyText, params: SqlInput[]): string {
  const [type, value] = [key[0], key.slice(1)];
  if (type === "i") {
    params.push(BigInt(value));
    return "?";
  }
  params.push(type === "r" ? value : Uint8Array.fromHex(value));
  return type === "r" ? "+CAST(? AS REAL)" : type === "t" ? "+CAST(? AS TEXT)" : "?";
}

function keyOfJson(json: string, encoding: SqliteEncoding): KeyText {
  if (json.startsWith('"')) return `t${encodeAs(encoding, JSON.parse(json)).toHex()}`;
  return /[.e]/i.test(json) ? `r${json}` : `i${json}`;
}

function jsonSql({ table, key }: Range): string {
  const first = key.flatMap((name) => table.columns.filter((column) => column.name === name));
  const columns = [...first, ...table.columns.filter(({ name }) => !key.includes(name))];
  const parts = columns.map(({ name }, at) => {
    const column = columnSql(name);
    const label = `${at === 0 ? "{" : ","}${JSON.stringify(name)}:`.replaceAll("'", "''");
    // JSON has no bytes; a column may hold some whatever its type. A text that JSON functions of a view or of a generated
    // column made would go in as JSON; one that is put together is a text.
    return `'${label}' || json_quote(CASE typeof(${column}) WHEN 'blob' THEN lower(hex(${column}))
      WHEN 'text' THEN ${column} || '' WHEN 'real' THEN CASE ${column} WHEN 9e999 THEN 'Infinity' WHEN -9e999 THEN '-Infinity' ELSE ${column} END
      ELSE ${column} END)`;
  });
  const groups = Array.from(
    { length: Math.ceil(parts.length / GROUP) },
    (_, at) => `(${parts.slice(at * GROUP, (at + 1) * GROUP).join(" || ")})`,
  );
  return `${groups.join(" || ")} || '}'`;
}
