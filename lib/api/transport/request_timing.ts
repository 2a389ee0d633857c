import type { IngestError } from "../../errors/mod.ts";
import type { Clock } from "./clock.ts";

/** When a request was made, and how long it took with all its attempts. */
export interface RequestTiming {
  /** Ms since the epoch at which it began. */
  readonly askedAt: number;
  /** Ms from then to the end of its last answer. */
  readonly took: number;
  /** Of these, ms in which it waited for a rate limit, because the server asked for it, or between attempts. */
  readonly waited: number;
}

/** Takes the times of one request. */
export class RequestTimer implements RequestTiming {
  readonly askedAt: number;
  took = 0;
  waited = 0;
  /** Monotonic time at which it must be through, from its first attempt on. */
  deadline: number | undefined;
  readonly #clock: Clock;
  readonly #begun: number;

  /** Begins now. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.askedAt = clock.now();
    this.#begun = clock.monotonic();
  }

  /** Ends an attempt that waited so long, in ms, until it could be sent. */
  lap(waited: number): void {
    this.waited += waited;
    this.took = this.#clock.monotonic() - this.#begun;
  }

  /** Waits for the next attempt. */
  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#clock.sleep(ms, signal);
    this.waited += ms;
  }

  /** Returns the error that ends the request, with what was spent on it. */
  spentOn<E extends IngestError>(error: E, attempts: number): E {
    return Object.assign(error, { attempts, waited: this.waited });
  }
}

/** An attempt, and the request that it belongs to. */
export interface AttemptAt {
  readonly requestId: string;
  readonly number: number;
  readonly timing: RequestTimer;
}
