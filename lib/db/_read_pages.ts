import { quoteName } from "./_scan_sql.ts";
import type { Database, KeysetQuery, RowShape } from "./database.ts";
import type { SqlInput, SqlValue } from "./to_sql_value.ts";

/** Reads a table by keyset pages. */
export function* readPages<T extends RowShape<T>>(
  db: Database,
  query: KeysetQuery,
): Generator<T[], void> {
  const { table, key, columns, params = [], pageSize = 1000, bigints = false } = query;
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw new RangeError(`Cannot read "${table}" by pages of ${pageSize}: wanted 1 or more`);
  }
  checkKey(db, table, key);
  checkColumns(table, key, columns);
  let after: SqlInput[] | undefined;
  while (true) {
    const sql = pageSql(query, after !== undefined);
    const rows = db.all(sql, [...params, ...(after ?? []), pageSize], { bigints });
    if (rows.length > 0) yield rows as unknown as T[];
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = key.map((name) => last[name] ?? null);
  }
}

function pageSql({ table, key, columns, where }: KeysetQuery, continued: boolean): string {
  const names = key.map(quoteName).join(", ");
  const marks = key.map(() => "?").join(", ");
  const conditions = [
    ...(where === undefined ? [] : [`(${where})`]),
    ...(continued ? [`(${names}) > (${marks})`] : []),
  ];
  return [
    `SELECT ${columns === undefined ? "*" : columns.map(quoteName).join(", ")}`,
    `FROM ${quoteName(table)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
    `ORDER BY ${names} LIMIT ?`,
  ].join(" ");
}

function checkColumns(
  table: string,
  key: readonly string[],
  columns: readonly string[] | undefined,
): void {
  const missing = columns === undefined ? undefined : key.find((name) => !columns.includes(name));
  if (missing !== undefined) {
    throw new TypeError(
      `Cannot read "${table}" by pages: key "${missing}" is not among the columns`,
    );
  }
}

/** Refuses a key with ties or NULLs: at the seam of two pages rows would be lost without an error. */
function checkKey(db: Database, table: string, key: readonly string[]): void {
  const columns = db.all<{ name: string; notnull: number; pk: number; type: string }>(
    'SELECT name, "notnull", pk, type FROM pragma_table_info(?)',
    [table],
  );
  const unknown = key.find((name) => !columns.some((column) => column.name === name));
  if (key.length === 0 || unknown !== undefined) {
    throw new TypeError(`Cannot read "${table}" by pages: no column "${unknown ?? ""}"`);
  }
  const primary = columns.filter((column) => column.pk > 0);
  const rowid = primary.length === 1 && primary[0]?.type.toUpperCase() === "INTEGER";
  const certain = new Set(
    columns.filter((c) => c.notnull === 1 || (rowid && c.pk > 0)).map((c) => c.name),
  );
  const sets = [primary.map((column) => column.name), ...uniqueIndexes(db, table)];
  const covered = sets.some((set) =>
    set.length > 0 && set.every((name) => key.includes(name) && certain.has(name))
  );
  if (!covered || key.some((name) => !certain.has(name))) {
    throw new TypeError(
      `Cannot read "${table}" by pages: (${
        key.join(", ")
      }) may hold ties or NULLs; wanted a primary key or a unique index over NOT NULL columns`,
    );
  }
}

function uniqueIndexes(db: Database, table: string): string[][] {
  const rows = db.all<{ index_name: string; column_name: SqlValue }>(
    `SELECT i.name AS index_name, c.name AS column_name
       FROM pragma_index_list(?) AS i, pragma_index_info(i.name) AS c
      WHERE i."unique" = 1 AND i.partial = 0`,
    [table],
  );
  const byIndex = Map.groupBy(rows, (row) => row.index_name);
  return [...byIndex.values()].map((group) => group.map((row) => String(row.column_name)));
}
