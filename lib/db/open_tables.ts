import { sqliteTables } from "./_sqlite_tables.ts";
import type { TableWaits } from "./_ask_again.ts";
import { Tables } from "./read_table.ts";
import type { ServerOptions, TableAddress } from "./table_address.ts";

/** Options of {@linkcode openTables}. */
export interface OpenTablesOptions extends ServerOptions {
  /** Longest time for one statement, in ms. @default {60_000} */
  readonly statementTimeout?: number | undefined;
  /** Longest wait for another connection of a SQLite file, in ms; it blocks the thread. @default {5000} */
  readonly busyTimeout?: number | undefined;
  /** How it waits before it tries again. @default {real waits, with full jitter} */
  readonly waits?: TableWaits | undefined;
}

const WAITS: TableWaits = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/**
 * Opens a database to read its tables when the first of them is asked for; it is never written to.
 *
 * @param address Where it is; the path of a SQLite file is absolute, or relative to the working directory.
 * @param options See {@linkcode OpenTablesOptions}.
 * @returns The tables; close them by `await using`.
 *
 * @example
 * ```ts ignore
 * await using tables = await openTables({ engine: "sqlite", path: "shop.db" });
 * const table = await tables.describe("orders");
 * for await (const { lines } of tables.read({ table, key: ["id"] })) await file.write(lines);
 * ```
 */
export async function openTables(
  address: TableAddress,
  options: OpenTablesOptions = {},
): Promise<Tables> {
  const { waits = WAITS } = options;
  if (address.engine === "sqlite") {
    return new Tables(sqliteTables(address.path, options.busyTimeout), waits);
  }
  // Loaded only where a server is named: it is the one package that the rest does not need.
  const { postgresTables } = await import("./_postgres_tables.ts");
  return new Tables(await postgresTables(address, options), waits);
}
