import { quoteName } from "./_scan_sql.ts";
import type { Database, InsertOptions } from "./database.ts";
import type { SqlInput } from "./to_sql_value.ts";

/** Rows of one INSERT: past 50 there is nothing more to gain, and few texts keep the statement cache small. */
const ROWS_PER_STATEMENT = 50;
/** SQLite's limit of parameters in a statement. */
const MAX_PARAMETERS = 32_766;

interface InsertJob extends InsertOptions {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlInput[]>;
}

/** Inserts rows by multi-row VALUES; the caller holds the transaction. */
export function insertMany(db: Database, job: InsertJob): number {
  const width = job.columns.length;
  if (width === 0 || width > MAX_PARAMETERS) {
    throw new TypeError(`Cannot insert into "${job.table}": ${width} columns`);
  }
  const perStatement = Math.min(ROWS_PER_STATEMENT, Math.floor(MAX_PARAMETERS / width));
  let stored = 0;
  let index = 0;
  let values: SqlInput[] = [];
  for (const row of job.rows) {
    if (row.length !== width) {
      throw new TypeError(
        `Cannot insert row ${index} into "${job.table}": ${row.length} values for ${width} columns`,
      );
    }
    for (const value of row) values.push(value);
    index++;
    if (index % perStatement === 0) {
      stored += insertBatch(db, job, values);
      values = [];
    }
  }
  return values.length === 0 ? stored : stored + insertBatch(db, job, values);
}

function insertBatch(db: Database, job: InsertJob, values: readonly SqlInput[]): number {
  const width = job.columns.length;
  const one = `(${Array(width).fill("?").join(", ")})`;
  const names = job.columns.map(quoteName).join(", ");
  const all = Array(values.length / width).fill(one).join(", ");
  // Not INSERT OR IGNORE: that would pass over NOT NULL and CHECK as well.
  const tail = job.onConflict === "ignore" ? " ON CONFLICT DO NOTHING" : "";
  return db.run(`INSERT INTO ${quoteName(job.table)} (${names}) VALUES ${all}${tail}`, values)
    .changes;
}
