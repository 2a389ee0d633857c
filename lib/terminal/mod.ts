/**
 * What a person sees: numbers, tables, colours, progress, and the command line as data.
 *
 * A {@linkcode CommandSpec} is parsed by {@linkcode parseFlags} and shown by {@linkcode helpText}; REFERENCE.md is
 * generated from the same object. Nothing here writes to the terminal by itself.
 *
 * @module
 */
export * from "./command_spec.ts";
export * from "./create_style.ts";
export * from "./display_width.ts";
export * from "./escape_controls.ts";
export * from "./format_bytes.ts";
export * from "./format_count.ts";
export * from "./format_duration.ts";
export * from "./help_text.ts";
export * from "./json_document.ts";
export * from "./parse_flags.ts";
export * from "./progress.ts";
export * from "./report_failure.ts";
export * from "./table.ts";
export * from "./truncate.ts";
