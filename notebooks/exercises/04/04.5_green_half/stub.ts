// deno-lint-ignore-file no-unused-vars
/** What is known of one stream after a run. */
export interface StreamCounts {
  readonly name: string;
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  /** How many the server says there are. @default it says nothing */
  readonly declared?: number;
  /** Rows of its last good run. @default 0 */
  readonly before?: number;
  /** Share of its records that may be rejected; 0.01 is 1 %. */
  readonly tolerance: number;
  /** What ended it. @default nothing */
  readonly error?: string;
  /** Whether a signal or a long wait stopped it. @default false */
  readonly stopped?: boolean;
}

/** From the gravest to the best. */
export type Outcome = "failed" | "suspended" | "partial" | "complete";

/** What came of a run. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly exit: number;
  readonly reasons: readonly string[];
}

/** Says what came of a run, by what is known of its streams. */
export function verdictOf(streams: readonly StreamCounts[]): Verdict {
  // TODO(you): what would have to be true for a stream to be complete? which outcome wins?
  throw new Error(
    "Not written yet: verdictOf() in this file; begin with the outcome of one stream",
  );
}
