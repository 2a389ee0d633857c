/**
 * Files and standard streams, as every area may use them: whether something exists, writing all of it, and what fails.
 *
 * @module
 */
export * from "./dot_dot.ts";
export * from "./exists.ts";
export * from "./standard_streams.ts";
export * from "./storage_error.ts";
export * from "./write_all.ts";
