/** Names of the levels, by OpenTelemetry's ranges of severity numbers: four each. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Name of a level. */
export type LogLevel = (typeof LOG_LEVELS)[number];
