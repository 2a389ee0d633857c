import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { MOST_KEPT, RateLimiter, type RateLimitOptions } from "./rate_limiter.ts";

/** A time before which an origin wants no request. */
export interface NotBefore {
  /** Ms since the epoch. */
  readonly until: number;
  /** What the server said. */
  readonly reason: string;
}

/** Keeps what servers asked for from one process to the next. */
export interface WaitStore {
  /** Returns the wait of an origin, which may be over. */
  get(origin: string): NotBefore | undefined;
  /** Keeps the wait of an origin. */
  set(origin: string, wait: NotBefore): void;
}

/** Options of {@linkcode OriginLimits}. */
export interface OriginLimitsOptions {
  /** Time. @default {SYSTEM_CLOCK} */
  readonly clock?: Clock | undefined;
  /** Where waits outlive the process. @default {they do not} */
  readonly store?: WaitStore | undefined;
}

/** Shorter waits end before another process could start. */
const LEAST_KEPT = 1000;

/**
 * One limiter for each origin, for all clients that share it.
 *
 * Two sources of one API count together on the server, and a wait that it asked of one holds for the other.
 */
export class OriginLimits {
  readonly #clock: Clock;
  readonly #store: WaitStore | undefined;
  readonly #limiters = new Map<string, RateLimiter>();

  /** Starts without any limiter. */
  constructor(options: OriginLimitsOptions = {}) {
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#store = options.store;
  }

  /** Returns the limiter of an origin, with these limits among its own. */
  limiterOf(
    origin: string,
    options: RateLimitOptions,
    about: { readonly maxWait: number },
  ): RateLimiter {
    const known = this.#limiters.get(origin);
    if (known !== undefined) {
      known.tighten(options);
      return known;
    }
    let isOpen = false;
    const limiter = new RateLimiter(options, {
      clock: this.#clock,
      maxWait: about.maxWait,
      onBlock: (until, reason) => {
        if (isOpen) this.#keep(origin, { until, reason });
      },
    });
    const kept = this.#store?.get(origin);
    const wait = (kept?.until ?? 0) - this.#clock.now();
    if (kept !== undefined && wait > 0) limiter.block(wait, kept.reason);
    isOpen = true;
    this.#limiters.set(origin, limiter);
    return limiter;
  }

  #keep(origin: string, { until, reason }: NotBefore): void {
    const now = this.#clock.now();
    if (until - now < LEAST_KEPT) return;
    this.#store?.set(origin, { until: Math.min(until, now + MOST_KEPT), reason });
  }
}
