/**
 * The order of the questions is the solution. Whose fault is it? A record that is broken stays broken, and a configuration
 * that is wrong concerns every request: neither gets better by time. Only then: does it pass, does a second try do no harm,
 * is an attempt left? And last, since it is only of interest for what is tried again: when?
 *
 * It reads a flag, never the text of the code. The same "http-status" is a 404 in one place and a 503 in the other, and
 * the code that raised it knew which.
 *
 * A wait that is too long is no failure. The run is suspended: it goes on from its place when the time has come, instead of
 * holding a worker, or of coming back too early.
 *
 * @module
 */
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
export function decide(failure: Failure, { attempts, limit, maxWait }: Tried): Action {
  const { of, transient, repeatable = true, wait = 0 } = failure;
  if (of === "record") return "reject";
  if (of === "configuration") return "stop";
  if (!transient) return "stop";
  if (!repeatable) return "stop";
  if (attempts >= limit) return "stop";
  return wait > maxWait ? "suspend" : "retry";
}
