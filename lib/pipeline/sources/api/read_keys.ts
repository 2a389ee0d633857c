/** Numbers per slot: two of the hash, the low and the high part of the offset plus 1. */
const WORDS = 4;
const FIRST_SLOTS = 1 << 12;
const BLOOM_BITS = 27;
const BLOOM_PROBES = 4;
const LOW = 2 ** 32;

/** Options of {@linkcode ReadKeys}. */
export interface ReadKeysOptions {
  /** Path of the file that takes what memory does not hold; it has no name for longer than it takes to open it. */
  readonly path: string;
  /** Slots in memory, a power of two; half of them are used. @default 2_097_152, which is 32 MiB */
  readonly maxSlots?: number;
}

/** The hash of a key: 64 bits. */
export interface KeyHash {
  readonly low: number;
  readonly high: number;
}

/**
 * Remembers by hash where the records of one read are staged: 32 bytes a record up to a bound, beyond it in a file.
 *
 * A hash only raises a suspicion; whether two records are the same is for their key and bytes to say.
 */
export class ReadKeys implements Disposable {
  readonly #path: string;
  readonly #maxSlots: number;
  #slots = new Uint32Array(FIRST_SLOTS * WORDS);
  #used = 0;
  #file: Deno.FsFile | undefined;
  #spilled = 0;
  #bloom: Uint32Array | undefined;

  constructor({ path, maxSlots = 1 << 21 }: ReadKeysOptions) {
    this.#path = path;
    this.#maxSlots = maxSlots;
  }

  /** Remembers a record. */
  add(hash: KeyHash, offset: number): void {
    if (this.#used * 2 >= this.#slots.length / WORDS) this.#grow();
    put(this.#slots, hash, offset);
    this.#used++;
  }

  /** Returns the offsets of the records with this hash. */
  find(hash: KeyHash): number[] {
    const found: number[] = [];
    collect(this.#slots, hash, found);
    if (this.#bloom !== undefined && mayHave(this.#bloom, hash)) this.#findInFile(hash, found);
    return found;
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

  #grow(): void {
    const slots = this.#slots.length / WORDS;
    if (slots >= this.#maxSlots) return this.#spill();
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (const { hash, offset } of entries(before)) put(this.#slots, hash, offset);
  }

  /** Appends the table to the file as it is, so that it can be searched there in the same way. */
  #spill(): void {
    this.#bloom ??= new Uint32Array(1 << (BLOOM_BITS - 5));
    for (const { hash } of entries(this.#slots)) mark(this.#bloom, hash);
    this.#file ??= this.#open();
    const bytes = new Uint8Array(this.#slots.buffer);
    this.#file.seekSync(this.#spilled * bytes.length, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#spilled++;
    this.#slots.fill(0);
    this.#used = 0;
  }

  #open(): Deno.FsFile {
    const file = Deno.openSync(this.#path, {
      read: true,
      write: true,
      create: true,
      truncate: true,
    });
    Deno.removeSync(this.#path);
    return file;
  }

  #findInFile(hash: KeyHash, found: number[]): void {
    const file = this.#file;
    if (file === undefined) return;
    const slots = this.#slots.length / WORDS;
    const slot = new Uint32Array(WORDS);
    const bytes = new Uint8Array(slot.buffer);
    for (let table = 0; table < this.#spilled; table++) {
      for (let at = hash.low & (slots - 1);; at = (at + 1) & (slots - 1)) {
        file.seekSync((table * slots + at) * bytes.length, Deno.SeekMode.Start);
        for (let read = 0; read < bytes.length;) read += file.readSync(bytes.subarray(read)) ?? 16;
        if (isFree(slot, 0)) break;
        if (holds(slot, 0, hash)) found.push(offsetAt(slot, 0));
      }
    }
  }
}

function put(slots: Uint32Array, { low, high }: KeyHash, offset: number): void {
  const mask = slots.length / WORDS - 1;
  let at = (low & mask) * WORDS;
  while (!isFree(slots, at)) at = (at + WORDS) & (slots.length - 1);
  slots[at] = low;
  slots[at + 1] = high;
  slots[at + 2] = (offset + 1) % LOW;
  slots[at + 3] = Math.floor((offset + 1) / LOW);
}

function collect(slots: Uint32Array, hash: KeyHash, found: number[]): void {
  let at = (hash.low & (slots.length / WORDS - 1)) * WORDS;
  for (; !isFree(slots, at); at = (at + WORDS) & (slots.length - 1)) {
    if (holds(slots, at, hash)) found.push(offsetAt(slots, at));
  }
}

function* entries(slots: Uint32Array): Generator<{ hash: KeyHash; offset: number }> {
  for (let at = 0; at < slots.length; at += WORDS) {
    if (isFree(slots, at)) continue;
    const hash = { low: slots[at] ?? 0, high: slots[at + 1] ?? 0 };
    yield { hash, offset: offsetAt(slots, at) };
  }
}

function isFree(slots: Uint32Array, at: number): boolean {
  return slots[at + 2] === 0 && slots[at + 3] === 0;
}

function holds(slots: Uint32Array, at: number, { low, high }: KeyHash): boolean {
  return slots[at] === low && slots[at + 1] === high;
}

function offsetAt(slots: Uint32Array, at: number): number {
  return (slots[at + 2] ?? 0) + (slots[at + 3] ?? 0) * LOW - 1;
}

function bitsOf({ low, high }: KeyHash): number[] {
  return Array.from(
    { length: BLOOM_PROBES },
    (_, n) => (low + Math.imul(high | 1, n)) >>> (32 - BLOOM_BITS),
  );
}

function mark(bloom: Uint32Array, hash: KeyHash): void {
  for (const bit of bitsOf(hash)) {
    const word = bit >>> 5;
    bloom[word] = ((bloom[word] ?? 0) | (1 << (bit & 31))) >>> 0;
  }
}

function mayHave(bloom: Uint32Array, hash: KeyHash): boolean {
  return bitsOf(hash).every((bit) => ((bloom[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0);
}

/** Returns the hash of a text or of bytes (cyrb53's two lanes). */
export function hashKey(key: string | Uint8Array): KeyHash {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const code = typeof key === "string" ? key.charCodeAt(at) : key[at] ?? 0;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return { low: a >>> 0, high: b >>> 0 };
}
