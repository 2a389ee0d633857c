import type { Writable } from "node:stream";
import { DatabaseError, IngestError } from "../errors/mod.ts";
import { boundValue, checkWidth } from "./_insert_many.ts";
import { noTable, TABLE_SQL } from "./_postgres_columns.ts";
import { toPostgresError } from "./_postgres_errors.ts";
import { type Connection, openPool } from "./_postgres_pool.ts";
import { quoteName } from "./_scan_sql.ts";
import type { PostgresAddress, ServerOptions } from "./table_address.ts";
import type { RowJob } from "./write_batches.ts";

/** Options of {@linkcode copyRows}. */
export interface CopyRowsOptions extends ServerOptions {
  /** Longest time for all of it on the server, in ms. @default {600_000} */
  readonly statementTimeout?: number;
  /** Stops it; nothing is stored then. @default {never} */
  readonly signal?: AbortSignal;
}

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
  const { statementTimeout = 600_000, signal } = options;
  const where = `"${address.database}" on ${address.host}:${address.port}`;
  const pool = await openPool(address, options);
  let connection: Connection | undefined;
  try {
    connection = await pool.connect();
    const run = async (text: string, values: string[] = []) =>
      (await connection?.query({ text, values, rowMode: "array" }))?.rows ?? [];
    await run(`SET statement_timeout = ${statementTimeout}`);
    const [[, name] = []] = await run(TABLE_SQL, [table]);
    if (!name) {
      throw new DatabaseError(
        "database-statement",
        `Cannot insert into "${table}": ${noTable(where)}`,
        { context: { table } },
      );
    }
    // Loaded only where it is used: reading does not need them.
    const { Readable, promises: { pipeline } } = await import("node:stream");
    const { from } = await import("pg-copy-streams") as unknown as {
      readonly from: (sql: string) => Writable & { readonly rowCount: number };
    };
    const names = columns.map(quoteName).join(", ");
    const copy = connection.query(from(`COPY ${name} (${names}) FROM STDIN`));
    const lines = Readable.from(linesOf({ table, columns, rows }), { objectMode: false });
    await pipeline(lines, copy, { ...(signal === undefined ? {} : { signal }) });
    return copy.rowCount;
  } catch (error) {
    signal?.throwIfAborted();
    throw named(error, table, where);
  } finally {
    // What is left of one that failed must not be used again.
    connection?.release(true);
    await pool.end();
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
