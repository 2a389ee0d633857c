/**
 * What `headwaters logs` does, for those who show it.
 *
 * @module
 */
export { metricRows } from "./metric_rows.ts";
export { type ParsedLog, parseLogFile, type ParseLogFileOptions } from "./parse_log_file.ts";
