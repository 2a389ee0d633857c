/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "./report.ts";
import "./targets.ts";
import "./parse_log_file.ts";
import "./parse_into.ts";
import "./parse_in_parts.ts";
import "../../files/mod.ts";
import "../../log_parser/mod.ts";
import { LOGS } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { logs: LOGS };
