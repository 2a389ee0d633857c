/**
 * What a person at a terminal sees: numbers, tables, colours, progress, flags and help.
 *
 * Nothing here prints by itself but {@linkcode Progress}; the rest returns text.
 *
 * @module
 */
export * from "./command_spec.ts";
export * from "./format.ts";
export * from "./help_text.ts";
export * from "./parse_flags.ts";
export * from "./progress.ts";
export * from "./style.ts";
export * from "./table.ts";
