import type { Clock } from "../../lib/api/mod.ts";

/** A clock for lessons about waiting: a wait turns it forward at once, so that an hour costs no time. */
export class LessonClock implements Clock {
  /** Ms of each wait, in order. */
  readonly waits: number[] = [];
  readonly #start: number;
  #passed = 0;

  /** Begins now, or at a moment in ms since the epoch. */
  constructor(start: number = Date.now()) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    this.pass(ms);
    await Promise.resolve();
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#passed += ms;
  }
}
