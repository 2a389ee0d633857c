// deno-lint-ignore-file no-unused-vars require-await
/** What is to be sent. */
export interface Call {
  readonly method: string;
  readonly url: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  /** What `Retry-After` asked for, in ms, if anything. */
  readonly retryAfter?: number;
}

/** Everything outside: replaced by a fake in a test. */
export interface Tools {
  /** Sends; rejects when the connection fails or `timeout` ms have passed. */
  send(call: Call, timeout: number): Promise<Answer>;
  /** Waits, in ms. */
  sleep(ms: number): Promise<void>;
  /** A clock that never jumps, in ms. */
  now(): number;
  /** From 0 to just below 1. */
  random(): number;
}

/** All in ms but `retries`. */
export interface Limits {
  /** Attempts after the first one. */
  readonly retries: number;
  /** The first ceiling of the random wait. */
  readonly base: number;
  /** The highest ceiling of the random wait. */
  readonly cap: number;
  /** For one attempt. */
  readonly attempt: number;
  /** For all attempts and waits together. */
  readonly total: number;
}

/** Sends a call, and again if that may help and does no harm. */
export async function sendWithRetry(call: Call, tools: Tools, limits: Limits): Promise<Answer> {
  // TODO(you): may it be repeated? how long to wait? is there time for it?
  throw new Error(
    "Not written yet: sendWithRetry() in this file; begin with one send() and its answer",
  );
}
