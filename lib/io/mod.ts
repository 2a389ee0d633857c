/**
 * Files and standard streams, and what they answer when they fail: every area may use it.
 *
 * @module
 */
export * from "./standard_streams.ts";
export * from "./storage_error.ts";
export * from "./write_all.ts";
