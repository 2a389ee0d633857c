/**
 * From logs in many formats to one normalized schema.
 *
 * {@linkcode normalizeLog} is the one entry: bytes in, NDJSON records and rejects out, and a summary whose
 * counts add up to the lines of the file. {@linkcode detectFormat} lets the lines of a sample vote;
 * {@linkcode LOG_FORMATS} names what can be read; {@linkcode LOG_COLUMNS} is the schema, and
 * {@linkcode logStructType} the same for Spark.
 *
 * @module
 */
export {
  countAccess,
  type CountAccessOptions,
  type CountedAccess,
  type CountJob,
} from "./count_access.ts";
export { detectFormat, type FormatDetection } from "./detect_format.ts";
export { type HeavyHitter, HeavyHitters, type HeavyHittersPart } from "./heavy_hitters.ts";
export { LatencySketch } from "../logging/mod.ts";
export {
  LOG_COLUMNS,
  type LogColumn,
  type LogColumnName,
  type LogColumnType,
  REQUIRED_LOG_COLUMNS,
} from "./log_columns.ts";
export {
  LOG_FORMATS,
  type LogFormat,
  type LogFormatChoice,
  type LogFormatInfo,
} from "./log_formats.ts";
export { LOG_LEVELS, type LogLevel } from "./log_levels.ts";
export { DATE_ORDERS, type DateOrder } from "./date_order.ts";
export { LogMetrics, type MetricInput } from "./log_metrics.ts";
export type {
  LatencyQuantiles,
  LogMetricsPart,
  LogMetricsSnapshot,
  VolumeBucket,
} from "./log_metrics_snapshot.ts";
export { patternExamples } from "./load_formats.ts";
export { checkLogFormat, logFormatJsonSchema } from "./check_log_format.ts";
export type { LogFormatExample } from "./_pattern_format.ts";
export { logDdl, logStructType, type SparkField, type SparkStructType } from "./log_struct_type.ts";
export type { LineFault } from "./_line_fault.ts";
export type { LinePlace } from "./_line_joiner.ts";
export { checkConservation, type LogSummary, summaryOfParts } from "./log_summary.ts";
export { type LogBatch, normalizeLog, type NormalizeLogOptions } from "./normalize_log.ts";
export { identifyLog, type LogIdentity, sampleLog } from "./sample_log.ts";
export { severityNumber, syslogSeverityNumber } from "./severity_number.ts";
