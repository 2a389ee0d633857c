/** Bytes that grow and are taken out again; its memory is kept. */
export class ByteBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param bytes Room at first: what is never written takes no memory, and to grow takes that of both. */
  constructor(bytes: number = 1 << 12) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** Whether it holds nothing. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Appends a part of other bytes. */
  append(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.#bytes.set(from.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** Appends one byte. */
  push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Empties it and returns what it held, valid until the next call of any method. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
