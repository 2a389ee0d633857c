import { ERROR_CODES, type ErrorCode, type ErrorCodeInfo } from "./error_codes.ts";
import { IngestError } from "./ingest_error.ts";
import { actionsOf, isTakenIn, mayReject } from "./policy.ts";

/** One row of the table of outcomes. */
export interface OutcomeInfo {
  /** What the process answers to its caller (BSD sysexits where one fits). */
  readonly exitCode: number;
  /** What the audit database says of the run. */
  readonly runStatus: "complete" | "partial" | "suspended" | "failed";
  /** One sentence for REFERENCE.md. */
  readonly meaning: string;
}

/** Every outcome there is, gravest first: over several sources the first that occurred is the run's. */
export const OUTCOMES = {
  usage: {
    exitCode: 64,
    runStatus: "failed",
    meaning: "The command line is wrong; nothing was done.",
  },
  config: {
    exitCode: 78,
    runStatus: "failed",
    meaning:
      "The configuration is wrong, or the lake and the audit database do not belong together.",
  },
  failed: {
    exitCode: 1,
    runStatus: "failed",
    meaning: "At least one stream failed; what the others read is published.",
  },
  suspended: {
    exitCode: 75,
    runStatus: "suspended",
    meaning: "A long wait, a signal or another run stopped it; run it again.",
  },
  partial: {
    exitCode: 2,
    runStatus: "partial",
    meaning: "Something is missing, or more was rejected than `tolerance` allows.",
  },
  complete: {
    exitCode: 0,
    runStatus: "complete",
    meaning: "Nothing is missing, and rejects are within `tolerance`.",
  },
} as const satisfies Record<string, OutcomeInfo>;

/** Name of an outcome. */
export type Outcome = keyof typeof OUTCOMES;

/** Exit code of each outcome. */
export const EXIT_CODES = {
  usage: OUTCOMES.usage.exitCode,
  config: OUTCOMES.config.exitCode,
  failed: OUTCOMES.failed.exitCode,
  suspended: OUTCOMES.suspended.exitCode,
  partial: OUTCOMES.partial.exitCode,
  complete: OUTCOMES.complete.exitCode,
} as const satisfies Record<Outcome, number>;

/**
 * Exit code of a run that is published, complete or partial, and whose load failed (EX_UNAVAILABLE of BSD sysexits). It is
 * no outcome of the run, which is in the audit database and the summary as it was.
 */
export const NOT_LOADED = 69;

/** Outcome of a run that ends by an error of a class, or of one code of it. */
const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  UsageError: "usage",
  ConfigError: "config",
  SuspendedError: "suspended",
  // The wrong file was named; nothing has run.
  "database-foreign": "config",
};

/** Returns the outcome that an error stands for. */
export function outcomeOf(error: unknown): Outcome {
  return error instanceof IngestError ? outcomeOfCode(error.code) : "failed";
}

/** Returns the outcome of a run that an error with this code ends. */
export function outcomeOfCode(code: ErrorCode): Outcome {
  return OUTCOME_OF[code] ?? OUTCOME_OF[ERROR_CODES[code].family] ?? "failed";
}

/** Says which exit codes a code leads to: what is rejected costs nothing up to `tolerance`. */
export function exitCodesOf(code: ErrorCode): string {
  const { family }: ErrorCodeInfo = ERROR_CODES[code];
  const { complete, partial } = EXIT_CODES;
  const { file, stream } = actionsOf(code);
  const own = EXIT_CODES[outcomeOfCode(code)];
  if (file === "skip") {
    return stream === undefined ? String(complete) : `${complete} for one file, ${own} otherwise`;
  }
  if (file === "reject" && stream !== undefined) {
    return `${complete} or ${partial} for one file, ${own} otherwise`;
  }
  if (mayReject(code)) {
    return `${complete}; if on_finding rejects it, ${complete} within tolerance, ${partial} beyond it`;
  }
  if (isTakenIn(code)) return String(complete);
  if (family === "DataError" && stream === undefined) {
    return `${complete} within tolerance, ${partial} beyond it`;
  }
  if (family === "PaginationError") return String(partial);
  return String(own);
}

/** Returns the gravest of several outcomes; `complete` if there are none. */
export function gravestOutcome(outcomes: Iterable<Outcome>): Outcome {
  const seen = new Set(outcomes);
  const names = Object.keys(OUTCOMES) as Outcome[];
  return names.find((outcome) => seen.has(outcome)) ?? "complete";
}

/**
 * Returns the exit code of a command over several things: failed if none of them could be used, partial if something
 * could not.
 */
export function exitCodeOfMany(
  { usable, faults }: { readonly usable: number; readonly faults: number },
): number {
  if (faults === 0) return EXIT_CODES.complete;
  return usable === 0 ? EXIT_CODES.failed : EXIT_CODES.partial;
}
