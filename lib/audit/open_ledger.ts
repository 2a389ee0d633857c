import { type Database, migrate, openDatabase } from "../db/mod.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

/** Options of {@linkcode openLedger}. */
export interface OpenLedgerOptions {
  /** Opens without the right to write; the file must exist. @default false */
  readonly readOnly?: boolean;
  /** Is told each commit before and after it happens. @default () => {} */
  readonly crashPoint?: (name: string) => void;
}

/**
 * Opens the ledger and brings its schema up to date.
 *
 * @param path Path of the SQLite file; it is created where it is missing.
 * @throws {LedgerError} If the file is no ledger, is damaged or was written by a newer version.
 */
export function openLedger(path: string, options: OpenLedgerOptions = {}): Database {
  const db = openDatabase(path, options);
  try {
    if (!options.readOnly) migrate(db, LEDGER_MIGRATIONS);
    return db;
  } catch (error) {
    db[Symbol.dispose]();
    throw error;
  }
}
