/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "../../audit/mod.ts";
import "../../lake/mod.ts";
import "../../logging/mod.ts";
import { AUDIT } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { audit: AUDIT };
