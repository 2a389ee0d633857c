import type { Answer, Call, Limits, Tools } from "./stub.ts";

/** What the server does in one attempt. */
export type Reply = Answer | "reset" | "hang";

/** A world in which time passes only by waiting, and everything is written down. */
export class FakeWorld implements Tools {
  /** Ms of each wait, in order. */
  readonly waits: number[] = [];
  /** The timeout of each attempt, in ms. */
  readonly timeouts: number[] = [];
  readonly #replies: readonly Reply[];
  readonly #share: number;
  #time = 1_000_000;

  /** @param replies One an attempt; the last one is repeated. @param share What random() answers. */
  constructor(replies: readonly Reply[], share: number = 0.5) {
    this.#replies = replies;
    this.#share = share;
  }

  /** Ms since the beginning. */
  get elapsed(): number {
    return this.#time - 1_000_000;
  }

  // Functions of their own, so that `const { send, sleep } = tools` works as well.
  readonly send = (_call: Call, timeout: number): Promise<Answer> => {
    this.timeouts.push(timeout);
    if (this.timeouts.length > 50) throw new Error("50 attempts were made: nothing ends them");
    const reply = this.#replies[this.timeouts.length - 1] ?? this.#replies.at(-1) ?? "reset";
    if (reply === "hang") {
      this.#time += timeout;
      return Promise.reject(new Error(`timed out after ${timeout} ms`));
    }
    this.#time += 20;
    return reply === "reset"
      ? Promise.reject(new Error("connection reset"))
      : Promise.resolve(reply);
  };

  readonly sleep = (ms: number): Promise<void> => {
    // Whether a wait of nothing is left out or slept through makes no difference.
    if (ms > 0) this.waits.push(ms);
    this.#time += ms;
    return Promise.resolve();
  };

  readonly now = (): number => this.#time;

  readonly random = (): number => this.#share;
}

/** Wide enough to be in no one's way. */
export const LIMITS: Limits = {
  retries: 5,
  base: 1_000,
  cap: 8_000,
  attempt: 10_000,
  total: 600_000,
};
