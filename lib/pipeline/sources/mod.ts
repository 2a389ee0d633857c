/**
 * The types of source: each is a folder and a line in {@linkcode SOURCE_TYPES}.
 *
 * @module
 */
export { type AnySource, SOURCE_TYPES, sourceTypeOf, streamsOf } from "./source_types.ts";
