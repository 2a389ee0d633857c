import { ConfigError } from "../errors/mod.ts";
import { realPath } from "./real_paths.ts";

/** Ends of the names of what SQLite makes next to a database, and removes again. */
const SQLITE_ENDINGS = ["-wal", "-shm", "-journal"] as const;

/**
 * Ends of the names of what DuckDB makes next to a database, and removes again: a log, and a folder
 * (https://duckdb.org/docs/stable/operations_manual/footprint_of_duckdb/files_created_by_duckdb).
 */
const DUCKDB_ENDINGS = [".wal", ".tmp"] as const;

/** End of the name of what a run locks. */
const LOCK_ENDING = ".lock";

/** Returns the lock of an audit database: next to the file itself, so that it is one for every link to it. */
export function lockFile(path: string): string {
  return `${realPath(path)}${LOCK_ENDING}`;
}

/** Returns what SQLite makes next to a database while it is in use; there is none next to a link to it. */
export function sqliteFiles(path: string): string[] {
  return named(path, SQLITE_ENDINGS);
}

/** Returns what DuckDB makes next to a database while it is in use. */
export function duckdbFiles(path: string): string[] {
  return named(path, DUCKDB_ENDINGS);
}

function named(path: string, endings: readonly string[]): string[] {
  const real = realPath(path);
  return endings.map((ending) => `${real}${ending}`);
}

/** Returns what belongs to a database by its name, so that nothing else may have it: SQLite's files and the lock. */
export function sideFiles(path: string): string[] {
  return [...sqliteFiles(path), lockFile(path)];
}

/** Returns the path of the database that SQLite would make a file of this name for; `undefined` if it is no such name. */
export function databaseOf(path: string): string | undefined {
  return ownerOf(path, SQLITE_ENDINGS);
}

/** Returns the database that is there, and that a file of this name would be taken to belong to; `undefined` if none is. */
export function databaseBeside(path: string): string | undefined {
  const duckdb = ownerOf(path, DUCKDB_ENDINGS);
  if (duckdb !== undefined && isDuckDb(duckdb)) return duckdb;
  const owner = ownerOf(path, [...SQLITE_ENDINGS, LOCK_ENDING]);
  return owner !== undefined && isSqlite(owner) ? owner : undefined;
}

function ownerOf(path: string, endings: readonly string[]): string | undefined {
  const ending = endings.find((ending) => path.endsWith(ending));
  return ending && path.slice(0, -ending.length);
}

const SQLITE_HEAD = "SQLite format 3\0";

/** Says whether something is a SQLite database, by its first bytes; what cannot be read is none. */
export function isSqlite(path: string): boolean {
  return headOf(path) === SQLITE_HEAD;
}

/** Says whether something is a DuckDB database, by what follows its checksum; what cannot be read is none. */
export function isDuckDb(path: string): boolean {
  return headOf(path).slice(8, 12) === "DUCK";
}

/** The first bytes of a file; none of what cannot be read. */
function headOf(path: string): string {
  try {
    // To open a pipe would be to wait for it.
    if (!Deno.statSync(path).isFile) return "";
    using file = Deno.openSync(path);
    const head = new Uint8Array(SQLITE_HEAD.length);
    file.readSync(head);
    return String.fromCharCode(...head);
  } catch {
    return ""; // Missing, or not ours to look at.
  }
}

/**
 * Returns what a process reads that opens a SQLite database: the file, and what SQLite keeps of it in others.
 *
 * @throws {ConfigError} If one of those that SQLite makes is a link: nobody named what it leads to.
 */
export function databaseFiles(path: string): string[] {
  const link = linkedFile(path);
  if (link !== undefined) {
    throw new ConfigError("config-invalid", `Cannot use database "${path}": ${linkState(link)}`, {
      context: { path: link },
    });
  }
  return [path, ...sqliteFiles(path)];
}

/** Returns which of the files that SQLite makes next to a database is a link, if one is. */
export function linkedFile(path: string): string | undefined {
  return sqliteFiles(path).find((file) => {
    try {
      return Deno.lstatSync(file).isSymlink;
    } catch {
      return false; // Missing, or not ours to look at: opening the database says so.
    }
  });
}

/** Says of such a link what is wrong with it. */
export function linkState(link: string): string {
  return `"${link}" is a link, expected SQLite's own file or nothing; move the link away`;
}
