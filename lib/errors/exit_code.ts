import { ConfigError } from "./config_error.ts";
import { SuspendedError } from "./suspended_error.ts";
import { UsageError } from "./usage_error.ts";

/** What the process answers to its caller (BSD sysexits where one fits). */
export const EXIT_CODES = {
  complete: 0,
  failed: 1,
  partial: 2,
  usage: 64,
  suspended: 75,
  config: 78,
} as const;

/** Name of an outcome. */
export type Outcome = keyof typeof EXIT_CODES;

/** Gravest first: over several sources the first of these that occurred is the run's outcome. */
export const OUTCOMES_BY_GRAVITY = [
  "usage",
  "config",
  "failed",
  "suspended",
  "partial",
  "complete",
] as const satisfies readonly Outcome[];

/** Returns the outcome that an error stands for. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof UsageError) return "usage";
  if (error instanceof ConfigError) return "config";
  if (error instanceof SuspendedError) return "suspended";
  return "failed";
}

/** Returns the gravest of several outcomes; `complete` where there are none. */
export function gravestOutcome(outcomes: Iterable<Outcome>): Outcome {
  const seen = new Set(outcomes);
  return OUTCOMES_BY_GRAVITY.find((outcome) => seen.has(outcome)) ?? "complete";
}
