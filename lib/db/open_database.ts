import { dirname } from "node:path";
import { DatabaseError } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { openDriver } from "./_driver.ts";
import { IF_DAMAGED, toDatabaseError } from "./_sqlite_errors.ts";
import { type CrashPoint, Database } from "./database.ts";

/** Options of {@linkcode openDatabase}. */
export interface OpenDatabaseOptions {
  /** How long a statement waits for another connection's lock, in ms; the wait blocks the thread. @default {5000} */
  readonly timeout?: number;
  /**
   * Refuses every write; the file must exist. It is read as it is now and leaves nothing next to it, so that it may be in
   * a folder that cannot be written; only one that is being written, or is above 64 MiB, is read in place.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
  /** Looks at every page first, if there are no more than 64 MiB of them (0.2 s). @default {false} */
  readonly check?: boolean;
  /** Called at each commit, so that a test can stop the process there. @default {does nothing} */
  readonly crashPoint?: CrashPoint;
}

/**
 * Opens or creates a SQLite database file.
 *
 * It runs in WAL mode with `synchronous=FULL` (a commit is on disk when it returns, unless it asks for no flush) and
 * foreign keys on.
 *
 * @param path The file; its folder must exist. `:memory:` is a database that ends with the connection.
 * @param options See {@linkcode OpenDatabaseOptions}.
 * @returns The database; close it by `using`.
 * @throws {DatabaseError} `database-foreign` if there is something else than a database, `database-damaged` if it is a
 * broken one, `database-io` if it cannot be opened.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * using db = openDatabase(":memory:");
 * db.exec("CREATE TABLE pages (number INTEGER PRIMARY KEY, token TEXT NOT NULL) STRICT");
 * db.insertMany("pages", ["number", "token"], [[1, "a"], [2, "b"]]);
 * assertEquals(db.get<{ n: number }>("SELECT count(*) AS n FROM pages")?.n, 2);
 * ```
 */
export function openDatabase(path: string, options: OpenDatabaseOptions = {}): Database {
  const { timeout = 5000, readOnly = false, check = false, crashPoint = () => {} } = options;
  if (!Number.isSafeInteger(timeout) || timeout < 0) {
    throw new RangeError(
      `Cannot open "${path}" with timeout ${timeout}: wanted whole ms, 0 or more`,
    );
  }
  if (path !== ":memory:") refuseOthers(path, readOnly);
  let driver;
  try {
    driver = openDriver(path, { timeout, readOnly });
  } catch (error) {
    throw toDatabaseError(error, `open database "${path}"`, { path });
  }
  const db = new Database(driver, path, crashPoint);
  try {
    prepareConnection(db, readOnly);
    if (check) checkPages(db);
    return db;
  } catch (error) {
    db.close();
    throw isDatabaseError(error, "database-damaged") ? notADatabase(path, error) : error;
  }
}

/** SQLite would only say that it is unable to open a folder, and wait for ever for what is in a pipe. */
function refuseOthers(path: string, readOnly: boolean): void {
  const info = stateOf(path);
  const refuse = (
    state: string,
    code: "database-io" | "database-foreign" = "database-io",
  ): never => {
    throw new DatabaseError(code, `Cannot open database "${path}": ${state}`, {
      context: { path },
    });
  };
  if (info === "missing") {
    if (stateOf(dirname(path)) === "missing") refuse("its folder does not exist; make it first");
    if (readOnly) refuse("there is no such file; check its name");
  } else if (info !== undefined && !info.isFile) {
    refuse(
      `it is ${info.isDirectory ? "a folder" : "not a regular file"}, expected a file; name one`,
      "database-foreign",
    );
  }
}

function stateOf(path: string): Deno.FileInfo | "missing" | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    return undefined; // Not ours to look at: SQLite says what is wrong.
  }
}

const MAX_CHECKED_BYTES = 64 * 1024 * 1024;

function checkPages(db: Database): void {
  const size = db.get<{ bytes: number }>(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  );
  if ((size?.bytes ?? 0) > MAX_CHECKED_BYTES) return;
  const found = db.get<{ quick_check: string }>("PRAGMA quick_check(1)")?.quick_check ?? "";
  if (found === "ok") return;
  throw new DatabaseError("database-damaged", found.replace(/\s+/g, " "), { context: {} });
}

function isDatabaseError(error: unknown, code: string): error is DatabaseError {
  return error instanceof DatabaseError && error.code === code;
}

/** https://sqlite.org/rescode.html#notadb */
const NOT_A_DATABASE = 26;

/** The first statement fails; which one it was says nothing. */
function notADatabase(path: string, cause: DatabaseError): DatabaseError {
  const isNone = cause.context["errcode"] === NOT_A_DATABASE;
  return new DatabaseError(
    isNone ? "database-foreign" : "database-damaged",
    `Cannot open "${path}": ${
      isNone
        ? `it is not an SQLite database; name another file, or ${IF_DAMAGED}`
        : `it is damaged; ${IF_DAMAGED}`
    }`,
    { cause, context: { ...cause.context, path } },
  );
}

function prepareConnection(db: Database, readOnly: boolean): void {
  if (readOnly) {
    // Reading the schema is what finds out that a file is not a database.
    db.all("SELECT name FROM sqlite_master LIMIT 1");
    return;
  }
  const mode = db.get<{ journal_mode: string }>("PRAGMA journal_mode = WAL")?.journal_mode;
  if (mode !== "wal" && mode !== "memory") {
    logEvent("wal-unavailable", { path: db.path, mode });
  }
  db.run("PRAGMA synchronous = FULL");
}
