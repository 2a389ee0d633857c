/** A frequent value. */
export interface HeavyHitter {
  /** The value. */
  readonly value: string;
  /** How often it was there, at most. */
  readonly count: number;
  /** By how much the count may be too high; 0: it is exact. */
  readonly error: number;
}

interface Counter {
  readonly value: string;
  count: number;
  error: number;
}

const SLOTS = 4096;

/**
 * The most frequent values in bounded memory, after Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005): no count is
 * too low, and `error` says by how much it may be too high.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HeavyHitters } from "./heavy_hitters.ts";
 *
 * const paths = new HeavyHitters();
 * for (const path of ["/a", "/b", "/a"]) paths.add(path);
 * assertEquals(paths.top(1), [{ value: "/a", count: 2, error: 0 }]);
 * ```
 */
export class HeavyHitters {
  readonly #capacity: number;
  readonly #counters = new Map<string, Counter>();
  /** Values seen before, by a few of their characters: comparing two texts is faster than hashing one for the map. */
  readonly #seen: (Counter | undefined)[] = new Array(SLOTS).fill(undefined);
  /** What was dropped may have been there so often. */
  #floor = 0;

  /**
   * Counts nothing yet.
   *
   * @param capacity Values that are kept when there are too many.
   */
  constructor(capacity = 8192) {
    this.#capacity = capacity;
  }

  /** Counts a value. */
  add(value: string): void {
    const slot = slotOf(value);
    const seen = this.#seen[slot];
    if (seen !== undefined && seen.value === value) {
      seen.count++;
      return;
    }
    const counter = this.#counters.get(value);
    if (counter !== undefined) {
      counter.count++;
      this.#seen[slot] = counter;
      return;
    }
    if (this.#counters.size >= 2 * this.#capacity) this.#drop();
    const copy = copyOf(value);
    this.#counters.set(copy, { value: copy, count: this.#floor + 1, error: this.#floor });
  }

  /** Returns the most frequent values, the first by their text among equals. */
  top(length: number): HeavyHitter[] {
    return this.#ranked().slice(0, length).map((counter) => ({ ...counter }));
  }

  /** Drops the lower half at once: that costs less than one value each time. */
  #drop(): void {
    const counts = Float64Array.from(this.#counters.values(), ({ count }) => count).sort();
    this.#floor = counts[counts.length - this.#capacity - 1] ?? 0;
    this.#seen.fill(undefined);
    for (const { value, count } of this.#counters.values()) {
      if (count <= this.#floor) this.#counters.delete(value);
    }
  }

  #ranked(): Counter[] {
    return [...this.#counters.values()]
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }
}

function slotOf(value: string): number {
  const { length } = value;
  if (length === 0) return 0;
  return length * 131 + value.charCodeAt(length - 1) * 31 + value.charCodeAt(length >> 1) * 17 +
      value.charCodeAt(length >> 2) & (SLOTS - 1);
}

/**
 * A value may be a slice of a chunk of the log, all of which it would keep in memory. V8 writes a text that is put
 * together anew when it cuts it.
 */
function copyOf(value: string): string {
  return `${value} `.slice(0, -1);
}
