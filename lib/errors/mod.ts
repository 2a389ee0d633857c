/**
 * The taxonomy of everything that can go wrong at run time.
 *
 * Every run-time failure is an {@linkcode IngestError} with a `code` from one closed set
 * ({@linkcode ERROR_CODES}), a `transient` flag that states a fact (trying again may help), a `context`
 * of named values and, if another error caused it, a `cause`. Retry, logs, the audit database and exit
 * codes read those fields, never a message. Wrong arguments in code are `TypeError` and `RangeError`.
 *
 * This module imports nothing of ours: every other area may import it.
 *
 * @module
 */
export { BACKOFF, backoff, type BackoffOptions, type BackoffWait } from "./backoff.ts";
export {
  type CodeOf,
  ERROR_CODES,
  type ErrorCode,
  type ErrorCodeInfo,
  EXAMPLES,
  type FindingSeverity,
} from "./error_codes.ts";
export {
  ConfigError,
  DatabaseError,
  DataError,
  HttpError,
  type HttpErrorOptions,
  InternalError,
  PaginationError,
  StorageError,
  SuspendedError,
  UsageError,
} from "./families.ts";
export {
  boundedMessage,
  cleanCutMessages,
  IngestError,
  type IngestErrorOptions,
} from "./ingest_error.ts";
export { nextStepOf } from "./next_step_of.ts";
export { nearest } from "./nearest.ts";
export {
  EXIT_CODES,
  exitCodeOfMany,
  exitCodesOf,
  gravestOutcome,
  NOT_LOADED,
  type Outcome,
  type OutcomeInfo,
  outcomeOf,
  outcomeOfCode,
  OUTCOMES,
} from "./exit_codes.ts";
export {
  type Action,
  actionFor,
  ACTIONS,
  actionsOf,
  describePolicy,
  POLICY,
  type PolicyRule,
  type Stage,
} from "./policy.ts";
export type { Place, Reject, RejectCode } from "./reject.ts";
