/**
 * The command line `headwaters GROUP COMMAND`.
 *
 * A command is one file: its words and flags, the permissions that they need, its work. {@linkcode main} finds it and
 * runs it in a process that may do that and nothing else.
 *
 * @module
 */
export { type Caller, callerHere, main } from "./main.ts";
export { GROUPS } from "./groups.ts";
export { specOf } from "./find_command.ts";
