import { DatabaseError } from "../errors/mod.ts";

/** A column of a table, and what becomes of its values. */
export interface TableColumn {
  /** Its name. */
  readonly name: string;
  /** Its type as the database says it. */
  readonly type: string;
  /** Whether each row has a value. */
  readonly notNull: boolean;
  /** Spark type of its values in JSON; `undefined` if only the values say it. */
  readonly sparkType?: string | undefined;
  /** What its values are for an incremental read: whole numbers, times, days, or text that only its database can order. */
  readonly cursor?: "number" | "time" | "local time" | "date" | "text" | undefined;
}

/** What a database says of a table. */
export interface TableInfo {
  /** As messages name it. */
  readonly name: string;
  /** As a statement names it. */
  readonly sql: string;
  /** Its columns, in their order. */
  readonly columns: readonly TableColumn[];
  /** Sets of columns that no two rows share and that are never NULL, the primary key first. */
  readonly unique: readonly (readonly string[])[];
  /** A name for the number that the database itself gives each row, if it has one. @default none */
  readonly rowid?: string;
  /** Whether its rows are also those of tables that inherit from it, for which its keys do not hold. @default false */
  readonly isInherited?: boolean;
  /** Whether some of its rows may be so large that a page of them has to be measured before it is read. @default false */
  readonly hasLarge?: boolean;
}

/** Says why the keys of a table lead to another number of rows than it has, and what to do. */
export function missedRows({ isInherited = false }: TableInfo): string {
  return isInherited
    ? "tables inherit from it, and rows of theirs have a key of others; name columns in key that no two of all these rows share"
    : "an index is damaged, REINDEX the table";
}

/** Says why rows of a table may be missing as long as nothing has counted them; `undefined` if its keys hold for all. */
export function uncountedRows({ isInherited = false }: TableInfo): string | undefined {
  if (!isInherited) return undefined;
  return "tables inherit from it, so that rows may share a key, and nothing has counted them in the snapshot that was " +
    "read: the connection broke, the read was stopped, or the count took longer than statement_timeout; run it again";
}

/** More parts of a table than this nobody has wanted to read. */
const MOST_NULLABLE = 4;

/**
 * Completes a key, so that it orders all rows and no two rows share it.
 *
 * @param wanted Columns in their order; none is the primary key.
 * @returns The columns, followed by what makes them unique: the primary key, or the row number.
 * @throws {DatabaseError} If there is no such column, or nothing makes them unique.
 */
export function completeKey(table: TableInfo, wanted: readonly string[]): readonly string[] {
  const refuse = (reason: string): never => {
    throw new DatabaseError(
      "database-statement",
      `Cannot read table "${table.name}" by ${
        wanted.length === 0 ? "its primary key" : `"${wanted.join(", ")}"`
      }: ${reason}`,
      { context: { table: table.name, key: wanted } },
    );
  };
  const names = table.columns.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return refuse(`it has no column "${unknown}", expected some of ${names.join(", ")}`);
  }
  if (new Set(wanted).size < wanted.length) return refuse("expected each column once");
  const isUnique = table.unique.some((set) => set.every((name) => wanted.includes(name)));
  const more = table.unique[0] ?? (table.rowid === undefined ? [] : [table.rowid]);
  if (!isUnique && more.length === 0) {
    return refuse(
      "no primary key or unique index over NOT NULL columns tells its rows apart; add one or, for a view, make a table " +
        "of its rows that has one",
    );
  }
  const key = isUnique ? wanted : [...wanted, ...more.filter((name) => !wanted.includes(name))];
  if (nullableOf(table, key).length > MOST_NULLABLE) {
    return refuse(`more than ${MOST_NULLABLE} of its columns may be NULL`);
  }
  return key;
}

/** Returns the columns of a key that may be NULL. */
export function nullableOf(table: TableInfo, key: readonly string[]): string[] {
  return table.columns.filter(({ name, notNull }) => !notNull && key.includes(name))
    .map(({ name }) => name);
}
