import type { Clock } from "../../lib/api/mod.ts";

/** A clock that stands still but for sleeping, and remembers each sleep. */
export class FakeClock implements Clock {
  /** Ms of each sleep, in order. */
  readonly sleeps: number[] = [];
  #time: number;

  constructor(time: number = Date.UTC(2026, 0, 1)) {
    this.#time = time;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.#time += ms;
    return Promise.resolve();
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.#time += ms;
  }
}
