import {
  bytesOf,
  copyHitters,
  copyValue,
  COUNT,
  dropLower,
  ENTRY,
  ERROR,
  HALF_ENTRY,
  type HitterMemory,
  keepValue,
  LENGTH,
  ownHitterMemory,
  RECENT_BITS,
  SIZE,
  USED,
} from "./_hitter_memory.ts";
import { hashOf } from "./byte_words.ts";

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
const WORD = 4;
const PRIME = 0x9e3779b1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const scratch = new Uint8Array(MOST_BYTES);

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
  readonly #most: number;
  #memory: HitterMemory;
  /** How much more often the recent ones were right than wrong: among too many values it is not worth looking. */
  #recentGain = 0;
  /** The bytes that are counted, and the same four at a time. */
  #bytes: Uint8Array = scratch;
  #view: DataView = new DataView(scratch.buffer);

  /**
   * Counts nothing yet.
   *
   * @param capacity Values that are kept when there are too many.
   */
  constructor(capacity = 8192) {
    this.#capacity = capacity;
    this.#most = 2 * capacity;
    this.#memory = ownHitterMemory(this.#most);
  }

  /**
   * Goes on in a memory where a program counts, too; see `_access_program.ts`.
   *
   * @returns Whether the values have room there.
   * @internal
   */
  moveTo(memory: HitterMemory): boolean {
    if (this.#used > memory.values.byteLength) return false;
    copyHitters(this.#memory, memory);
    this.#memory = memory;
    return true;
  }

  /** Whether it still counts in the memory that it was moved to: values that are too long for it are elsewhere. @internal */
  isIn(buffer: ArrayBuffer): boolean {
    return this.#memory.values.buffer === buffer;
  }

  get #used(): number {
    return this.#memory.head[USED] as number;
  }

  get #size(): number {
    return this.#memory.head[SIZE] as number;
  }

  get #floor(): number {
    return this.#memory.floor[0] as number;
  }

  /** Counts a value. */
  add(value: string): void {
    const length = Math.min(value.length, MOST_BYTES);
    for (let i = 0; i < length; i++) {
      const c = value.charCodeAt(i);
      if (c > 127) {
        const { written } = encoder.encodeInto(value, scratch);
        return this.addBytes(scratch, 0, written);
      }
      scratch[i] = c;
    }
    this.addBytes(scratch, 0, length);
  }

  /** Counts a value of UTF-8, which is copied if it is new. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    let length = end - start;
    if (length > MOST_BYTES) {
      length = MOST_BYTES;
      // No character is cut.
      while (((bytes[start + length] as number) & 0xc0) === 0x80) length--;
    }
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    // Comparing with the value that a few bytes find is faster than a hash of all of them.
    if (this.#recentGain < LEAST_GAIN || length < WORD) {
      this.#addHashed(start, length);
      return;
    }
    const view = this.#view;
    const middle = view.getInt32(start + (length >> 1) - 2, true);
    const last = view.getInt32(start + length - WORD, true);
    const short = Math.imul(Math.imul(middle, PRIME) ^ last ^ length, PRIME) >>> 32 - RECENT_BITS;
    const { recent, counts } = this.#memory;
    const seen = (recent[short] as number) - 1;
    if (seen >= 0 && this.#is(seen, start, length)) {
      (counts[seen * HALF_ENTRY + COUNT] as number)++;
      this.#recentGain++;
      return;
    }
    this.#recentGain--;
    recent[short] = this.#addHashed(start, length) + 1;
  }

  /** Counts a value by the hash of all its bytes; returns its entry. */
  #addHashed(start: number, length: number): number {
    const hash = hashOf(this.#view, start, length);
    const { slots, counts } = this.#memory;
    const mask = slots.length - 1;
    for (let slot = hash << 1 & mask;; slot = slot + 2 & mask) {
      const entry = (slots[slot + 1] as number) - 1;
      if (entry < 0) break;
      if (slots[slot] === hash && this.#is(entry, start, length)) {
        (counts[entry * HALF_ENTRY + COUNT] as number)++;
        return entry;
      }
    }
    if (this.#size === this.#most) dropLower(this.#memory, this.#capacity);
    this.#makeRoom(length);
    copyValue(this.#memory, this.#view, { start, length });
    const error = this.#floor;
    return keepValue(this.#memory, { length, hash, count: error + 1, error });
  }

  /** Returns the most frequent values, the first by their text among equals. */
  top(length: number): HeavyHitter[] {
    const least = this.#allCounts().sort().at(-Math.min(length, this.#size)) ?? 0;
    const found: HeavyHitter[] = [];
    for (let entry = 0; entry < this.#size; entry++) {
      const count = this.#numberOf(entry, COUNT);
      if (count < least) continue;
      found.push({ value: this.#valueOf(entry), count, overcount: this.#numberOf(entry, ERROR) });
    }
    return found.sort(byCount).slice(0, length);
  }

  /** Returns what was counted, to be added up with other parts. */
  part(): HeavyHittersPart {
    const length = this.#size;
    return {
      values: Array.from({ length }, (_, entry) => this.#valueOf(entry)),
      counts: this.#allCounts(),
      overcounts: Float64Array.from({ length }, (_, entry) => this.#numberOf(entry, ERROR)),
      floor: this.#floor,
    };
  }

  /** Compares from the end, where values that are alike mostly differ; four bytes at a time. */
  #is(entry: number, start: number, length: number): boolean {
    const { entries, values } = this.#memory;
    if (entries[entry * ENTRY + LENGTH] !== length) return false;
    const view = this.#view;
    const at = entries[entry * ENTRY] as number;
    let i = length - WORD;
    for (; i >= 0; i -= WORD) {
      if (values.getInt32(at + i, true) !== view.getInt32(start + i, true)) return false;
    }
    for (i += WORD - 1; i >= 0; i--) {
      if (values.getUint8(at + i) !== view.getUint8(start + i)) return false;
    }
    return true;
  }

  #allCounts(): Float64Array {
    return Float64Array.from({ length: this.#size }, (_, entry) => this.#numberOf(entry, COUNT));
  }

  #numberOf(entry: number, which: typeof COUNT | typeof ERROR): number {
    return this.#memory.counts[entry * HALF_ENTRY + which] ?? 0;
  }

  #valueOf(entry: number): string {
    const start = this.#memory.entries[entry * ENTRY] as number;
    const length = this.#memory.entries[entry * ENTRY + LENGTH] as number;
    return decoder.decode(bytesOf(this.#memory.values).subarray(start, start + length));
  }

  #makeRoom(length: number): void {
    const { byteLength } = this.#memory.values;
    if (this.#used + length <= byteLength) return;
    const larger = new Uint8Array(byteLength * 2);
    larger.set(bytesOf(this.#memory.values));
    this.#memory.values = new DataView(larger.buffer);
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
