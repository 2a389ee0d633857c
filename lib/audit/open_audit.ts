import { checkHistory, type Database, migrate, openDatabase } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import { AUDIT_MIGRATIONS } from "./migrations.ts";

/** How SQLite files of this project are signed: "HWAT", as in migration 3. */
const APPLICATION_ID = 1213677908;

/** Options of {@linkcode openAudit}. */
export interface OpenAuditOptions {
  /** Opens without the right to write; the file must exist. @default false */
  readonly readOnly?: boolean;
  /** Is called before and after each commit. @default () => {} */
  readonly crashPoint?: (name: string) => void;
}

/**
 * Opens the audit database and brings its schema up to date.
 *
 * @param path Path of the SQLite file; it is created if it is missing.
 * @throws {DatabaseError} If the file is no audit database, is damaged or was written by a newer version; in
 * read-only mode also if it was written by an older one.
 */
export function openAudit(path: string, options: OpenAuditOptions = {}): Database {
  if (!options.readOnly) checkAudit(path);
  const db = openDatabase(path, options);
  try {
    if (options.readOnly) refuseOtherVersions(db);
    else migrate(db, AUDIT_MIGRATIONS);
    // What a statement may have to undo would go to a folder of the system, in a new file for each transaction.
    db.exec("PRAGMA temp_store = MEMORY");
    return db;
  } catch (error) {
    db[Symbol.dispose]();
    throw error;
  }
}

/**
 * Looks at a database before it is opened for writing: another program's must not even be switched to WAL.
 *
 * @param path Path of the SQLite file; it may be missing or empty.
 * @throws {DatabaseError} If it is no audit database, is damaged or was written by a newer version.
 */
export function checkAudit(path: string): void {
  if (path === ":memory:" || !hasAudit(path)) return;
  using db = openDatabase(path, { readOnly: true, check: true });
  if (isOurs(db)) return checkHistory(db, AUDIT_MIGRATIONS);
  throw new DatabaseError(
    "database-foreign",
    `Cannot use "${path}" as audit database: it is a database of another program; name a new file`,
    { context: { path } },
  );
}

/** Versions 1 and 2 did not sign the file. */
function isOurs(db: Database): boolean {
  const id = db.get<{ application_id: number }>("PRAGMA application_id")?.application_id;
  if (id === APPLICATION_ID) return true;
  const names = db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .map(({ name }) => name);
  return id === 0 &&
    (names.length === 0 || names.includes("runs") && names.includes("publications"));
}

/**
 * Says whether a file holds an audit database: one that is missing, or empty, holds none.
 *
 * @param path Path of the SQLite file. What cannot be looked at may hold one: opening it says why not.
 */
export function hasAudit(path: string): boolean {
  try {
    return Deno.statSync(path).size > 0;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}

/** What only reads cannot migrate, and the queries are those of one version of the schema. */
function refuseOtherVersions(db: Database): void {
  if (!isOurs(db)) {
    throw new DatabaseError(
      "database-foreign",
      `Cannot read "${db.path}": it is a database of another program; name the audit database of a pipeline`,
      { context: { path: db.path } },
    );
  }
  checkHistory(db, AUDIT_MIGRATIONS);
  const version = versionOf(db);
  if (version === AUDIT_MIGRATIONS.length) return;
  // An empty file has version 0: a run was killed at once, or somebody made it by hand.
  const state = version === 0
    ? "it is empty; run the pipeline once, which sets it up, or remove it and make it again from a lake that has data, by headwaters audit rebuild"
    : `its schema has version ${version}, this program reads ${AUDIT_MIGRATIONS.length}; ` +
      "run the pipeline once, which brings it up to date";
  throw new DatabaseError(
    "database-older",
    `Cannot read audit database "${db.path}": ${state}`,
    { context: { path: db.path, version } },
  );
}

function versionOf(db: Database): number {
  return db.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
}
