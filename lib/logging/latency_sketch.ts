/** Relative error of a quantile. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** What a product such as 0.07 * 100 may be above the whole number that it is. */
const ROUNDING = 1e-6;
/** Enough for 2^53 ns. */
const BUCKETS = Math.ceil(Math.log(Number.MAX_SAFE_INTEGER) / LOG_GAMMA) + 1;

/**
 * Quantiles of durations in bounded memory: buckets whose bounds grow by 2 %, so that a quantile is
 * at most 1 % off (Masson, Rim, Lee: DDSketch, VLDB 2019).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LatencySketch } from "./latency_sketch.ts";
 *
 * const sketch = new LatencySketch();
 * for (let ms = 1; ms <= 100; ms++) sketch.add(ms * 1e6);
 * assertEquals(Math.round((sketch.quantile(0.5) ?? 0) / 1e6), 50);
 * ```
 */
export class LatencySketch {
  #counts: Float64Array | undefined;
  #zeros = 0;
  #count = 0;

  /** Durations added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a duration in ns; below 1 ns counts as 0. */
  add(nanos: number): void {
    this.addBucket(latencyBucket(nanos));
  }

  /** Adds a duration whose {@linkcode latencyBucket} is known. */
  addBucket(bucket: number): void {
    this.#count++;
    if (bucket < 0) {
      this.#zeros++;
      return;
    }
    const counts = this.#counts ??= new Float64Array(BUCKETS);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /**
   * Returns a quantile in ns, by its nearest rank: the least duration that so many are not longer than.
   *
   * @param q 0 to 1.
   * @returns `undefined` where nothing was added.
   */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(0, Math.ceil(q * this.#count - ROUNDING) - 1);
    let below = this.#zeros;
    if (rank < below || this.#counts === undefined) return 0;
    for (let i = 0; i < BUCKETS; i++) {
      below += this.#counts[i] ?? 0;
      if (rank < below) return 2 * GAMMA ** i / (GAMMA + 1);
    }
    return undefined;
  }
}

/** Where a duration in ns is counted; -1: below 1 ns, which counts as 0. */
export function latencyBucket(nanos: number): number {
  return nanos >= 1 ? Math.min(BUCKETS - 1, Math.ceil(Math.log(nanos) / LOG_GAMMA)) : -1;
}
