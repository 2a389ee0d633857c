import type { Subject } from "../../../notebooks/exercises/05/05.4_p95/check.ts";

const G = 1.0199;

function middle(bucket: number): number {
  return 2 * G ** bucket / (G + 1);
}

function bucketOf(ms: number): number {
  return Math.ceil(Math.log(ms) / Math.log(G));
}

/** Counts in an array, from a nanosecond on. */
class InAnArray {
  readonly counts = new Float64Array(2600);
  zeros = 0;

  get count(): number {
    return this.zeros + this.counts.reduce((sum, count) => sum + count, 0);
  }

  add(ms: number): void {
    if (ms === 0) this.zeros++;
    else (this.counts[bucketOf(ms) + 700] as number)++;
  }

  quantile(q: number): number | undefined {
    const { count } = this;
    if (count === 0) return undefined;
    let left = Math.floor(q * (count - 1)) - this.zeros;
    if (left < 0) return 0;
    const at = this.counts.findIndex((count) => (left -= count) < 0);
    return middle(at - 700);
  }

  merge(other: InAnArray): void {
    this.zeros += other.zeros;
    other.counts.forEach((count, i) => (this.counts[i] as number) += count);
  }
}

/** The exponent and the first bits of the fraction are a bucket of their own. */
class ByBits {
  readonly #counts = new Map<number, number>();
  readonly #view = new DataView(new ArrayBuffer(8));
  count = 0;

  add(ms: number): void {
    this.count++;
    this.#view.setFloat64(0, ms);
    // Sign and exponent have 12 bits; 6 of the fraction: the borders grow by 1/64 at most.
    const bucket = ms === 0 ? -1 : this.#view.getUint32(0) >>> 14;
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  quantile(q: number): number | undefined {
    if (this.count === 0) return undefined;
    let left = Math.floor(q * (this.count - 1));
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      left -= this.#counts.get(bucket) ?? 0;
      if (left >= 0) continue;
      if (bucket < 0) return 0;
      const border = (at: number) => {
        this.#view.setUint32(0, at << 14);
        this.#view.setUint32(4, 0);
        return this.#view.getFloat64(0);
      };
      return (border(bucket) + border(bucket + 1)) / 2;
    }
    return undefined;
  }

  merge(other: ByBits): void {
    this.count += other.count;
    for (const [bucket, count] of other.#counts) {
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    }
  }
}

/** A sorted list of buckets. */
class SortedPairs {
  #pairs: [bucket: number, count: number][] = [];

  get count(): number {
    return this.#pairs.reduce((sum, [, count]) => sum + count, 0);
  }

  add(ms: number, times = 1): void {
    this.put(ms === 0 ? -Infinity : bucketOf(ms), times);
  }

  put(bucket: number, times: number): void {
    let [low, high] = [0, this.#pairs.length];
    while (low < high) {
      const at = (low + high) >> 1;
      if ((this.#pairs[at]?.[0] ?? 0) < bucket) low = at + 1;
      else high = at;
    }
    const found = this.#pairs[low];
    if (found?.[0] === bucket) found[1] += times;
    else this.#pairs.splice(low, 0, [bucket, times]);
  }

  quantile(q: number): number | undefined {
    let below = 0;
    const rank = Math.floor(q * (this.count - 1));
    const found = this.#pairs.find(([, count]) => (below += count) > rank);
    return found === undefined ? undefined : found[0] === -Infinity ? 0 : middle(found[0]);
  }

  merge(other: SortedPairs): void {
    for (const [bucket, count] of [...other.#pairs]) this.put(bucket, count);
  }
}

/** An object with the buckets as its keys, and a closure for state. */
function closures() {
  const counts: Record<string, number> = {};
  const self = {
    counts,
    get count(): number {
      return Object.values(counts).reduce((a, b) => a + b, 0);
    },
    add: (ms: number) => {
      const key = ms === 0 ? "zero" : `${bucketOf(ms)}`;
      counts[key] = (counts[key] ?? 0) + 1;
    },
    quantile: (q: number) => {
      const keys = Object.keys(counts).filter((key) => key !== "zero").map(Number).sort((a, b) =>
        a - b
      );
      let left = Math.floor(q * (self.count - 1)) - (counts["zero"] ?? 0);
      if (self.count === 0) return undefined;
      if (left < 0) return 0;
      for (const key of keys) if ((left -= counts[key] ?? 0) < 0) return middle(key);
      return undefined;
    },
    merge: (other: { counts: Record<string, number> }) => {
      for (const [key, count] of Object.entries(other.counts)) {
        counts[key] = (counts[key] ?? 0) + count;
      }
    },
  };
  return self;
}

/** Small sets are kept as they are, larger ones as buckets. */
class ExactWhileSmall {
  #few: number[] | undefined = [];
  readonly #many = new InAnArray();

  get count(): number {
    return this.#few?.length ?? this.#many.count;
  }

  add(ms: number): void {
    if (this.#few !== undefined && this.#few.length < 100) {
      this.#few.push(ms);
      return;
    }
    this.#spill();
    this.#many.add(ms);
  }

  quantile(q: number): number | undefined {
    if (this.#few === undefined) return this.#many.quantile(q);
    return this.#few.toSorted((a, b) => a - b)[Math.floor(q * (this.#few.length - 1))];
  }

  merge(other: ExactWhileSmall): void {
    this.#spill();
    if (other.#few === undefined) this.#many.merge(other.#many);
    else for (const ms of other.#few) this.#many.add(ms);
  }

  #spill(): void {
    for (const ms of this.#few ?? []) this.#many.add(ms);
    this.#few = undefined;
  }
}

type Form = Subject["LatencySketch"];

/** Unusual, and right. */
export const right: Record<string, { LatencySketch: Form }> = {
  "an array of counts": { LatencySketch: InAnArray as unknown as Form },
  "the bits of a double": { LatencySketch: ByBits as unknown as Form },
  "a sorted list of pairs": { LatencySketch: SortedPairs as unknown as Form },
  "a function that returns an object": { LatencySketch: closures as unknown as Form },
  "exact while it is small": { LatencySketch: ExactWhileSmall as unknown as Form },
  "an anonymous class": { LatencySketch: class extends InAnArray {} as unknown as Form },
  "a proxy that counts calls": {
    LatencySketch: new Proxy(SortedPairs, {}) as unknown as Form,
  },
  "a count of its own": {
    LatencySketch: class extends ByBits {
      override add(ms: number): void {
        super.add(ms);
      }
    } as unknown as Form,
  },
};
