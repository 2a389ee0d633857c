import type { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { attempt, openNameless, readAllAtSync, writeAllSync } from "../io/mod.ts";
import type { RememberedPart } from "./remembered.ts";

/** Bytes of a hash that are kept: of 2^48 records one pair would be taken for one another. */
const HASH_BYTES = 12;
const WORDS = HASH_BYTES / 4;
/** Hashes in one part. */
const PART_RECORDS = 1 << 16;

/**
 * The records of a stream that earlier runs published and that are older than what a read expects, by hashes of their
 * bytes; and those that this run publishes, for later runs.
 */
export class RememberedRecords implements Disposable {
  readonly #load: () => readonly RememberedPart[];
  readonly #path: string | undefined;
  #known: KnownHashes | undefined;
  readonly #seen = new Set<RememberedPart>();
  /** The parts that are in memory; with a path the last one alone. */
  readonly #new: Uint8Array<ArrayBuffer>[] = [];
  #file: Deno.FsFile | undefined;
  /** Whole parts in the file. */
  #spilled = 0;
  #used = PART_RECORDS;

  /**
   * Remembers nothing yet.
   *
   * @param load Reads the earlier ones; called when the first old record comes, which most runs never see.
   * @param path Path of a file for what memory does not hold, {@linkcode openNameless}. @default {all is in memory}
   */
  constructor(load: () => readonly RememberedPart[], path?: string) {
    this.#load = load;
    this.#path = path;
  }

  /** Says whether a record was published before, by its hash. */
  has(hash: Uint8Array): boolean {
    const part = this.#loaded.partOf(hash);
    if (part !== undefined) this.#seen.add(part);
    return part !== undefined;
  }

  /** Whether no earlier run published anything that is remembered. */
  get isEmpty(): boolean {
    return this.#loaded.isEmpty;
  }

  get #loaded(): KnownHashes {
    return this.#known ??= new KnownHashes(this.#load());
  }

  /** Remembers a record of this run by its hash. */
  add(hash: Uint8Array): void {
    if (this.#used === PART_RECORDS) {
      if (this.#path !== undefined) this.#spill(this.#path);
      this.#new.push(new Uint8Array(PART_RECORDS * HASH_BYTES));
      this.#used = 0;
    }
    this.#new.at(-1)?.set(hash, this.#used++ * HASH_BYTES);
  }

  #spill(path: string): void {
    const part = this.#new.pop();
    if (part === undefined) return;
    const file = this.#file ??= openNameless(path);
    attempt("write", path, () => writeAllSync(file, part));
    this.#spilled++;
  }

  /** Returns what was remembered of this run, part by part; the bytes of one are good until the next is asked for. */
  *parts(): Generator<Uint8Array> {
    // Within a transaction nothing else runs, and a buffer for each would lie there until its end.
    const bytes = new Uint8Array(this.#spilled === 0 ? 0 : PART_RECORDS * HASH_BYTES);
    for (let part = 0; part < this.#spilled; part++) {
      this.#read(part, bytes);
      yield bytes;
    }
    for (const [index, part] of this.#new.entries()) {
      yield index < this.#new.length - 1 ? part : part.slice(0, this.#used * HASH_BYTES);
    }
  }

  #read(part: number, bytes: Uint8Array): void {
    const file = this.#file;
    if (file === undefined) throw new TypeError("Cannot read what was remembered: it is closed");
    attempt("read", this.#path ?? "", () => readAllAtSync(file, part * bytes.length, bytes));
  }

  /** Parts of earlier runs of which a record came again. */
  get seen(): readonly RememberedPart[] {
    return [...this.#seen];
  }

  /** Closes the file, if one was needed; what is in it is gone. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Returns what a record is remembered by. */
export function hashOf(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer").subarray(0, HASH_BYTES);
}

/** A table of hashes with open addressing: a set of objects would take ten times the memory. */
class KnownHashes {
  readonly #parts: readonly RememberedPart[];
  readonly #words: Uint32Array;
  /** Number of the part of each slot, from 1; 0 is a free slot. */
  readonly #owners: Uint32Array;
  readonly #mask: number;
  readonly isEmpty: boolean;

  constructor(parts: readonly RememberedPart[]) {
    const count = parts.reduce((sum, { hashes }) => sum + hashes.length / HASH_BYTES, 0);
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, count * 2)));
    this.#parts = parts;
    this.isEmpty = count === 0;
    this.#words = new Uint32Array(size * WORDS);
    this.#owners = new Uint32Array(size);
    this.#mask = size - 1;
    for (const [index, { hashes }] of parts.entries()) {
      for (let at = 0; at < hashes.length; at += HASH_BYTES) {
        const words = wordsOf(hashes.subarray(at, at + HASH_BYTES));
        const slot = this.#slotOf(words);
        this.#words.set(words, slot * WORDS);
        this.#owners[slot] = index + 1;
      }
    }
  }

  partOf(bytes: Uint8Array): RememberedPart | undefined {
    const owner = this.#owners[this.#slotOf(wordsOf(bytes))] ?? 0;
    return this.#parts[owner - 1];
  }

  /** Returns the slot that holds a hash, or the free one in which it would be. */
  #slotOf(words: readonly number[]): number {
    let slot = (words[0] ?? 0) & this.#mask;
    while (this.#owners[slot] !== 0 && !this.#holds(slot, words)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #holds(slot: number, words: readonly number[]): boolean {
    return words.every((word, index) => this.#words[slot * WORDS + index] === word);
  }
}

function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HASH_BYTES);
  return Array.from({ length: WORDS }, (_, index) => view.getUint32(index * 4));
}
