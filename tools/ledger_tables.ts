import { LEDGER_MIGRATIONS, openLedger } from "../lib/audit/mod.ts";

/** One column of the ledger. */
export interface LedgerColumn {
  readonly name: string;
  readonly type: string;
  /** Whether it may be NULL. */
  readonly nullable: boolean;
  /** The comment behind the column in the migration. */
  readonly meaning: string;
}

/** One table of the ledger. */
export interface LedgerTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly LedgerColumn[];
}

/** Columns that mean the same in every table. */
const COMMON: Readonly<Record<string, string>> = {
  run_id: "the run",
  source: "name of the source",
  stream: "name of the stream",
};

/** Reads the tables of a new ledger: the columns from the database itself, their meanings from the migrations. */
export function ledgerTables(): LedgerTable[] {
  using db = openLedger(":memory:");
  const meanings = columnComments(LEDGER_MIGRATIONS.map((migration) => migration.sql));
  const names = db.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  );
  return names.map(({ name: table }) => {
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

/** Collects the comments behind columns by `table.column`; a later migration may add columns. */
export function columnComments(scripts: readonly string[]): Map<string, string> {
  const comments = new Map<string, string>();
  let table = "";
  for (const line of scripts.flatMap((sql) => sql.split("\n"))) {
    table = line.match(/\b(?:CREATE|ALTER) TABLE (\w+)/)?.[1] ?? table;
    const [, column, comment] =
      line.match(/^\s*(?:ALTER TABLE \w+ )?(?:ADD COLUMN )?(\w+) .*?--\s*(.*?)\s*$/) ?? [];
    if (column !== undefined && comment !== undefined) comments.set(`${table}.${column}`, comment);
  }
  return comments;
}
