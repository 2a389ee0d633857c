import type { Writable } from "node:stream";
import { logEvent } from "../logging/mod.ts";
import type { PostgresAddress, ServerOptions } from "./table_address.ts";

/** What is used of the package `pg`; rows come as lists, and every value is a text. */
export interface Connection {
  query(query: {
    readonly text: string;
    readonly values: readonly string[];
    readonly rowMode: "array";
  }): Promise<{ readonly rows: (string | null)[][] }>;
  /** A copy of the package `pg-copy-streams`. */
  query<T extends Writable>(copy: T): T;
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

type PoolClass = new (options: Record<string, unknown>) => Pool;

const SECOND = 1000;

/** Opens a pool; nothing is sent before a connection is asked for. */
export async function openPool(
  address: PostgresAddress,
  options: ServerOptions,
): Promise<Pool> {
  const { default: pg } = await import("pg") as unknown as {
    readonly default: { readonly Pool: PoolClass };
  };
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
