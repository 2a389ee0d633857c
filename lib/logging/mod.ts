/**
 * Structured logs: one JSON object a line in a file, one readable line on the terminal, no credential in either.
 *
 * Code logs with {@linkcode logEvent}, an event of the closed table {@linkcode EVENTS} and its fields.
 * {@linkcode startLogging} decides where the lines go; {@linkcode withCorrelation} gives them run, source, stream, page
 * and attempt.
 *
 * @module
 */
export * from "./events.ts";
export * from "./line_file.ts";
export * from "./log_event.ts";
export * from "./placeholders.ts";
export * from "./redact.ts";
export * from "./redact_registered.ts";
export * from "./secret_pattern.ts";
export * from "./start_logging.ts";
export * from "./with_correlation.ts";
