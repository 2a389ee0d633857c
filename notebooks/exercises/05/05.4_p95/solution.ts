/**
 * A quantile is a statement about a set, so what is kept must be able to answer for a set: counts by bucket can be added,
 * quantiles cannot. The p95 of ten servers is the p95 of their buckets' sums; the mean of their p95s is no quantile of anything,
 * and it lies most where it matters, with few slow requests on one machine.
 *
 * Buckets of one width are exact nowhere: 10 ms are nothing at a second, and everything at a millisecond. Boundaries that grow by
 * a factor make one promise for all sizes: every value of a bucket is within the same share of its middle. With g = 1.02 that
 * is just under 1 %; from a microsecond to a day these are some 1,300 buckets, however many durations there are.
 *
 * The middle is 2 * g^i / (g + 1), which is as far, in parts, from the lower boundary as from the upper one. The arithmetic
 * mean of the boundaries would do as well here; either boundary alone would be off by 2 %.
 *
 * Zero has no logarithm, and a cache answers in zero milliseconds all day: it is counted apart. A Map keeps the buckets that
 * exist; their numbers, and not the order of insertion, are the order of the values.
 *
 * @module
 */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);

/** Durations, as counts in buckets: quantiles within 1 %, in bounded memory. */
export class LatencySketch {
  #zeros = 0;
  #count = 0;
  readonly #buckets = new Map<number, number>();

  /** Durations that were added. */
  get count(): number {
    return this.#count;
  }

  /** Takes one duration in ms, 0 or more. */
  add(ms: number): void {
    this.#count++;
    if (ms === 0) {
      this.#zeros++;
      return;
    }
    const bucket = Math.ceil(Math.log(ms) / LOG_GROWTH);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  /** Returns the duration with rank floor(q * (count - 1)), within 1 %; `undefined` without any. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.floor(q * (this.#count - 1));
    let below = this.#zeros;
    if (rank < below) return 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      below += count;
      if (rank < below) return 2 * GROWTH ** bucket / (GROWTH + 1);
    }
    return undefined;
  }

  /** Takes in what another sketch counted. */
  merge(other: LatencySketch): void {
    this.#count += other.#count;
    this.#zeros += other.#zeros;
    for (const [bucket, count] of [...other.#buckets]) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    }
  }
}
