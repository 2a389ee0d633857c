import { type Database, IF_DAMAGED } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";

/**
 * Reads a value that a column of the audit database keeps as JSON.
 *
 * @param table Its table, for the message.
 * @throws {DatabaseError} `database-damaged` if it is none.
 */
// deno-lint-ignore no-explicit-any -- as JSON.parse, whose answer only the caller knows
export function readJson(db: Database, table: string, text: string): any {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DatabaseError(
      "database-damaged",
      `Cannot read database "${db.path}": it is damaged (table "${table}" has a value that is not JSON); ${IF_DAMAGED}`,
      { cause, context: { path: db.path, table } },
    );
  }
}
