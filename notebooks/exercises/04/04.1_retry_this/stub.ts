// deno-lint-ignore-file no-unused-vars
/** Something that failed. */
export interface Failure {
  /** For people: "http-status", "storage-full". */
  readonly code: string;
  /** What failed. */
  readonly of: "configuration" | "record" | "request" | "storage";
  /** Whether trying the same thing again may succeed. */
  readonly transient: boolean;
  /** Whether a second try does no harm. @default true */
  readonly repeatable?: boolean;
  /** Ms that the server asks to wait. @default none */
  readonly wait?: number;
}

/** What was tried so far, and what may be. */
export interface Tried {
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  /** Attempts that may be made in all. */
  readonly limit: number;
  /** Longest wait, in ms. */
  readonly maxWait: number;
}

/** What is done. */
export type Action = "retry" | "reject" | "suspend" | "stop";

/** Says what is done about a failure. */
export function decide(failure: Failure, tried: Tried): Action {
  // TODO(you): whose fault is it? does it pass? may it be repeated, and when?
  throw new Error(
    "Not written yet: decide() in this file; begin with the two kinds that have one answer",
  );
}
