import { AUDIT_MIGRATIONS, openAudit } from "../lib/audit/mod.ts";
import { MIGRATIONS_TABLE } from "../lib/db/mod.ts";

/** One column of the audit database. */
export interface AuditColumn {
  readonly name: string;
  readonly type: string;
  /** Whether it may be NULL. */
  readonly nullable: boolean;
  /** The comment after the column in the migration. */
  readonly meaning: string;
}

/** One table of the audit database. */
export interface AuditTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly AuditColumn[];
}

/** Reads the views: what each is for, and its columns. */
export function auditViews(): {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly string[];
}[] {
  using db = openAudit(":memory:");
  const scripts = AUDIT_MIGRATIONS.map((migration) => migration.sql).join("\n");
  // A migration that makes a view again says what it is for now.
  const meanings = new Map(
    Array.from(scripts.matchAll(/^\s*-- view (\w+): (.*)$/gm), ([, name, now]) => [name, now]),
  );
  const views = db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'view'");
  return views.map(({ name }) => ({
    name,
    meaning: meanings.get(name) ?? "",
    columns: db.all<{ name: string }>("SELECT name FROM pragma_table_info(?)", [name])
      .map((column) => column.name),
  }));
}

/** Columns that mean the same in every table. */
const COMMON: Readonly<Record<string, string>> = {
  run_id: "the run",
  source: "name of the source",
  stream: "name of the stream",
};

/** Reads the tables of a new audit database: the columns from the database itself, their meanings from the migrations. */
export function auditTables(): AuditTable[] {
  using db = openAudit(":memory:");
  const scripts = [...AUDIT_MIGRATIONS.map((migration) => migration.sql), MIGRATIONS_TABLE];
  const meanings = columnComments(scripts);
  const names = db.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ).map(({ name }) => name);
  // A table that a later migration made again stays in its place.
  const order = (name: string) =>
    scripts.join("").search(
      new RegExp(`CREATE TABLE (IF NOT EXISTS )?${name} `),
    );
  return names.toSorted((a, b) => order(a) - order(b)).map((table) => {
    const columns = db.all<{ name: string; type: string; notnull: number; pk: number }>(
      'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid',
      [table],
    );
    const key = columns.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
    return {
      name: table,
      key: key.map((column) => column.name),
      columns: columns.map(({ name, type, notnull, pk }) => ({
        name,
        type,
        nullable: notnull === 0 && pk === 0,
        meaning: meanings.get(`${table}.${name}`) ?? COMMON[name] ?? "",
      })),
    };
  });
}

/**
 * Collects the comments after columns by `table.column`. A later migration may add and rename columns and tables, and
 * says a changed meaning in a line of its own: `-- table.column: meaning`.
 */
export function columnComments(scripts: readonly string[]): Map<string, string> {
  const comments = new Map<string, string>();
  let table = "";
  for (const line of scripts.flatMap((sql) => sql.split("\n"))) {
    table = line.match(/\b(?:CREATE|ALTER) TABLE (?:IF NOT EXISTS )?(\w+)/)?.[1] ?? table;
    const [, to] = line.match(/ RENAME TO (\w+)/) ?? [];
    const [, gone] = line.match(/\bDROP TABLE (\w+)/) ?? [];
    const [, column, comment] = line.match(COLUMN) ?? [];
    const [, name, meaning] = line.match(/^\s*-- (\w+\.\w+): (.*?)\s*$/) ?? [];
    const [, before, after] = line.match(/ RENAME COLUMN (\w+) TO (\w+)/) ?? [];
    if (to !== undefined) moveTable(comments, table, to);
    if (gone !== undefined) moveTable(comments, gone, undefined);
    if (before !== undefined) {
      comments.set(`${table}.${after}`, comments.get(`${table}.${before}`) ?? "");
      comments.delete(`${table}.${before}`);
    }
    if (column !== undefined && comment !== undefined) comments.set(`${table}.${column}`, comment);
    if (name !== undefined && meaning !== undefined) comments.set(name, meaning);
  }
  return comments;
}

const COLUMN =
  /^\s*(?:ALTER TABLE \w+ )?(?:ADD COLUMN |RENAME COLUMN \w+ TO )?(\w+)[; ].*?--\s*(.*?)\s*$/;

/** Moves the comments of a table to another name; without one they are gone. */
function moveTable(comments: Map<string, string>, from: string, to: string | undefined): void {
  for (const [name, comment] of [...comments]) {
    const [table, column] = name.split(".");
    if (table !== from) continue;
    comments.delete(name);
    if (to !== undefined) comments.set(`${to}.${column}`, comment);
  }
}
