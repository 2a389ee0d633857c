import type { TableColumn, TableInfo } from "./table.ts";

/** A key value as text that only its engine reads, exact in every type. */
export type KeyText = string;

/** The rows of one page. */
export interface PageRows {
  readonly count: number;
  /** One JSON object a line, key columns first; without a line break at the end. */
  readonly lines: Uint8Array;
  readonly last: readonly KeyText[];
  /** Whether no row follows. */
  readonly isLast: boolean;
}

/** Bytes that a page aims at, so that wide rows do not fill the memory. */
export const PAGE_BYTES = 4 * 1024 * 1024;
/** Most bytes of the lines of a page, and of a row that is one alone. */
const [MOST_PAGE_BYTES, MOST_ROW_BYTES] = [16 * 1024 * 1024, 128 * 1024 * 1024];

/** Returns the most bytes that the lines of a page may have. */
export function mostBytes(limit: number): number {
  return limit === 1 ? MOST_ROW_BYTES : MOST_PAGE_BYTES;
}

/** A part of a table: the rows that have NULL in just these key columns, in the order of the others. */
export interface Range {
  readonly table: TableInfo;
  /** All columns of the key, in their order. */
  readonly key: readonly string[];
  /** Columns of the key that are NULL in this part. */
  readonly nulls: readonly string[];
  /** Only rows after this key; a value for each column that is not NULL. */
  readonly after?: readonly KeyText[] | undefined;
  /** Only rows up to this key. */
  readonly until?: readonly KeyText[] | undefined;
  /** Only rows whose first key column is this, as in JSON, or more. */
  readonly from?: string | undefined;
}

/** What differs between database systems. */
export interface TableEngine extends AsyncDisposable {
  describe(table: string): Promise<TableInfo>;
  /** Returns the type of a value that is not what the column's `cursor` says and has no place in its order. @default none */
  misfit?(table: TableInfo, column: TableColumn): Promise<string | undefined>;
  /** Returns the names of some tables, as they are asked for, in their order. */
  names(limit: number): Promise<readonly string[]>;
  /** Begins to read; says whether all that follows is of one snapshot. */
  begin(): Promise<boolean>;
  /** Reads rows, `limit` at most; `undefined` if their lines have more than {@linkcode mostBytes}. */
  page(range: Range, limit: number): Promise<PageRows | undefined>;
  /** Returns the last key of a range; `undefined` if it is empty. */
  lastKey(range: Range): Promise<readonly KeyText[] | undefined>;
  count(range: Range): Promise<number>;
}

/** How an engine writes a condition. */
export interface RangeDialect {
  readonly quote: (name: string) => string;
  readonly keyParameter: (column: string, value: KeyText) => string;
  /** The same for a value as it is in JSON. */
  readonly jsonParameter: (column: string, json: string) => string;
}

/** The columns that a range is in the order of. */
export function orderedBy({ key, nulls }: Range): string[] {
  return key.filter((name) => !nulls.includes(name));
}

/** Writes the condition and the order of a range. */
export function rangeSql(
  range: Range,
  dialect: RangeDialect,
): { where: string; columns: string[] } {
  const { key, nulls, after, until, from } = range;
  const { quote, keyParameter } = dialect;
  const columns = orderedBy(range);
  const names = `(${columns.map(quote).join(", ")})`;
  const values = (keys: readonly KeyText[]) =>
    `(${columns.map((name, at) => keyParameter(name, keys[at] ?? "")).join(", ")})`;
  const nullable = range.table.columns.filter(({ notNull }) => !notNull).map(({ name }) => name);
  const [first = ""] = key;
  const conditions = [
    ...key.filter((name) => nullable.includes(name))
      .map((name) => `${quote(name)} IS ${nulls.includes(name) ? "" : "NOT "}NULL`),
    // What has no place in the order cannot be before it.
    ...(from === undefined || nulls.includes(first)
      ? []
      : [`${quote(first)} >= ${dialect.jsonParameter(first, from)}`]),
    ...(after === undefined ? [] : [`${names} > ${values(after)}`]),
    ...(until === undefined ? [] : [`${names} <= ${values(until)}`]),
  ];
  return {
    where: conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`,
    columns: columns.map(quote),
  };
}
