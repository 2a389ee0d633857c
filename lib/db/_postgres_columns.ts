import type { TableColumn } from "./table.ts";

/** A column of PostgreSQL, and how its values go into JSON. */
export interface PostgresColumn extends TableColumn {
  readonly form?: "as it is" | "text" | "hex";
}

/**
 * A table by its name: its number, its name as a statement says it, whether tables inherit from it, which its indexes do
 * not cover (those of a partitioned table do), and whether it may have values that are stored apart from their rows.
 */
export const TABLE_SQL = `
  SELECT c.oid::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
    (c.relkind <> 'p' AND EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhparent = c.oid))::text,
    EXISTS (SELECT FROM (
        WITH RECURSIVE parts AS (SELECT c.oid UNION SELECT i.inhrelid FROM parts JOIN pg_inherits AS i ON i.inhparent = parts.oid)
        SELECT part.* FROM parts JOIN pg_class AS part USING (oid)) AS part
      WHERE part.relkind NOT IN ('r', 'p', 'm')
        OR part.reltoastrelid <> 0 AND pg_relation_size(part.reltoastrelid) > 0)::text
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = coalesce(to_regclass($1), to_regclass(quote_ident($1)))`;

/** Tables that this user may read, as they are asked for; one of the search path without its schema. */
export const NAMES_SQL = `
  SELECT c.oid::regclass::text
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
    AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY 1 LIMIT $1::int`;

/** Says that there is none. */
export function noTable(where: string): string {
  return `${where} has no such table that this user may see; ` +
    'expected a name such as orders or sales.orders, or "Orders" in quotes if it has capitals';
}

/** The columns of a table; a domain is what it is made of. */
export const COLUMNS_SQL = `
  SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, b.typname, b.typtype::text,
    b.typcategory::text, (CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END)::text
  FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

/**
 * Sets of columns that no two rows share; by the order that a key is read in, texts that an index tells apart may be equal
 * (only collations of PostgreSQL 12 and later can be such).
 */
export const UNIQUE_SQL = `
  SELECT (SELECT json_agg(a.attname ORDER BY k.n)::text
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
      JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.n <= i.indnkeyatts)
  FROM pg_index AS i
  WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[], i.indcollation::oid[]) AS k (attnum, coll)
      JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND a.attcollation <> k.coll
      JOIN pg_collation AS c ON c.oid = a.attcollation
      WHERE NOT coalesce((to_jsonb(c) ->> 'collisdeterministic')::boolean, true))
  ORDER BY i.indisprimary DESC, i.indexrelid`;

const NUMBERS: Readonly<Record<string, string>> = {
  int2: "long",
  int4: "long",
  int8: "long",
  float4: "double",
  float8: "double",
  bool: "boolean",
};
const TIMES: Readonly<Record<string, TableColumn["cursor"]>> = {
  timestamptz: "time",
  timestamp: "local time",
  date: "date",
};
/** What JSON can hold as it is: what is inside it is for the values to say. */
const NESTED = ["json", "jsonb"];
const MOST_DIGITS = 38;

/** Reads a row of {@linkcode COLUMNS_SQL}. */
export function columnOf(row: readonly (string | null)[]): PostgresColumn {
  const [name = "", type = "", notNull, base = "", kind, category, modifier] = row.map(String);
  const column = { name, type, notNull: notNull === "true" };
  const number = NUMBERS[base];
  if (number !== undefined) {
    const cursor = base.startsWith("int") ? { cursor: "number" as const } : {};
    return { ...column, sparkType: number, ...cursor };
  }
  if (base in TIMES) return { ...column, sparkType: "string", cursor: TIMES[base] };
  if (NESTED.includes(base) || category === "A" || kind === "c") return column;
  if (base === "bytea") return { ...column, sparkType: "string", form: "hex" };
  // The modifier of numeric(precision, scale); without one a number has as many digits as it likes.
  const [precision, scale] = [(Number(modifier) - 4) >> 16, (Number(modifier) - 4) & 0x7ff];
  const isDecimal = base === "numeric" && Number(modifier) >= 4 && precision <= MOST_DIGITS &&
    scale <= precision;
  if (isDecimal) return { ...column, sparkType: `decimal(${precision},${scale})` };
  // Texts as they are: a cast would take the blanks at the end of character(n).
  return { ...column, sparkType: "string", form: category === "S" ? "as it is" : "text" };
}
