/**
 * Checks of single records: what the pipeline must be able to rely on before a record is written.
 *
 * @module
 */
export { checkRecord, type CheckRecordOptions, type RecordFault } from "./check_record.ts";
export { keyOf } from "./key_of.ts";
