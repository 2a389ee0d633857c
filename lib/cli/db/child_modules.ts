/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "../../db/mod.ts";
import "../../secrets/mod.ts";
import "./extract_table.ts";
import { DB } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { db: DB };
