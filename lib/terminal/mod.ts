/**
 * What a person sees: numbers, tables, colors, progress, and the command line as data.
 *
 * A {@linkcode CommandSpec} is parsed by {@linkcode parseFlags} and shown by {@linkcode helpText}; REFERENCE.md is
 * generated from the same object. Nothing here writes to the terminal by itself.
 *
 * @module
 */
export { asTyped } from "./as_typed.ts";
export { ChildOutput, escapedTo } from "./child_output.ts";
export type { CommandSpec, FlagSpec } from "./command_spec.ts";
export { createStyle, type Style, type StyleOptions } from "./create_style.ts";
export { displayWidth } from "./display_width.ts";
export { escapeAsJson, escapeControls, escapeLine } from "./escape_controls.ts";
export { excerpt, rejectExcerpt, type TextPlace } from "./excerpt.ts";
export { escapeMarkup } from "./escape_markup.ts";
export { formatBytes } from "./format_bytes.ts";
export { countOf, formatCount } from "./format_count.ts";
export { formatDuration } from "./format_duration.ts";
export { definitions, type DefinitionsOptions, helpText, paragraph } from "./help_text.ts";
export { jsonDocument } from "./json_document.ts";
export { givenValues, type ParsedFlags, parseFlags } from "./parse_flags.ts";
export { Progress, type ProgressOptions } from "./progress.ts";
export {
  type FailureDocument,
  failureDocument,
  failureText,
  reportFailure,
  type ReportFailureOptions,
  wantsDebug,
  wantsJson,
  withoutDebug,
} from "./report_failure.ts";
export { pathWord, shellWord } from "./shell_word.ts";
export { type Column, table, type TableOptions } from "./table.ts";
export { terminalColumns } from "./terminal_columns.ts";
export { truncate } from "./truncate.ts";
export { wrapLine } from "./wrap_line.ts";
export { wrapText } from "./wrap_text.ts";
