/**
 * Full jitter: the wait is drawn from 0 up to the ceiling, not around it. Two hundred workers that failed in the same
 * moment then come back spread over the whole span, and the server sees a slope instead of a wall. The ceiling doubles, so
 * that a long outage costs few requests; the cap keeps the doubling from becoming hours.
 *
 * What the server asks for is a lower bound. Jitter may add to it and never takes from it, and the cap does not apply to it: the
 * cap is our guess, the header is knowledge. If that is too long for us, we give up (a pipeline suspends the run); coming back
 * early is not among the choices.
 *
 * Two clocks, since each catches what the other cannot. Without the attempt's clock one hanging connection eats the whole
 * budget; without the total clock five patient attempts take all night. The last attempt gets only what is left.
 *
 * A wait that would use up the budget is not begun. To sleep first and then notice that time is up wastes exactly the time
 * that someone is waiting for an answer.
 *
 * A timeout says nothing about whether the server did the work. So only methods whose repetition does no harm are
 * repeated (RFC 9110, section 9.2.2). A POST needs an idempotency key and the server's word for it.
 *
 * @module
 */
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

/** Sends a call, and again if that may help and does no harm. */
export async function sendWithRetry(call: Call, tools: Tools, limits: Limits): Promise<Answer> {
  const start = tools.now();
  for (let n = 0;; n++) {
    const timeout = Math.min(limits.attempt, limits.total - (tools.now() - start));
    const outcome = await attempt(call, tools, timeout);
    if (outcome.done || n >= limits.retries || !REPEATABLE.includes(call.method)) {
      return outcome.end();
    }
    const jitter = tools.random() * Math.min(limits.cap, limits.base * 2 ** n);
    const wait = Math.max(outcome.asked, jitter);
    if (wait >= limits.total - (tools.now() - start)) return outcome.end();
    await tools.sleep(wait);
  }
}

interface Outcome {
  /** Whether trying again is out of the question. */
  readonly done: boolean;
  /** The least wait, in ms. */
  readonly asked: number;
  /** Gives the answer back, or throws the error. */
  end(): Answer;
}

async function attempt(call: Call, tools: Tools, timeout: number): Promise<Outcome> {
  try {
    const answer = await tools.send(call, timeout);
    const done = !TRANSIENT.includes(answer.status);
    return { done, asked: answer.retryAfter ?? 0, end: () => answer };
  } catch (error) {
    const end = () => {
      throw error;
    };
    return { done: false, asked: 0, end };
  }
}
