// Gives up only where the wait is longer than what is left.
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

const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
const TRANSIENT = [408, 429, 500, 502, 503, 504];

/** Sends a call, and again where that may help and does no harm. */
export async function sendWithRetry(call: Call, tools: Tools, limits: Limits): Promise<Answer> {
  const start = tools.now();
  for (let n = 0;; n++) {
    const timeout = Math.min(limits.attempt, limits.total - (tools.now() - start));
    const outcome = await attempt(call, tools, timeout);
    if (outcome.done || n >= limits.retries || !REPEATABLE.includes(call.method)) {
      return outcome.end();
    }
    const jitter = tools.random() * Math.min(limits.cap, limits.base * 2 ** n);
    const wait = Math.max(outcome.told, jitter);
    if (wait > limits.total - (tools.now() - start)) return outcome.end();
    await tools.sleep(wait);
  }
}

interface Outcome {
  /** Whether trying again is out of the question. */
  readonly done: boolean;
  /** The least wait, in ms. */
  readonly told: number;
  /** Gives the answer back, or throws the error. */
  end(): Answer;
}

async function attempt(call: Call, tools: Tools, timeout: number): Promise<Outcome> {
  try {
    const answer = await tools.send(call, timeout);
    const done = !TRANSIENT.includes(answer.status);
    return { done, told: answer.retryAfter ?? 0, end: () => answer };
  } catch (error) {
    const end = () => {
      throw error;
    };
    return { done: false, told: 0, end };
  }
}
