/**
 * From logs in many formats to one normalised schema.
 *
 * {@linkcode normaliseLog} is the one entry: bytes in, NDJSON records and rejects out, and a summary whose
 * counts add up to the lines of the file. {@linkcode detectFormat} lets the lines of a sample vote;
 * {@linkcode LOG_FORMATS} names what can be read; {@linkcode LOG_COLUMNS} is the schema, and
 * {@linkcode logStructType} the same for Spark.
 *
 * @module
 */
export * from "./detect_format.ts";
export * from "./latency_sketch.ts";
export * from "./log_columns.ts";
export * from "./log_formats.ts";
export * from "./log_metrics.ts";
export * from "./log_struct_type.ts";
export * from "./log_summary.ts";
export { type LogBatch, normaliseLog, type NormaliseLogOptions } from "./normalise_log.ts";
export * from "./severity_number.ts";
