import { setImmediate } from "node:timers";

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly fire: () => void;
}

/** How often in a row nothing happens before a wait without an end is called one. */
const MOST_IDLE_TURNS = 2_000;

/** Time that passes only when everybody waits for it. */
export class VirtualTime {
  /** Ms since 1970 by the world's clock, which never jumps. */
  now: number;
  /** How far the clock of the machine is off, in ms. */
  skew = 0;
  readonly #start: number;
  readonly #timers = new Map<number, Timer>();
  /** What the machine's clock said right after each jump. */
  readonly #jumps: { readonly at: number; readonly wall: number }[] = [];
  #lastId = 0;

  constructor(now: number) {
    this.now = this.#start = now;
  }

  /** The machine's wall clock. */
  get wall(): number {
    return Math.floor(this.now + this.skew);
  }

  /** Sets the machine's clock forward, or back. */
  jump(ms: number): void {
    this.skew += ms;
    this.#jumps.push({ at: this.now, wall: this.wall });
  }

  /** Returns the earliest that the machine's clock was set to since a moment of the world's; `Infinity` if it was not. */
  earliestSince(at: number): number {
    return Math.min(...this.#jumps.filter((jump) => jump.at >= at).map(({ wall }) => wall));
  }

  /** Ms since the machine was started. */
  get monotonic(): number {
    return this.now - this.#start;
  }

  setTimer(fire: () => void, ms: number): number {
    const id = ++this.#lastId;
    this.#timers.set(id, { at: this.now + Math.max(0, ms || 0), id, fire });
    return id;
  }

  clearTimer(id: number | undefined): void {
    if (id !== undefined) this.#timers.delete(id);
  }

  /** Waits. */
  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.setTimer(resolve, ms));
  }

  /** Lets time pass until the promise is settled, from timer to timer. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => settled = true;
    promise.then(done, done);
    for (let idle = 0; idle < MOST_IDLE_TURNS;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (settled) return await promise;
      const next = this.#next();
      if (next === undefined) {
        idle++;
        continue;
      }
      idle = 0;
      this.#timers.delete(next.id);
      this.now = Math.max(this.now, next.at);
      next.fire();
    }
    throw new Error("Cannot go on: everybody waits, and no timer is set");
  }

  /** Forgets all timers, as the end of a process does. */
  clear(): void {
    this.#timers.clear();
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.at < first.at) first = timer;
    }
    return first;
  }
}
