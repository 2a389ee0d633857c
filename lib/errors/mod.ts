/**
 * The taxonomy of everything that can go wrong at run time.
 *
 * Every run-time failure is an {@linkcode IngestError} with a `code` from one closed set
 * ({@linkcode ERROR_CODES}), a `transient` flag that states a fact (trying again may help), a `context`
 * of named values and, where another error stood behind it, a `cause`. Retry, logs, the audit database and exit
 * codes read those fields, never a message. Wrong arguments in code are `TypeError` and `RangeError`.
 *
 * This module imports nothing of ours: every other area may import it.
 *
 * @module
 */
export * from "./data_error.ts";
export * from "./config_error.ts";
export * from "./error_codes.ts";
export * from "./http_error.ts";
export * from "./ingest_error.ts";
export * from "./internal_error.ts";
export * from "./database_error.ts";
export * from "./nearest.ts";
export * from "./outcomes.ts";
export * from "./pagination_error.ts";
export * from "./reject.ts";
export * from "./storage_error.ts";
export * from "./suspended_error.ts";
export * from "./usage_error.ts";
