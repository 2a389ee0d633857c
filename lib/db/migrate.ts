import { createHash } from "node:crypto";
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

/** The table in which {@linkcode migrate} keeps what it applied. */
export const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY,      -- step of the schema, from 1
    name TEXT NOT NULL,               -- what it brought
    sha256 TEXT NOT NULL              -- of its statements, without comments and line breaks; another step under its number is refused
  ) STRICT`;

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
 * The version is in `PRAGMA user_version`, and the checksum of each step in the table `migrations`. Each step is one
 * transaction (`migrate:<version>` to crash points), and the version is read again inside it: two processes may start
 * at once. A database that is up to date is not written to, so that this also checks one that is open read-only.
 *
 * @param db The database.
 * @param migrations The whole history, oldest first.
 * @returns The versions before and after.
 * @throws {DatabaseError} `database-newer` if the database is ahead of this program, or a step of its history is
 * another than this program's; nothing is changed then.
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
  checkHistory(db, migrations);
  const from = versionOf(db);
  for (const migration of migrations.slice(from)) apply(db, migration);
  return { from, to: migrations.length };
}

/**
 * Looks whether a database was written by this program or an older version of it; nothing is changed.
 *
 * @throws {DatabaseError} `database-newer` if not.
 */
export function checkHistory(db: Database, migrations: readonly Migration[]): void {
  const version = versionOf(db);
  const refuse = (state: string): never => {
    throw new DatabaseError("database-newer", `Cannot use database "${db.path}": ${state}`, {
      context: { path: db.path, version, known: migrations.length },
    });
  };
  if (version > migrations.length) {
    refuse(
      `its schema has version ${version}, this program knows ${migrations.length}; update the program`,
    );
  }
  const other = historyOf(db).find((step) => {
    const own = migrations[step.version - 1];
    return own !== undefined && checksumOf(own) !== step.sha256;
  });
  if (other !== undefined) {
    refuse(
      `step ${other.version} of its schema ("${other.name}") is not this program's; use the program that wrote it`,
    );
  }
}

/** What is recorded; an older version of this program recorded nothing. */
function historyOf(db: Database): { version: number; name: string; sha256: string }[] {
  const table = "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'migrations'";
  if (db.get(table) === undefined) return [];
  return db.all("SELECT version, name, sha256 FROM migrations ORDER BY version");
}

/** A comment may be corrected later; what the database executes may not. */
function checksumOf({ sql }: Migration): string {
  const text = sql.replaceAll(/--.*$/gm, "").replaceAll(/\s+/g, " ").trim();
  return createHash("sha256").update(text).digest("hex");
}

function apply(db: Database, migration: Migration): void {
  const { version, name, sql } = migration;
  db.transaction(`migrate:${version}`, () => {
    if (versionOf(db) >= version) return;
    db.exec(sql);
    if (!db.inTransaction) {
      throw new TypeError(`Cannot migrate to version ${version}: its SQL ends the transaction`);
    }
    db.run(`PRAGMA user_version = ${version}`);
    db.run(MIGRATIONS_TABLE);
    db.run("INSERT INTO migrations (version, name, sha256) VALUES (?, ?, ?)", [
      version,
      name,
      checksumOf(migration),
    ]);
    logEvent("database-migrated", { path: db.path, version, name });
  });
}

function versionOf(db: Database): number {
  return db.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
}
