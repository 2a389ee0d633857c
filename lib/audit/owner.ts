import type { Database } from "../db/mod.ts";

/** Which database this is, and which lake it describes. */
export type Owner = {
  readonly audit_id: string;
  /** `null` before the first run. */
  readonly lake_id: string | null;
};

/** Returns the identity of the database and of its lake. */
export function getOwner(db: Database): Owner {
  const owner = db.get<Owner>("SELECT audit_id, lake_id FROM owner");
  if (owner === undefined) throw new Error(`Cannot use "${db.path}": it has lost its identity`);
  return owner;
}

/** Makes the database the one that a lake names as its own. */
export function restoreOwner(db: Database, owner: Owner): void {
  db.run("UPDATE owner SET audit_id = ?, lake_id = ?", [owner.audit_id, owner.lake_id]);
}

/** Remembers the lake that the database describes. */
export function saveLakeId(db: Database, lakeId: string): void {
  db.run("UPDATE owner SET lake_id = ?", [lakeId]);
}
