import { type Database, IF_DAMAGED } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";

/** Which database this is, and which lake it describes. */
export type Owner = {
  readonly audit_id: string;
  /** `null` before the first run. */
  readonly lake_id: string | null;
};

/**
 * Returns the identity of the database and of its lake.
 *
 * @throws {DatabaseError} If it has lost it.
 */
export function getOwner(db: Database): Owner {
  const owner = db.get<Owner>("SELECT audit_id, lake_id FROM owner");
  if (owner !== undefined) return owner;
  throw new DatabaseError(
    "database-damaged",
    `Cannot read database "${db.path}": it is damaged (table "owner" is empty); ${IF_DAMAGED}`,
    { context: { path: db.path } },
  );
}

/** Makes the database the one that a lake names as its own. */
export function restoreOwner(db: Database, owner: Owner): void {
  db.run("UPDATE owner SET audit_id = ?, lake_id = ?", [owner.audit_id, owner.lake_id]);
}

/** Remembers the lake that the database describes. */
export function saveLakeId(db: Database, lakeId: string): void {
  db.run("UPDATE owner SET lake_id = ?", [lakeId]);
}
