/**
 * Writing to files and standard streams, which every area may use.
 *
 * @module
 */
export * from "./write_all.ts";
