import { DatabaseError } from "../errors/mod.ts";
import { quoteName } from "./_scan_sql.ts";
import type { Database, InsertOptions } from "./database.ts";
import { type SqlInput, toSqlValue } from "./to_sql_value.ts";

/** Rows of one INSERT: past 50 there is nothing more to gain, and few texts keep the statement cache small. */
const ROWS_PER_STATEMENT = 50;
/** SQLite's limit of parameters in a statement. */
const MAX_PARAMETERS = 32_766;

interface InsertJob extends InsertOptions {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlInput[]>;
  /** Number of the first row in errors. @default 0 */
  readonly first?: number;
}

/** Inserts rows by multi-row VALUES; the caller holds the transaction. */
export function insertMany(db: Database, job: InsertJob): number {
  const width = job.columns.length;
  if (width === 0 || width > MAX_PARAMETERS) {
    throw new TypeError(`Cannot insert into "${job.table}": ${width} columns`);
  }
  const perStatement = Math.min(ROWS_PER_STATEMENT, Math.floor(MAX_PARAMETERS / width));
  let stored = 0;
  const { first = 0 } = job;
  let index = 0;
  let values: SqlInput[] = [];
  for (const row of job.rows) {
    checkWidth(row, job, first + index);
    for (const value of row) values.push(value);
    index++;
    if (index % perStatement === 0) {
      stored += insertRows(db, job, { values, end: first + index });
      values = [];
    }
  }
  return values.length === 0
    ? stored
    : stored + insertRows(db, job, { values, end: first + index });
}

/** Refuses a row with another number of values than there are columns. */
export function checkWidth(
  row: readonly unknown[],
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  index: number,
): void {
  if (row.length === columns.length) return;
  throw new TypeError(
    `Cannot insert row ${index} into "${table}": ${row.length} values for ${columns.length} columns`,
  );
}

/** Returns a value as a database must store it; what has no exact form is refused with its row. */
export function boundValue(value: SqlInput, table: string, index: number) {
  try {
    return toSqlValue(value);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const Class = error instanceof TypeError ? TypeError : RangeError;
    throw new Class(`Cannot insert row ${index} into "${table}": ${error.message}`, {
      cause: error,
    });
  }
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
    const width = job.columns.length;
    const first = end - values.length / width;
    if (error instanceof TypeError || error instanceof RangeError) {
      for (const [at, value] of values.entries()) {
        boundValue(value, job.table, first + Math.floor(at / width));
      }
    }
    if (!(error instanceof DatabaseError && error.code === "database-constraint")) throw error;
    return db.savepoint(() => {
      for (let at = 0; at < values.length; at += width) {
        try {
          insertBatch(db, job, values.slice(at, at + width));
        } catch (cause) {
          if (!(cause instanceof DatabaseError)) throw cause;
          const row = first + at / width;
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
