/**
 * The types of source: each is a folder and a line in {@linkcode SOURCE_TYPES}.
 *
 * @module
 */
export * from "./source_types.ts";
