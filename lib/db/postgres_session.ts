import type { Writable } from "node:stream";
import type { Connection } from "./_postgres_pool.ts";
import { openPool } from "./_postgres_pool.ts";
import type { PostgresAddress, ServerOptions } from "./table_address.ts";

/** Options of {@linkcode withSession}. */
export interface SessionOptions extends ServerOptions {
  /** Longest time for one statement on the server, in ms. @default {600_000} */
  readonly statementTimeout?: number;
  /** Ends the connection; what was not committed is undone. @default {never} */
  readonly signal?: AbortSignal | undefined;
}

/** One connection to a PostgreSQL server. */
export interface PostgresSession {
  /** Runs a statement; every value is the server's own text. */
  run(text: string, values?: readonly string[]): Promise<(string | null)[][]>;
  /** Sends bytes or text into a `COPY ... FROM STDIN`, and returns how many rows the server has taken. */
  copy(sql: string, content: AsyncIterable<Uint8Array | string>): Promise<number>;
}

/** Runs work on a connection of its own, which is closed afterwards: a transaction that was left open is undone. */
export async function withSession<T>(
  address: PostgresAddress,
  { statementTimeout = 600_000, signal, ...server }: SessionOptions,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const pool = await openPool(address, server);
  let connection: Connection | undefined;
  // What is left of one that failed must not be used again.
  const release = () => {
    connection?.release(true);
    connection = undefined;
  };
  signal?.addEventListener("abort", release);
  try {
    connection = await pool.connect();
    signal?.throwIfAborted();
    const session = sessionOn(connection, signal);
    await session.run(`SET statement_timeout = ${statementTimeout}`);
    return await work(session);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", release);
    release();
    await pool.end();
  }
}

function sessionOn(connection: Connection, signal: AbortSignal | undefined): PostgresSession {
  return {
    run: async (text, values = []) =>
      (await connection.query({ text, values, rowMode: "array" })).rows,
    async copy(sql, content) {
      // Loaded only where it is used: reading does not need them.
      const { Readable, promises: { pipeline } } = await import("node:stream");
      const { from } = await import("pg-copy-streams") as unknown as {
        readonly from: (sql: string) => Writable & { readonly rowCount: number };
      };
      const copy = connection.query(from(sql));
      const chunks = Readable.from(content, { objectMode: false });
      await pipeline(chunks, copy, { ...(signal === undefined ? {} : { signal }) });
      return copy.rowCount;
    },
  };
}
