/**
 * Schemas in Spark's JSON form: learned from records, or known from a header.
 *
 * @module
 */
export * from "./csv_schema.ts";
export * from "./schema_inference.ts";
export * from "./struct_type.ts";
