import type { Writable } from "node:stream";
import { logEvent } from "../logging/mod.ts";
import type { PostgresAddress, ServerOptions } from "./table_address.ts";

/** A row as a list, every value a text. */
export type Row = (string | null)[];

/** A statement as the package `pg` takes it. */
interface Statement {
  readonly text: string;
  readonly values: readonly string[];
  readonly rowMode: "array";
}

/** What is used of the package `pg`. */
export interface Connection {
  query(statement: Statement): Promise<{ readonly rows: Row[] }>;
  /** A statement whose rows are taken one by one, or a copy of the package `pg-copy-streams`. */
  query<T extends Submitted | Writable>(submitted: T): T;
  release(destroy: boolean): void;
  on(event: "error", listener: (error: Error) => void): void;
}

/** Connections that are made when they are needed, and replaced when they die or grow old. */
export interface Pool {
  connect(): Promise<Connection>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "connect", listener: (connection: Connection) => void): void;
}

interface Submitted {
  on(event: "row", listener: (row: Row) => void): void;
  on(event: "end", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
}

interface Pg {
  readonly Pool: new (options: Record<string, unknown>) => Pool;
  readonly Query: new (statement: Statement) => Submitted;
}

const SECOND = 1000;

/** Opens a pool; nothing is sent before a connection is asked for. */
export async function openPool(
  address: PostgresAddress,
  options: ServerOptions,
): Promise<Pool> {
  const pg = await loadPg();
  const pool = new pg.Pool({
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    // Never undefined: then the client would look for one in the environment and in a file.
    password: () => options.password?.() ?? "",
    ssl: address.sslmode === "disable"
      ? false
      : { rejectUnauthorized: address.sslmode === "verify-full", ca: options.ca },
    max: 2,
    idleTimeoutMillis: 10 * SECOND,
    maxLifetimeSeconds: 1800,
    connectionTimeoutMillis: 10 * SECOND,
    keepAlive: true,
    application_name: "headwaters",
    client_encoding: "UTF8",
    // A default type would cut microseconds off and round large numbers: every value stays the server's own text.
    types: { getTypeParser: () => (text: string) => text },
  });
  // A connection that ends while nobody uses it is replaced at the next use.
  pool.on("error", (error) => logEvent("connection-lost", { error }));
  // The query that runs fails with it; without a listener it would end the process as well.
  pool.on("connect", (connection) => connection.on("error", () => {}));
  return pool;
}

/**
 * Sends a statement, and takes its rows as they come.
 *
 * @param options How many there are at most, and what an error is called.
 * @returns As many promises; those of rows that there are not are `undefined` when the statement has ended.
 */
export async function sendForRows(
  connection: Connection,
  statement: Statement,
  { most, toError }: { readonly most: number; readonly toError: (error: unknown) => Error },
): Promise<Promise<Row | undefined>[]> {
  const { Query } = await loadPg();
  const rows = Array.from({ length: most }, () => Promise.withResolvers<Row | undefined>());
  // Nobody may ask for the last of them any more.
  for (const { promise } of rows) promise.catch(() => {});
  const query = new Query(statement);
  let at = 0;
  query.on("row", (row) => rows[at++]?.resolve(row));
  query.on("end", () => rows.forEach(({ resolve }) => resolve(undefined)));
  query.on("error", (error) => {
    const reason = toError(error);
    rows.forEach(({ reject }) => reject(reason));
  });
  connection.query(query);
  return rows.map(({ promise }) => promise);
}

async function loadPg(): Promise<Pg> {
  return (await import("pg") as unknown as { readonly default: Pg }).default;
}
