const HOUR = 3_600_000;

/** An hourly quota as GitHub keeps it; only answers with a body count. */
export class Quota {
  readonly #limit: number;
  #used = 0;
  #reset = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  count(now: number): void {
    this.#roll(now);
    this.#used++;
  }

  isUsedUp(now: number): boolean {
    this.#roll(now);
    return this.#used >= this.#limit;
  }

  headers(now: number): Record<string, string> {
    this.#roll(now);
    return {
      "X-RateLimit-Limit": String(this.#limit),
      "X-RateLimit-Remaining": String(this.#limit - this.#used),
      "X-RateLimit-Used": String(this.#used),
      "X-RateLimit-Reset": String(Math.floor(this.#reset / 1000)),
      "X-RateLimit-Resource": "core",
    };
  }

  #roll(now: number): void {
    if (now < this.#reset) return;
    this.#used = 0;
    this.#reset = now + HOUR;
  }
}
