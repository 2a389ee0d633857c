/** A frequent value. */
export interface HeavyHitter {
  /** The value; of one that is longer than 2 KiB, the start. */
  readonly value: string;
  /** How often it was there, at most. */
  readonly count: number;
  /** By how much the count may be too high; 0: it is exact. */
  readonly overcount: number;
}

/** What was counted of a part of the values; see {@linkcode topOf}. */
export interface HeavyHittersPart {
  /** The values that were kept. */
  readonly values: readonly string[];
  /** How often each was there, at most. */
  readonly counts: Float64Array;
  /** By how much each count may be too high. */
  readonly overcounts: Float64Array;
  /** What is not among the values may have been there so often. */
  readonly floor: number;
}

const MOST_BYTES = 2048;
const LEAST_GAIN = -1024;
const LOW_COUNTS = 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const scratch = new Uint8Array(MOST_BYTES * 3);

/**
 * The most frequent values in bounded memory, after Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005): no count is
 * too low, and `overcount` says by how much it may be too high.
 *
 * Values are kept as bytes in one table, so that a log's own bytes can be counted without making text of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HeavyHitters } from "./heavy_hitters.ts";
 *
 * const paths = new HeavyHitters();
 * for (const path of ["/a", "/b", "/a"]) paths.add(path);
 * assertEquals(paths.top(1), [{ value: "/a", count: 2, overcount: 0 }]);
 * ```
 */
export class HeavyHitters {
  readonly #capacity: number;
  /** Pairs: the hash of a value, and the index of its entry and 1; if that place is taken, the next one. */
  readonly #slots: Int32Array;
  /** Index of an entry, and 1, by a few bytes of its value: the one that was there last. */
  readonly #recent = new Int32Array(4096);
  /** How much more often the recent ones were right than wrong: among too many values it is not worth looking. */
  #recentGain = 0;
  readonly #hashes: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #counts: Float64Array;
  readonly #errors: Float64Array;
  #values = new Uint8Array(64 * 1024);
  #valuesView = new DataView(this.#values.buffer);
  /** The bytes that are counted, and the same four at a time. */
  #bytes: Uint8Array = scratch;
  #view: DataView = new DataView(scratch.buffer);
  #used = 0;
  #size = 0;
  /** What was dropped may have been there so often. */
  #floor = 0;

  /**
   * Counts nothing yet.
   *
   * @param capacity Values that are kept when there are too many.
   */
  constructor(capacity = 8192) {
    this.#capacity = capacity;
    const most = 2 * capacity;
    this.#slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(most * 2)));
    this.#hashes = new Int32Array(most);
    this.#starts = new Int32Array(most);
    this.#lengths = new Int32Array(most);
    this.#counts = new Float64Array(most);
    this.#errors = new Float64Array(most);
  }

  /** Counts a value. */
  add(value: string): void {
    const length = Math.min(value.length, MOST_BYTES);
    for (let i = 0; i < length; i++) {
      const c = value.charCodeAt(i);
      if (c > 127) {
        const { written } = encoder.encodeInto(value.slice(0, MOST_BYTES), scratch);
        return this.addBytes(scratch, 0, written);
      }
      scratch[i] = c;
    }
    this.addBytes(scratch, 0, length);
  }

  /** Counts a value of UTF-8, which is copied if it is new. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, scratch.length);
    // Comparing with the value that a few bytes find is faster than a hash of all of them.
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    if (this.#recentGain < LEAST_GAIN) {
      this.#addHashed(start, length);
      return;
    }
    const short = this.#shortHash(bytes, start, length);
    const seen = (this.#recent[short] as number) - 1;
    if (seen >= 0 && this.#is(seen, start, length)) {
      (this.#counts[seen] as number)++;
      this.#recentGain++;
      return;
    }
    this.#recentGain--;
    this.#recent[short] = this.#addHashed(start, length) + 1;
  }

  /** Counts a value by the hash of all its bytes; returns its entry. */
  #addHashed(start: number, length: number): number {
    const hash = this.#hash(start, length);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash << 1 & mask;; slot = slot + 2 & mask) {
      const entry = (slots[slot + 1] as number) - 1;
      if (entry < 0) break;
      if (slots[slot] === hash && this.#is(entry, start, length)) {
        (this.#counts[entry] as number)++;
        return entry;
      }
    }
    if (this.#size === this.#hashes.length) this.#drop();
    this.#makeRoom(length);
    const [values, at] = [this.#values, this.#used];
    for (let i = 0; i < length; i++) values[at + i] = this.#bytes[start + i] as number;
    return this.#keep(length, hash, { count: this.#floor + 1, error: this.#floor });
  }

  /** Returns the most frequent values, the first by their text among equals. */
  top(length: number): HeavyHitter[] {
    const least = Float64Array.from(this.#counts.subarray(0, this.#size)).sort()
      .at(-Math.min(length, this.#size)) ?? 0;
    const found: HeavyHitter[] = [];
    for (let entry = 0; entry < this.#size; entry++) {
      const count = this.#counts[entry] ?? 0;
      if (count < least) continue;
      const value = decoder.decode(this.#valueOf(entry));
      found.push({ value, count, overcount: this.#errors[entry] ?? 0 });
    }
    return found.sort(byCount).slice(0, length);
  }

  /** Returns what was counted, to be added up with other parts. */
  part(): HeavyHittersPart {
    const size = this.#size;
    return {
      values: Array.from({ length: size }, (_, entry) => decoder.decode(this.#valueOf(entry))),
      counts: this.#counts.slice(0, size),
      overcounts: this.#errors.slice(0, size),
      floor: this.#floor,
    };
  }

  #shortHash(bytes: Uint8Array, start: number, length: number): number {
    if (length === 0) return 0;
    const [last, middle, first] = [length - 1, length >> 1, length >> 2];
    return (bytes[start + last] as number) * 31 + (bytes[start + middle] as number) * 17 +
        (bytes[start + first] as number) + length * 131 & this.#recent.length - 1;
  }

  #hash(start: number, length: number): number {
    const view = this.#view;
    let hash = length;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      hash = Math.imul(hash ^ view.getUint32(start + i, true), 0x9e3779b1);
      hash ^= hash >>> 13;
    }
    for (; i < length; i++) hash = Math.imul(hash ^ view.getUint8(start + i), 0x01000193);
    return hash ^ hash >>> 15;
  }

  /** Compares from the end, where values that are alike mostly differ; four bytes at a time. */
  #is(entry: number, start: number, length: number): boolean {
    if (this.#lengths[entry] !== length) return false;
    const [values, view] = [this.#valuesView, this.#view];
    const at = this.#starts[entry] as number;
    let i = length - 4;
    for (; i >= 0; i -= 4) {
      if (values.getUint32(at + i) !== view.getUint32(start + i)) return false;
    }
    for (i += 3; i >= 0; i--) {
      if (values.getUint8(at + i) !== view.getUint8(start + i)) return false;
    }
    return true;
  }

  #valueOf(entry: number): Uint8Array {
    const start = this.#starts[entry] ?? 0;
    return this.#values.subarray(start, start + (this.#lengths[entry] ?? 0));
  }

  #makeRoom(length: number): void {
    if (this.#used + length <= this.#values.length) return;
    const larger = new Uint8Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
    this.#valuesView = new DataView(larger.buffer);
  }

  /** Makes an entry of the value that was copied to the end of the others. */
  #keep(length: number, hash: number, { count, error }: { count: number; error: number }): number {
    const entry = this.#size++;
    this.#starts[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#used += length;
    this.#hashes[entry] = hash;
    this.#counts[entry] = count;
    this.#errors[entry] = error;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash << 1 & mask;
    while (slots[slot + 1] !== 0) slot = slot + 2 & mask;
    slots[slot] = hash;
    slots[slot + 1] = entry + 1;
    return entry;
  }

  /** Drops the lower half at once: that costs less than one value each time. */
  #drop(): void {
    const before = this.#size;
    this.#floor = this.#countAt(before - this.#capacity - 1);
    this.#slots.fill(0);
    this.#recent.fill(0);
    this.#used = this.#size = 0;
    // Entries only move towards the start, so that none is overwritten before it has moved.
    for (let entry = 0; entry < before; entry++) {
      const count = this.#counts[entry] as number;
      if (count <= this.#floor) continue;
      const start = this.#starts[entry] as number;
      const length = this.#lengths[entry] as number;
      for (let i = 0; i < length; i++) {
        this.#values[this.#used + i] = this.#values[start + i] as number;
      }
      const error = this.#errors[entry] as number;
      this.#keep(length, this.#hashes[entry] as number, { count, error });
    }
  }

  /** The count at an index, if all were sorted: most of them are hardly above the floor. */
  #countAt(index: number): number {
    const low = new Int32Array(LOW_COUNTS);
    const counts = this.#counts.subarray(0, this.#size);
    for (const count of counts) {
      const above = count - this.#floor;
      if (above < LOW_COUNTS) (low[above] as number)++;
    }
    let below = 0;
    for (const [above, entries] of low.entries()) {
      below += entries;
      if (below > index) return this.#floor + above;
    }
    return counts.slice().sort()[index] ?? 0;
  }
}

/**
 * Returns the most frequent values of all parts together, as if all had been counted at once if no part had too many
 * values; otherwise no count is too low either, and `overcount` says by how much it may be too high.
 */
export function topOf(parts: readonly HeavyHittersPart[], length: number): HeavyHitter[] {
  const floors = parts.reduce((sum, { floor }) => sum + floor, 0);
  const sums = new Map<string, { count: number; overcount: number }>();
  for (const { values, counts, overcounts, floor } of parts) {
    for (const [i, value] of values.entries()) {
      // A part that does not have it may have dropped it: each is expected to, until it shows what it has.
      let sum = sums.get(value);
      if (sum === undefined) sums.set(value, sum = { count: floors, overcount: floors });
      sum.count += (counts[i] ?? 0) - floor;
      sum.overcount += (overcounts[i] ?? 0) - floor;
    }
  }
  const found = Array.from(sums, ([value, sum]): HeavyHitter => ({ value, ...sum }));
  return found.sort(byCount).slice(0, length);
}

function byCount(a: HeavyHitter, b: HeavyHitter): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}
