/**
 * Files and standard streams, as every area may use them: whether something exists, and writing all of it.
 *
 * @module
 */
export * from "./exists.ts";
export * from "./write_all.ts";
