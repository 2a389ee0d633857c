/**
 * Structured logs: one JSON object a line in a file, one readable line on the terminal, no credential in either.
 *
 * Code logs with {@linkcode logEvent}, an event of the closed table {@linkcode EVENTS} and its fields.
 * {@linkcode startLogging} decides where the lines go; {@linkcode withCorrelation} gives them run, source, stream, page
 * and attempt.
 *
 * @module
 */
export {
  type EventFields,
  type EventInfo,
  type EventName,
  EVENTS,
  type FieldKind,
  type LogLevel,
} from "./events.ts";
export { cutText } from "./cut_text.ts";
export { latencyBucket, LatencySketch } from "./latency_sketch.ts";
export { LineFile, type LineFileOptions, type LineTarget, type Rotation } from "./line_file.ts";
export { flushLog, logEvent } from "./log_event.ts";
export {
  fillSecrets,
  hideSecrets,
  mapTexts,
  maskBeginning,
  maskSecrets,
  sealText,
} from "./placeholders.ts";
export { redact } from "./redact.ts";
export { REDACTED, redactRegistered } from "./redact_registered.ts";
export { compressOlder } from "./rotate.ts";
export { type FoundSecret, SecretFinder } from "./secret_finder.ts";
export { type LoggingOptions, startLogging } from "./start_logging.ts";
export { inSpan } from "./telemetry.ts";
export { spanIdOf, traceIdOf } from "./trace_ids.ts";
export {
  type Correlation,
  CORRELATION_KEYS,
  currentCorrelation,
  withCorrelation,
} from "./with_correlation.ts";
