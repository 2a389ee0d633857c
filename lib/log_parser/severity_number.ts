const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["FINEST", 1],
  ["TRACE", 1],
  ["VERBOSE", 1],
  ["TRACE8", 1],
  ["TRACE7", 1],
  ["TRACE6", 1],
  ["TRACE5", 1],
  ["TRACE4", 1],
  ["TRACE3", 2],
  ["TRACE2", 3],
  ["TRACE1", 4],
  ["FINER", 5],
  ["DEBUG", 5],
  ["DBG", 5],
  ["FINE", 6],
  ["CONFIG", 7],
  ["INFO", 9],
  ["INF", 9],
  ["INFORMATION", 9],
  ["INFORMATIONAL", 9],
  ["LOG", 9],
  ["NOTICE", 10],
  ["SUCCESS", 10],
  ["WARN", 13],
  ["WARNING", 13],
  ["WRN", 13],
  ["ERR", 17],
  ["ERROR", 17],
  ["SEVERE", 17],
  ["CRIT", 18],
  ["CRITICAL", 18],
  ["DPANIC", 18],
  ["ALERT", 19],
  ["PANIC", 21],
  ["EMERG", 21],
  ["EMERGENCY", 21],
  ["FATAL", 21],
  ["FTL", 21],
  ["FATA", 21],
  ["ASSERT", 21],
  ["PNC", 21],
  ["CRT", 18],
  ["ERRO", 17],
  ["FAILURE", 17],
  ["SYSTEM", 9],
  ["NOTE", 10],
  ["NOTIFICATION", 9],
  ["DEBU", 5],
  ["VRB", 1],
  ["TRC", 1],
  ["TRAC", 1],
  ["TRCE", 1],
  ["DBUG", 5],
  ["DEBG", 5],
  ["EROR", 17],
  ["FAIL", 17],
]);

const SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5] as const;

/** Names of the syslog severities 0-7. */
export const SYSLOG_SEVERITIES = [
  "emerg",
  "alert",
  "crit",
  "err",
  "warning",
  "notice",
  "info",
  "debug",
] as const;

/** One letter, as Android, glog, MongoDB and many tables write it. */
const LETTERS: Readonly<Record<string, number>> = {
  ...{ V: 1, T: 1, D: 5, I: 9, N: 10, W: 13, E: 17, C: 18, F: 21, A: 21 },
};

/** Returns the severity number for a level of one capital letter. */
export function letterSeverity(letter: string): number | undefined {
  return LETTERS[letter];
}

const known = new Map<string, number | undefined>();

/**
 * Returns OpenTelemetry's severity number (1-24) for a level as it is written in logs.
 *
 * @param level In any case: `WARN`, `Warning`, `severe`.
 * @returns `undefined` for a word that names no level.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { severityNumber } from "./severity_number.ts";
 *
 * assertEquals(severityNumber("Warning"), 13);
 * assertEquals(severityNumber("hello"), undefined);
 * ```
 * @see {@link https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/ | OpenTelemetry, appendix B}
 */
export function severityNumber(level: string): number | undefined {
  if (level.length > 13) return undefined;
  const found = known.get(level);
  if (found !== undefined) return found;
  const number = NUMBERS.get(level.toUpperCase());
  if (number !== undefined && known.size < 256) known.set(level, number);
  return number;
}

/**
 * Returns the severity number for a syslog severity.
 *
 * @param severity 0 (emergency) to 7 (debug).
 */
export function syslogSeverityNumber(severity: number): number | undefined {
  return SYSLOG[severity];
}
