import { SuspendedError } from "../../errors/mod.ts";
import type { Clock } from "./clock.ts";
import { rateLimitInfos, speaksOfLimits } from "../headers/rate_limit_infos.ts";
import { parseRateLimitPolicy, type RateLimitPolicyInfo } from "../headers/parse_rate_limit.ts";
import { toldWait } from "./wait_decision.ts";

/** How often one origin may be asked. */
export interface RateLimitOptions {
  /** Requests in any span of `per`. @default {Infinity} */
  readonly requests?: number;
  /** The span, in ms. @default 1000 */
  readonly per?: number;
  /** Requests under way at the same time. @default 4 */
  readonly concurrency?: number;
}

/**
 * Fills in the defaults and checks the numbers.
 *
 * @throws {RangeError} If a number is not above 0.
 */
export function completeRateLimitOptions(
  options: RateLimitOptions = {},
): Required<RateLimitOptions> {
  const complete = { requests: Infinity, per: 1000, concurrency: 4, ...options };
  for (const [name, value] of Object.entries(complete)) {
    if (!(value > 0)) throw new RangeError(`Cannot limit requests: "${name}" is ${value}, not > 0`);
  }
  return complete;
}

/** What a limiter works with. */
export interface RateLimiterRuntime {
  /** Tells the time and waits. */
  readonly clock: Clock;
  /** The wait in ms from which on to suspend instead. */
  readonly maxWait: number;
  /** Called with the time (ms since the epoch) before which the server wants no request. @default {not called} */
  readonly onBlock?: ((until: number, reason: string) => void) | undefined;
}

/** The right to send one request; ends when it is released. */
export interface Lease {
  /** Ms that it has waited for the time of its requests; the line for a place is not included. */
  readonly waited: number;
  /** Waits for the time of one more request under the same right (a redirect). */
  again(signal?: AbortSignal): Promise<void>;
  /** Tells the limiter that the headers of the answer are there, and what they say. */
  answered(headers: Headers | undefined): void;
  /** Gives the place to the next in line. */
  release(): void;
}

interface Sent {
  /** Monotonic time of the answer, or of sending while there is none. */
  at: number;
  inFlight: boolean;
  /** Ms that it waited for its time. */
  readonly waited: number;
}

/** The first pause after a 429, and the longest, in ms. */
const FIRST_GAP = 100;
const MAX_GAP = 10_000;
/** Policies with longer windows are left to the `remaining` counters: a sliding window would be stricter than the server. */
const MAX_POLICY_WINDOW = 60_000;
const MAX_LOG = 10_000;
/** Requests in a span of ms. */
type Policy = { readonly quota: number; readonly window: number };

/**
 * Keeps one origin from being asked too often, before it complains.
 *
 * The span is counted from each answer's arrival, not from sending: a delayed packet cannot make it one request too
 * many as the server counts. What the server says in its headers may lower the pace, never raise it; a 429 slows it
 * down, and it recovers by a tenth with every success.
 */
export class RateLimiter {
  readonly #quotas: Policy[] = [];
  readonly #clock: Clock;
  readonly #maxWait: number;
  readonly #onBlock: (until: number, reason: string) => void;
  #concurrency = Infinity;
  readonly #waiting: (() => void)[] = [];
  #sent: Sent[] = [];
  #active = 0;
  #inFlight = 0;
  #gap = 0;
  #blocked = { until: 0, reason: "" };
  #left: { requests: number; until: number } | undefined;
  #policies: Policy[] = [];

  /**
   * Begins with every request free.
   *
   * @param options The limits.
   * @param runtime What it waits with.
   */
  constructor(options: RateLimitOptions, runtime: RateLimiterRuntime) {
    this.#clock = runtime.clock;
    this.#maxWait = runtime.maxWait;
    this.#onBlock = runtime.onBlock ?? (() => {});
    this.tighten(options);
  }

  /** Adds the limits of another client: those of all hold for all of them together. */
  tighten(options: RateLimitOptions): void {
    const { requests: quota, per: window, concurrency } = completeRateLimitOptions(options);
    const known = this.#quotas.some((own) => own.quota === quota && own.window === window);
    if (quota < Infinity && !known) this.#quotas.push({ quota, window });
    this.#concurrency = Math.min(this.#concurrency, concurrency);
  }

  /**
   * Waits for a place and for its time.
   *
   * @param maxWait Ms from which on to suspend instead of waiting, for this request.
   * @throws {SuspendedError} If the server asked to be left alone for longer than `maxWait`.
   */
  async acquire(signal?: AbortSignal, maxWait: number = this.#maxWait): Promise<Lease> {
    await this.#place(signal);
    try {
      return this.#lease(await this.#pace(signal, maxWait), maxWait);
    } catch (error) {
      this.#freePlace();
      throw error;
    }
  }

  /** Sends nothing for the next `ms`. */
  block(ms: number, reason: string): void {
    const until = this.#clock.monotonic() + ms;
    if (until <= this.#blocked.until) return;
    this.#blocked = { until, reason };
    this.#onBlock(this.#clock.now() + ms, reason);
  }

  /** Slows down: the server said that it was too much. */
  slow(): void {
    const gaps = this.#quotas.map(({ quota, window }) => window / quota);
    const least = Math.max(FIRST_GAP, ...gaps);
    this.#gap = Math.min(MAX_GAP, this.#maxWait, Math.max(least, this.#gap * 2));
  }

  /** Takes back a tenth of the slowing-down. */
  recover(): void {
    this.#gap = this.#gap < 5 ? 0 : this.#gap * 0.9;
  }

  /** Waits until one more request may go out, and counts it. */
  async #pace(signal: AbortSignal | undefined, maxWait: number): Promise<Sent> {
    const begun = this.#clock.monotonic();
    for (let wait = this.#delay(); wait > 0; wait = this.#delay()) {
      this.#refuseLongBlock(maxWait);
      await this.#clock.sleep(wait, signal);
    }
    const at = this.#clock.monotonic();
    const sent = { at, inFlight: true, waited: at - begun };
    this.#sent.push(sent);
    if (this.#sent.length > 2 * MAX_LOG) this.#sent = this.#sent.slice(-MAX_LOG);
    this.#inFlight++;
    if (this.#left !== undefined) this.#left.requests--;
    return sent;
  }

  #lease(first: Sent, maxWait: number): Lease {
    let sent = first;
    let held = true;
    const lease = {
      waited: first.waited,
      answered: (headers: Headers | undefined) => {
        sent.at = this.#clock.monotonic();
        this.#land(sent);
        if (headers === undefined) return;
        this.#policies = speaksOfLimits(headers) ? this.#observe(headers) : [];
      },
      again: async (signal?: AbortSignal) => {
        sent = await this.#pace(signal, maxWait);
        lease.waited += sent.waited;
      },
      release: () => {
        this.#land(sent);
        if (held) this.#freePlace();
        held = false;
      },
    };
    return lease;
  }

  #land(sent: Sent): void {
    if (sent.inFlight) this.#inFlight--;
    sent.inFlight = false;
  }

  #observe(headers: Headers): Policy[] {
    const quotas = rateLimitInfos(headers, this.#clock.now());
    const told = toldWait(headers, this.#clock.now(), { quotas });
    if (told?.source === "retry-after") this.block(told.wait, told.reason);
    const infos = [...quotas.standard, ...quotas.custom];
    for (const { remaining, reset = 0 } of infos) {
      // What others have under way, the server may not have counted yet.
      if (reset > 0) this.#lower(remaining - this.#inFlight, this.#clock.monotonic() + reset);
    }
    if (infos.length > 0) return this.#policies;
    return parseRateLimitPolicy(headers.get("ratelimit-policy")).flatMap(asWindow);
  }

  #lower(requests: number, until: number): void {
    const known = this.#left;
    const current = known !== undefined && known.until > this.#clock.monotonic();
    const stricter = !current || requests < known.requests ||
      (requests === known.requests && until > known.until);
    if (!stricter) return;
    this.#left = { requests, until };
    if (requests > 0) return;
    // For the next process: it would not know that nothing is left.
    this.#onBlock(this.#clock.now() + until - this.#clock.monotonic(), "no request is left");
  }

  /** Ms until the next request may go out. */
  #delay(): number {
    const now = this.#clock.monotonic();
    let until = Math.max(this.#blocked.until, (this.#sent.at(-1)?.at ?? -Infinity) + this.#gap);
    for (const policies of [this.#quotas, this.#policies]) {
      for (const { quota, window } of policies) {
        const first = quota <= this.#sent.length ? this.#sent.at(-quota) : undefined;
        until = Math.max(until, (first?.at ?? -Infinity) + window);
      }
    }
    if (this.#left !== undefined && this.#left.until <= now) this.#left = undefined;
    if (this.#left !== undefined && this.#left.requests <= 0) {
      until = Math.max(until, this.#left.until);
    }
    return until - now;
  }

  #refuseLongBlock(maxWait: number): void {
    const now = this.#clock.monotonic();
    const quota = this.#left !== undefined && this.#left.requests <= 0 ? this.#left.until : 0;
    const wait = Math.max(this.#blocked.until, quota) - now;
    if (wait <= maxWait) return;
    const reason = quota > this.#blocked.until ? "no request is left" : this.#blocked.reason;
    throw suspension(wait, { now: this.#clock.now(), maxWait, reason });
  }

  async #place(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#active < this.#concurrency) {
      this.#active++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(signal?.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", onAbort));
  }

  /** Hands the place on, so that nobody can slip in between. */
  #freePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#active--;
    else next();
  }
}

function asWindow({ quota, window }: RateLimitPolicyInfo): Policy[] {
  const usable = quota > 0 && quota < MAX_LOG && window !== undefined;
  return usable && window <= MAX_POLICY_WINDOW ? [{ quota, window }] : [];
}

/** A longer wait is kept for so long, in ms: then one request may ask whether it was meant. */
export const MOST_KEPT = 31 * 24 * 3_600_000;

/** Builds the error for a wait that is longer than allowed; its context says when to come back. */
export function suspension(
  wait: number,
  options: {
    readonly now: number;
    readonly maxWait: number;
    readonly reason: string;
    /** The time for the whole request, where it is that which the wait exceeds. */
    readonly elapsed?: number;
  },
): SuspendedError {
  const limit = options.elapsed === undefined
    ? `longer than the ${options.maxWait} ms of max_wait`
    : `beyond the ${options.elapsed} ms that the request may take`;
  const kept = Math.min(wait, MOST_KEPT);
  const until = new Date(options.now + kept).toISOString();
  return new SuspendedError(
    "suspended-wait",
    `Cannot go on now: the server asks to wait until ${until} (${options.reason}), ${limit}`,
    { context: { until, wait_ms: kept, max_wait_ms: options.maxWait, reason: options.reason } },
  );
}
