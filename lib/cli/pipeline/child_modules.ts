/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "./report_page.ts";
import "../../audit/mod.ts";
import "../../pipeline/mod.ts";
import { PIPELINE } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { pipeline: PIPELINE };
