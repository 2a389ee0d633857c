import { dirname } from "node:path";
import { refuseUnwritable } from "../db/may_write.ts";
import { hostAndPort, parseTableAddress, type PostgresAddress } from "../db/table_address.ts";
import { UsageError } from "../errors/mod.ts";
import { isInside, storageError } from "../io/mod.ts";
import { databaseBeside, duckdbFiles, realPath } from "../process/mod.ts";

/**
 * Checks where a load would write, before anything starts: it is a DuckDB database or nothing yet. What the pipeline
 * lives from is refused like any other input of a command.
 *
 * @param path The database, absolute.
 * @throws {UsageError} That says what is there instead.
 */
export function checkTarget(path: string): void {
  const state = stateAt(path) ?? partState(path);
  if (state !== undefined) throw wrongTarget(path, state);
  refuseUnwritable(path);
}

function wrongTarget(path: string, state: string): UsageError {
  return new UsageError("usage", `Cannot load into "${path}": ${state}; name another file`, {
    context: { path },
  });
}

/** Says whose part a database of this name would be, or what is left of one that was there; neither is a new database. */
function partState(path: string): string | undefined {
  const owner = databaseBeside(realPath(path));
  if (owner !== undefined) return `it would be taken for a part of the database "${owner}"`;
  const left = look(path, Deno.statSync) === undefined
    ? duckdbFiles(path).find((part) => look(part, Deno.lstatSync) !== undefined)
    : undefined;
  return left && `"${left}" would be taken for a part of it`;
}

/**
 * Makes sure that DuckDB makes none of its own files where something is that the pipeline lives from.
 *
 * @throws {UsageError} That names the first such place.
 */
export function refuseParts(path: string, keeps: readonly string[]): void {
  for (const part of duckdbFiles(path)) {
    const kept = keeps.map(realPath).find((one) => isInside(one, part) || isInside(part, one));
    if (kept === undefined) continue;
    throw wrongTarget(path, `DuckDB writes to "${part}", and the pipeline lives from "${kept}"`);
  }
}

/** Whether a target of a load is a PostgreSQL server. */
export function isPostgres(to: string): boolean {
  return /^postgres(ql)?:/.test(to);
}

/**
 * Reads the address of a server to load into.
 *
 * @throws {UsageError} That says what is wrong with it; a password is not repeated.
 */
export function postgresTarget(to: string): PostgresAddress {
  try {
    const address = parseTableAddress(to);
    if (address.engine === "postgres") return address;
    throw new TypeError("expected postgres://USER@HOST:PORT/DATABASE");
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const next = cause.message.includes("password") ? "; use --password-env instead" : "";
    throw new UsageError("usage", `Cannot load into that address: ${cause.message}${next}`, {
      context: { flag: "--to" },
    });
  }
}

/** Returns the name and port of the server to load into. */
export function hostOf(to: string): string {
  return hostAndPort(postgresTarget(to));
}

/** Says what is in the way at a path; `undefined` if it is a DuckDB database, or could be made. */
function stateAt(path: string): string | undefined {
  const there = look(path, Deno.statSync);
  if (there === undefined) {
    if (look(path, Deno.lstatSync) !== undefined) return "it is a link that leads nowhere";
    const folder = dirname(path);
    return look(folder, Deno.statSync)?.isDirectory ? undefined : `"${folder}" is no folder`;
  }
  if (!there.isFile) return `it is ${there.isDirectory ? "a folder" : "no regular file"}`;
  const start = startOf(path);
  if (start.startsWith("SQLite format 3\0")) return "it is a SQLite database, not one of DuckDB";
  // After a checksum; https://duckdb.org/docs/stable/internals/storage
  return start.slice(8, 12) === "DUCK" ? undefined : "it is no DuckDB database";
}

function startOf(path: string): string {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(16);
    file.readSync(bytes);
    return String.fromCharCode(...bytes);
  } catch (error) {
    throw storageError("load into", path, error);
  }
}

function look(path: string, how: (path: string) => Deno.FileInfo): Deno.FileInfo | undefined {
  try {
    return how(path);
  } catch {
    return undefined; // Missing, or not ours to look at; then the engine says why.
  }
}
