import { type Database, migrate, openDatabase } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import { AUDIT_MIGRATIONS } from "./migrations.ts";

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
  const db = openDatabase(path, options);
  try {
    if (options.readOnly) refuseOlder(db);
    else migrate(db, AUDIT_MIGRATIONS);
    return db;
  } catch (error) {
    db[Symbol.dispose]();
    throw error;
  }
}

/** What only reads cannot migrate, and the queries are those of the newest schema. */
function refuseOlder(db: Database): void {
  const version = db.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
  if (version >= AUDIT_MIGRATIONS.length) return;
  throw new DatabaseError(
    "database-older",
    `Cannot read audit database "${db.path}": its schema has version ${version}, this program reads ` +
      `${AUDIT_MIGRATIONS.length}; run the pipeline once, which brings it up to date`,
    { context: { path: db.path, version } },
  );
}
