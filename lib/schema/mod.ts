/**
 * Schemas in Spark's JSON form: learned from records, or known from a header.
 *
 * @module
 */
export { csvSchema } from "./csv_schema.ts";
export { diffSchemas, SCHEMA_CHANGES, type SchemaChange } from "./diff_schemas.ts";
export { mergeSchemas } from "./merge_schemas.ts";
export { nextSchema } from "./next_schema.ts";
export { columnType, type SchemaColumn, TableSchema } from "./table_schema.ts";
export { SchemaInference, type SchemaInferenceOptions } from "./schema_inference.ts";
export type { ArrayType, MapType, SparkType, StructField, StructType } from "./struct_type.ts";
export { toDdl } from "./to_ddl.ts";
