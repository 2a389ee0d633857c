import { DatabaseError } from "../errors/mod.ts";
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
      stored += insertRows(db, job, { values, end: index });
      values = [];
    }
  }
  return values.length === 0 ? stored : stored + insertRows(db, job, { values, end: index });
}

/** A batch that fails says nothing of its rows: they are tried one by one, and undone, to find which it was. */
function insertRows(
  db: Database,
  job: InsertJob,
  { values, end }: { readonly values: readonly SqlInput[]; readonly end: number },
): number {
  try {
    return insertBatch(db, job, values);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "database-constraint")) throw error;
    const width = job.columns.length;
    return db.savepoint(() => {
      for (let at = 0; at < values.length; at += width) {
        try {
          insertBatch(db, job, values.slice(at, at + width));
        } catch (cause) {
          if (!(cause instanceof DatabaseError)) throw cause;
          const row = end - (values.length - at) / width;
          throw new DatabaseError(
            cause.code as "database-constraint",
            `Cannot insert row ${row} into "${job.table}": ${cause.message}`,
            { cause, context: { ...cause.context, row } },
          );
        }
      }
      throw error; // Each is good alone.
    });
  }
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
