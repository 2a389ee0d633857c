import { DatabaseError } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";
import type { Database } from "./database.ts";

/** One step of a schema's history; once released it is never edited, only followed by another. */
export interface Migration {
  /** 1 for the first, then without gaps. */
  readonly version: number;
  /** What it brings, for logs. */
  readonly name: string;
  /** The statements. */
  readonly sql: string;
}

/** Versions before and after {@linkcode migrate}. */
export interface MigrateResult {
  /** Version before. */
  readonly from: number;
  /** Version after. */
  readonly to: number;
}

/**
 * Brings a database to the newest version of its schema.
 *
 * The version stands in `PRAGMA user_version`. Each step is one transaction (`migrate:<version>` to crash points),
 * and the version is read again inside it: two processes may start at once. A database that is up to date is not
 * written to, so that this also checks one that is open read-only.
 *
 * @param db The database.
 * @param migrations The whole history, oldest first.
 * @returns The versions before and after.
 * @throws {DatabaseError} `database-newer` if the database is ahead of this program; nothing is changed then.
 * @throws {TypeError} If the versions are not 1, 2, 3 and so on, or a step ends its transaction.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDatabase } from "./open_database.ts";
 *
 * using db = openDatabase(":memory:");
 * const sql = "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT";
 * const steps = [{ version: 1, name: "first", sql }];
 * assertEquals(migrate(db, steps), { from: 0, to: 1 });
 * assertEquals(migrate(db, steps), { from: 1, to: 1 });
 * ```
 */
export function migrate(db: Database, migrations: readonly Migration[]): MigrateResult {
  const wrong = migrations.findIndex((migration, i) => migration.version !== i + 1);
  if (wrong >= 0) {
    const found = migrations[wrong]?.version;
    throw new TypeError(`Cannot migrate: found version ${found}, expected ${wrong + 1}`);
  }
  const from = versionOf(db);
  if (from > migrations.length) {
    throw new DatabaseError(
      "database-newer",
      `Cannot use database "${db.path}": its schema has version ${from}, this program knows ${migrations.length}; update the program`,
      { context: { path: db.path, version: from, known: migrations.length } },
    );
  }
  for (const migration of migrations.slice(from)) apply(db, migration);
  return { from, to: migrations.length };
}

function apply(db: Database, { version, name, sql }: Migration): void {
  db.transaction(`migrate:${version}`, () => {
    if (versionOf(db) >= version) return;
    db.exec(sql);
    if (!db.inTransaction) {
      throw new TypeError(`Cannot migrate to version ${version}: its SQL ends the transaction`);
    }
    db.run(`PRAGMA user_version = ${version}`);
    logEvent("database-migrated", { path: db.path, version, name });
  });
}

function versionOf(db: Database): number {
  return db.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
}
