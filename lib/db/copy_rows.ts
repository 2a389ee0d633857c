import { DatabaseError, IngestError } from "../errors/mod.ts";
import { boundValue, checkWidth } from "./_insert_many.ts";
import { noTable, TABLE_SQL } from "./_postgres_columns.ts";
import { toPostgresError } from "./_postgres_errors.ts";
import { type SessionOptions, withSession } from "./postgres_session.ts";
import { quoteName } from "./_scan_sql.ts";
import type { PostgresAddress } from "./table_address.ts";
import type { RowJob } from "./write_batches.ts";

/** Options of {@linkcode copyRows}; after a stop nothing is stored. */
export type CopyRowsOptions = SessionOptions;

/** Rows travel in pieces of about this size. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Copies rows into a table of a PostgreSQL server, in one statement: all of them or, if it fails, none.
 *
 * @param address Where the table is.
 * @param job The rows; bytes go into `bytea`, other values as the text that the column's type reads.
 * @param options See {@linkcode CopyRowsOptions}.
 * @returns How many rows were stored.
 * @throws {DatabaseError} That names the row, counted from 0, if the server refuses it.
 */
export async function copyRows(
  address: PostgresAddress,
  { table, columns, rows }: RowJob,
  options: CopyRowsOptions = {},
): Promise<number> {
  const where = `"${address.database}" on ${address.host}:${address.port}`;
  try {
    return await withSession(address, options, async (session) => {
      const [[, name] = []] = await session.run(TABLE_SQL, [table]);
      if (!name) {
        throw new DatabaseError(
          "database-statement",
          `Cannot insert into "${table}": ${noTable(where)}`,
          { context: { table } },
        );
      }
      const names = columns.map(quoteName).join(", ");
      const lines = linesOf({ table, columns, rows });
      return await session.copy(`COPY ${name} (${names}) FROM STDIN`, lines);
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw named(error, table, where);
  }
}

/** The server says in which line of the copy it stopped; a row is one line. */
function named(error: unknown, table: string, where: string): Error {
  if (error instanceof IngestError) return error;
  const context = error instanceof Error && "where" in error ? String(error.where) : "";
  const line = /^COPY .*, line (\d+)/.exec(context)?.[1];
  const row = line === undefined ? {} : { row: Number(line) - 1 };
  const action = row.row === undefined
    ? `insert into "${table}" of ${where}`
    : `insert row ${row.row} into "${table}" of ${where}`;
  const found = toPostgresError(error, action);
  if (!(found instanceof DatabaseError)) return found;
  return new DatabaseError(found.code as "database-constraint", found.message, {
    cause: error,
    context: { ...found.context, ...row },
  });
}

/** https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2 */
async function* linesOf({ table, columns, rows }: RowJob): AsyncGenerator<string> {
  let text = "";
  let index = 0;
  for await (const row of rows) {
    checkWidth(row, { table, columns }, index);
    const values = row.map((value) => fieldOf(boundValue(value, table, index)));
    text += `${values.join("\t")}\n`;
    index++;
    if (text.length < CHUNK_BYTES) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function fieldOf(value: ReturnType<typeof boundValue>): string {
  if (value === null) return "\\N";
  if (value instanceof Uint8Array) return `\\\\x${value.toHex()}`;
  return String(value).replaceAll(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};
