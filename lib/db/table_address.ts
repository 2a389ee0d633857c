import { isHost } from "../grammar/mod.ts";

/** Where tables are read from. */
export type TableAddress = SqliteAddress | PostgresAddress;

/** A SQLite file, which is only read. */
export interface SqliteAddress {
  /** Kind of database. */
  readonly engine: "sqlite";
  /** As it was written. */
  readonly path: string;
}

/** A database of a PostgreSQL server. */
export interface PostgresAddress {
  /** Kind of database. */
  readonly engine: "postgres";
  /** Name or address of the server. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Who asks. */
  readonly user: string;
  /** Name of the database. */
  readonly database: string;
  /** How much the server must prove: nothing, that it speaks TLS, or that it has a certificate for its name. */
  readonly sslmode: (typeof SSL_MODES)[number];
}

/** Returns what the runtime must allow for a server: its name and port. */
export function hostAndPort({ host, port }: PostgresAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What a server must know and prove. */
export interface ServerOptions {
  /** Returns the password; asked for at each connection. @default {none} */
  readonly password?: (() => string) | undefined;
  /** Certificate, in PEM, of the authority that signed the server's. @default {those that the runtime trusts} */
  readonly ca?: string | undefined;
}

/** Values of `sslmode` in an address. */
export const SSL_MODES = ["disable", "require", "verify-full"] as const;

/** What an address looks like. */
export const TABLE_ADDRESS = '"sqlite:FILE" or "postgres://USER@HOST:PORT/DATABASE"';

/**
 * Reads an address: `sqlite:FILE`, or `postgres://USER@HOST[:PORT]/DATABASE[?sslmode=MODE]`.
 *
 * A password is never part of it: it would show in the list of processes and in messages. Without `sslmode` a server on
 * another machine must have a certificate for its name, and one on this machine needs none.
 *
 * @param text The address.
 * @throws {TypeError} That says what is wrong with it; a password is not repeated.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTableAddress("sqlite:shop.db"), { engine: "sqlite", path: "shop.db" });
 * assertEquals(parseTableAddress("postgres://etl@db.example.com/shop"), {
 *   engine: "postgres",
 *   host: "db.example.com",
 *   port: 5432,
 *   user: "etl",
 *   database: "shop",
 *   sslmode: "verify-full",
 * });
 * ```
 */
export function parseTableAddress(text: string): TableAddress {
  if (/^sqlite:./.test(text)) return { engine: "sqlite", path: text.slice("sqlite:".length) };
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    const hint = /^[^:]+\.[^:]+$/.test(text) ? `; is "sqlite:${text}" meant?` : "";
    throw new TypeError(`expected ${TABLE_ADDRESS}${hint}`);
  }
  const url = new URL(text);
  if (url.password !== "") throw new TypeError("found a password in it, which others could read");
  const host = decoded(url.hostname).replace(/^\[|\]$/g, "");
  const user = decoded(url.username);
  const database = decoded(url.pathname.slice(1));
  const missing = [["user", user], ["host", host], ["database", database]]
    .find(([, value]) => value === "")?.[0];
  if (missing !== undefined) throw new TypeError(`found no ${missing}, expected ${TABLE_ADDRESS}`);
  // The runtime would take a pattern for every server that it matches.
  if (!isHost(host.includes(":") ? `[${host}]` : host)) {
    throw new TypeError(`found the host "${host}", expected the name or address of one server`);
  }
  const other = [...url.searchParams.keys()].find((name) => name !== "sslmode");
  if (other !== undefined) {
    throw new TypeError(`found the parameter "${other}", expected none but sslmode`);
  }
  const isHere = host === "localhost" || host === "::1" || host.startsWith("127.");
  const mode = url.searchParams.get("sslmode") ?? (isHere ? "disable" : "verify-full");
  const sslmode = SSL_MODES.find((one) => one === mode);
  if (sslmode === undefined) {
    throw new TypeError(`found sslmode "${mode}", expected one of ${SSL_MODES.join(", ")}`);
  }
  return { engine: "postgres", host, port: Number(url.port || 5432), user, database, sslmode };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(`found a "%" that begins no code, expected ${TABLE_ADDRESS}`);
  }
}
