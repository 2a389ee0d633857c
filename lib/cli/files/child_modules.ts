/**
 * All that commands of this group load, named where the runtime finds it without a permission to read it.
 *
 * @module
 */
import "./spark_advice.ts";
import "./inventory_memory.ts";
import "../../files/mod.ts";
import { FILES } from "./group.ts";

export { runCommand } from "../run_command.ts";
/** The group by its name. */
export const GROUPS = { files: FILES };
