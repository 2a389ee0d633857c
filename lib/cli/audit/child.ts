/**
 * A command of this group as a process.
 *
 * @module
 */
import { runChild } from "../run_child.ts";

if (import.meta.main) await runChild(() => import("./child_modules.ts"));
