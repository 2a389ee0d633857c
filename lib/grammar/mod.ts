/**
 * The small grammars of the configuration and the command line, each in one place: dot paths, durations, sizes, patterns
 * of paths and the forms of time values.
 *
 * This module imports nothing of ours but errors: every other area may import it.
 *
 * @module
 */
export { hostWithPort, isHost } from "./host.ts";
export { DELIMITER_FORM, isDelimiter } from "./delimiter.ts";
export { hasHalfSurrogate } from "./half_surrogate.ts";
export { hasLongNumber } from "./long_number.ts";
export { isTooDeep, MOST_LEVELS } from "./is_too_deep.ts";
export {
  type DotPath,
  formatDotPath,
  parseDotPath,
  valueAt,
  wantedDotPath,
  withValueAt,
} from "./dot_path.ts";
export { foldName } from "./fold_name.ts";
export { DuplicateKeyError, FrameScanner } from "./frame_scanner.ts";
export { jsonErrorColumn } from "./json_error.ts";
export { parseDuration } from "./duration.ts";
export { parseExactly } from "./parse_exactly.ts";
export { parsePathPattern, wantedPattern } from "./path_pattern.ts";
export { parseSize } from "./size.ts";
export {
  formatTimeValue,
  isMoment,
  isTimeForm,
  isTimeZone,
  isZoneless,
  mayLackZone,
  parseTimeValue,
  type ParseTimeValueOptions,
  stepOf,
  TIME_FORMS,
  type TimeForm,
  type TimeValue,
  WINDOW_FORMS,
  type WindowForm,
} from "./time_form.ts";
export type { TimePattern } from "./time_form.ts";
