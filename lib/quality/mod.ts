/**
 * Checks of single records: what the pipeline must be able to rely on before a record is written.
 *
 * @module
 */
export * from "./check_record.ts";
export * from "./key_of.ts";
