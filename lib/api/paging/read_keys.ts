import { attempt, openNameless, readAllAtSync, writeAllSync } from "../../io/mod.ts";

/** Numbers per slot: two of the hash, the low and the high part of the offset plus 1. */
const WORDS = 4;
const SLOT_BYTES = WORDS * 4;
/** How full the table gets, in sixteenths: a longer look for a slot costs less than twice the memory. */
const FULL = 13;
/** Slots that are read from the file at once. */
const AT_ONCE = 16;
const FIRST_SLOTS = 1 << 12;
const BLOOM_BITS = 27;
const BLOOM_PROBES = 4;
const LOW = 2 ** 32;

/** Options of {@linkcode ReadKeys}. */
export interface ReadKeysOptions {
  /** Path of the file that takes what memory does not hold; it has no name for longer than it takes to open it. */
  readonly path: string;
  /** Slots in memory, a power of two; 13 of 16 are used. @default 524_288, which is 8 MiB */
  readonly maxSlots?: number;
}

/**
 * Remembers by hash where the records of one read are staged: 20 to 39 bytes a record up to a bound, beyond it in a file.
 *
 * A hash only raises a suspicion; whether two records are the same is for their key and bytes to say. The record path
 * runs through it, so that it allocates nothing for a record that is new.
 */
export class ReadKeys implements Disposable {
  readonly #path: string;
  readonly #maxSlots: number;
  #slots = new Uint32Array(FIRST_SLOTS * WORDS);
  #used = 0;
  #file: Deno.FsFile | undefined;
  #spilled = 0;
  #bloom: Uint32Array | undefined;
  /** The hash of the key that was sought last. */
  #low = 0;
  #high = 0;

  /** Remembers nothing yet; the file is made when it is needed. */
  constructor({ path, maxSlots = 1 << 19 }: ReadKeysOptions) {
    this.#path = path;
    this.#maxSlots = maxSlots;
  }

  /** Says whether there may be a record with this key. */
  seek(key: string | number | Uint8Array): boolean {
    if (typeof key === "number") this.#mix(key | 0, Math.floor(key / LOW) | 0);
    else if (typeof key === "string") this.#hashText(key);
    else this.#hashBytes(key);
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = slotOf(this.#low) & last;
    for (; slots[at + 2] !== 0 || slots[at + 3] !== 0; at = (at + WORDS) & last) {
      if (slots[at] === this.#low && slots[at + 1] === this.#high) return true;
    }
    return this.#bloom !== undefined && mayHave(this.#bloom, this.#low, this.#high);
  }

  /** Returns the offsets of the records that may have the key that was sought last. */
  offsets(): number[] {
    const found: number[] = [];
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = slotOf(this.#low) & last;
    for (; !isFree(slots, at); at = (at + WORDS) & last) this.#collect(slots, at, found);
    if (this.#file !== undefined) this.#findInFile(this.#file, found);
    return found;
  }

  /** Remembers a record with the key that was sought last. */
  add(offset: number): void {
    if (this.#used * 16 >= (this.#slots.length / WORDS) * FULL) this.#grow();
    const slots = this.#slots;
    const at = freeSlot(slots, this.#low);
    slots[at] = this.#low;
    slots[at + 1] = this.#high;
    slots[at + 2] = (offset + 1) >>> 0;
    slots[at + 3] = Math.floor((offset + 1) / LOW);
    this.#used++;
  }

  /** Forgets everything. */
  clear(): void {
    this[Symbol.dispose]();
    this.#slots = new Uint32Array(FIRST_SLOTS * WORDS);
    this.#used = 0;
  }

  /** Closes the file, if one was needed. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
    this.#bloom = undefined;
    this.#spilled = 0;
  }

  #hashText(text: string): void {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57 ^ text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    this.#mix(a, b);
  }

  /** Four bytes at a time: a record may be long. */
  #hashBytes(bytes: Uint8Array): void {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57 ^ bytes.length;
    for (let at = 0; at < bytes.length; at += 4) {
      const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24);
      a = Math.imul(a ^ word, 2654435761);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 1597334677);
      b ^= b >>> 13;
    }
    this.#mix(a, b);
  }

  /** The last step of cyrb53. */
  #mix(a: number, b: number): void {
    const low = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    this.#low = low >>> 0;
    this.#high = (Math.imul(b ^ (b >>> 16), 2246822507) ^
      Math.imul(low ^ (low >>> 13), 3266489909)) >>> 0;
  }

  #collect(slots: Uint32Array, at: number, found: number[]): void {
    if (slots[at] !== this.#low || slots[at + 1] !== this.#high) return;
    found.push((slots[at + 2] ?? 0) + (slots[at + 3] ?? 0) * LOW - 1);
  }

  #grow(): void {
    const before = this.#slots;
    if (before.length / WORDS >= this.#maxSlots) return this.#spill();
    const slots = this.#slots = new Uint32Array(before.length * 2);
    for (let from = 0; from < before.length; from += WORDS) {
      if (isFree(before, from)) continue;
      const at = freeSlot(slots, before[from] ?? 0);
      for (let word = 0; word < WORDS; word++) slots[at + word] = before[from + word] ?? 0;
    }
  }

  /** Appends the table to the file as it is, so that it can be searched there in the same way. */
  #spill(): void {
    const slots = this.#slots;
    const bloom = this.#bloom ??= new Uint32Array(1 << (BLOOM_BITS - 5));
    for (let at = 0; at < slots.length; at += WORDS) {
      if (!isFree(slots, at)) mark(bloom, slots[at] ?? 0, slots[at + 1] ?? 0);
    }
    const file = this.#file ??= openNameless(this.#path);
    const bytes = new Uint8Array(slots.buffer);
    attempt("write", this.#path, () => {
      file.seekSync(this.#spilled * bytes.length, Deno.SeekMode.Start);
      writeAllSync(file, bytes);
    });
    this.#spilled++;
    slots.fill(0);
    this.#used = 0;
  }

  /** Several slots are read at once: as many as most keys take, for a read costs more than what it brings. */
  #findInFile(file: Deno.FsFile, found: number[]): void {
    const count = this.#slots.length / WORDS;
    const slots = new Uint32Array(AT_ONCE * WORDS);
    const bytes = new Uint8Array(slots.buffer);
    for (let table = 0; table < this.#spilled; table++) {
      for (let at = this.#low & (count - 1), isOver = false; !isOver;) {
        const size = Math.min(AT_ONCE, count - at);
        this.#readSlots(file, table * count + at, bytes.subarray(0, size * SLOT_BYTES));
        for (let slot = 0; slot < size * WORDS && !isOver; slot += WORDS) {
          isOver = isFree(slots, slot);
          if (!isOver) this.#collect(slots, slot, found);
        }
        at = (at + size) & (count - 1);
      }
    }
  }

  #readSlots(file: Deno.FsFile, from: number, bytes: Uint8Array): void {
    attempt("read", this.#path, () => readAllAtSync(file, from * SLOT_BYTES, bytes));
  }
}

function slotOf(low: number): number {
  return low << 2;
}

function freeSlot(slots: Uint32Array, low: number): number {
  const last = slots.length - 1;
  let at = slotOf(low) & last;
  while (!isFree(slots, at)) at = (at + WORDS) & last;
  return at;
}

function isFree(slots: Uint32Array, at: number): boolean {
  return slots[at + 2] === 0 && slots[at + 3] === 0;
}

function bitOf(low: number, high: number, probe: number): number {
  return (low + Math.imul(high | 1, probe)) >>> (32 - BLOOM_BITS);
}

function mark(bloom: Uint32Array, low: number, high: number): void {
  for (let probe = 0; probe < BLOOM_PROBES; probe++) {
    const bit = bitOf(low, high, probe);
    bloom[bit >>> 5] = (bloom[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
}

function mayHave(bloom: Uint32Array, low: number, high: number): boolean {
  for (let probe = 0; probe < BLOOM_PROBES; probe++) {
    const bit = bitOf(low, high, probe);
    if (((bloom[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}
