/**
 * Files as atomic units: found, identified, validated, standardised, compressed and laid out for Spark.
 *
 * Nothing here looks at what a row means. What reads or writes content does so in bytes, piece by piece, so that
 * memory stays flat whatever the size.
 *
 * @module
 */
export type { ReadFileOptions } from "./_file_chunks.ts";
export * from "./bounded_name.ts";
export * from "./csv_scanner.ts";
export * from "./durable.ts";
export * from "./file_entry.ts";
export * from "./file_memory.ts";
export * from "./file_part.ts";
export * from "./findings.ts";
export * from "./gunzip.ts";
export * from "./gzip_file.ts";
export * from "./hash_file.ts";
export * from "./intake.ts";
export * from "./inventory.ts";
export * from "./line_chunks.ts";
export * from "./merge_files.ts";
export * from "./partition_path.ts";
export * from "./predict_spark_tasks.ts";
export * from "./prepare_file.ts";
export * from "./record_format.ts";
export * from "./row_sink.ts";
export * from "./split_file.ts";
export * from "./standard_name.ts";
export * from "./utf8_guard.ts";
