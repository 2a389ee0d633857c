import { SuspendedError } from "../../errors/mod.ts";
import type { Clock } from "./clock.ts";

/** Requests that failed after all their retries, one after another, before the origin is left alone. */
const THRESHOLD = 5;
/** How long it is left alone, in ms. */
const PAUSE = 60_000;

/**
 * Leaves an origin alone after repeated exhausted retries instead of hammering it.
 *
 * Only failures of the server or the line count (5xx, timeouts, resets); 429 and other 4xx are answers of a healthy
 * server. After the pause one request goes through as a probe: its success closes the circuit.
 */
export class CircuitBreaker {
  readonly #origin: string;
  readonly #clock: Clock;
  #failures = 0;
  #openUntil = 0;

  constructor(origin: string, clock: Clock) {
    this.#origin = origin;
    this.#clock = clock;
  }

  /** @throws {SuspendedError} While the circuit is open. */
  check(): void {
    if (this.#openUntil === 0) return;
    const left = this.#openUntil - this.#clock.monotonic();
    if (left <= 0) return;
    const until = new Date(this.#clock.now() + left).toISOString();
    throw new SuspendedError(
      "suspended-origin",
      `Cannot ask "${this.#origin}": ${this.#failures} requests failed in a row after all their retries; it is left alone until ${until}`,
      { context: { origin: this.#origin, failures: this.#failures, until } },
    );
  }

  /** Notes a request that came to a usable end. */
  succeed(): void {
    this.#failures = 0;
    this.#openUntil = 0;
  }

  /** Notes a request that failed after all its retries. */
  fail(): void {
    this.#failures++;
    if (this.#failures >= THRESHOLD) this.#openUntil = this.#clock.monotonic() + PAUSE;
  }
}
