const FIRST_SLOTS = 1 << 10;
/** Free slots end a search: with more than half of them taken, it takes long. */
const MOST_TAKEN = 0.5;

/**
 * The first 32 bits of sha256 hashes, in 8 to 16 bytes for each. It says for sure that a hash was never added; of one in
 * four thousand millions for each that was, it says that it may have been.
 */
export class Fingerprints {
  /** 0 is free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #taken = 0;

  /** Adds a hash. */
  add(sha256: string): void {
    if (this.#taken >= this.#slots.length * MOST_TAKEN) this.#grow();
    this.#put(fingerprint(sha256));
  }

  /** Says whether a hash may have been added. */
  mayHave(sha256: string): boolean {
    return this.#slots[this.#slotOf(fingerprint(sha256))] !== 0;
  }

  #put(value: number): void {
    const slot = this.#slotOf(value);
    if (this.#slots[slot] === 0) this.#taken++;
    this.#slots[slot] = value;
  }

  /** Returns where a value is, or the free slot where it belongs. */
  #slotOf(value: number): number {
    const last = this.#slots.length - 1;
    let slot = value & last;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== value) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const values = this.#slots;
    this.#slots = new Uint32Array(values.length * 2);
    this.#taken = 0;
    for (const value of values) if (value !== 0) this.#put(value);
  }
}

/** Returns the first 32 bits of a hash; 1 for none of them. */
function fingerprint(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 8), 16) || 1;
}
