/**
 * Checks of records: what the pipeline itself must be able to rely on before a record is written, and what a stream's
 * `checks` ask for.
 *
 * @module
 */
export { checkRecord, type CheckRecordOptions, type RecordFault } from "./check_record.ts";
export { CHECK_PRESETS, CHECK_TYPES, type CheckPreset, type CheckType } from "./check_values.ts";
export {
  type Check,
  CHECK_RULES,
  CHECK_SEVERITIES,
  type CheckRule,
  type CheckSeverity,
  type CheckTally,
  RecordChecks,
  type Violation,
  type ViolationOptions,
} from "./checks.ts";
export {
  isPrivate,
  MASKED,
  PrivacyFilter,
  type PrivacyRules,
  UncoveredValueError,
} from "./privacy.ts";
export { keyOf } from "./key_of.ts";
