/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "../../api/mod.ts";
import "../../logging/mod.ts";
import "./fetch_waits.ts";
import "./resumable_fetch.ts";
import { API } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { api: API };
