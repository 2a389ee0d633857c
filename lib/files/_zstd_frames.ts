const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * Follows the frames of zstd data (RFC 8878, section 3) without decompressing them: the runtime takes data that end
 * within a frame for whole.
 */
export class ZstdFrames {
  /** Bytes of the piece that comes next, until it is complete. */
  readonly #piece = new Uint8Array(4);
  #have = 0;
  #want = 4;
  /** Bytes to pass over before it. */
  #skip = 0;
  #state: "magic" | "header" | "block" | "size" | "broken" = "magic";
  #checksumBytes = 0;

  /** Whether the data may end here: no frame is open. */
  get isComplete(): boolean {
    return this.#state === "broken" || this.#state === "magic" && this.#have + this.#skip === 0;
  }

  /** Takes bytes up to the end of a frame, and returns how many those are. */
  push(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length && this.#state !== "broken";) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, bytes.length - at);
        this.#skip -= passed;
        at += passed;
      } else {
        this.#piece[this.#have++] = bytes[at++] ?? 0;
        if (this.#have === this.#want) this.#next();
      }
      if (this.isComplete) return at;
    }
    return bytes.length;
  }

  #next(): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.#piece;
    const number = (a | b << 8 | c << 16) + d * 0x1000000;
    this.#have = 0;
    switch (this.#state) {
      case "magic":
        if (number === MAGIC) this.#expect("header", 1);
        else if ((number & ~0xf) === SKIPPABLE) this.#expect("size", 4);
        else this.#state = "broken"; // The stream that decompresses says so.
        return;
      case "size":
        this.#expect("magic", 4);
        this.#skip = number;
        return;
      case "header": {
        const isSingle = (a & 0x20) !== 0;
        const sizeBytes = SIZE_BYTES[a >> 6] ?? 0;
        this.#checksumBytes = (a & 4) === 0 ? 0 : 4;
        this.#expect("block", 3);
        this.#skip = (isSingle ? Math.max(1, sizeBytes) : 1 + sizeBytes) +
          (DICTIONARY_BYTES[a & 3] ?? 0);
        return;
      }
      case "block": {
        const header = a | b << 8 | c << 16;
        const isLast = (header & 1) === 1;
        const isRepeated = (header >> 1 & 3) === 1;
        this.#expect(isLast ? "magic" : "block", isLast ? 4 : 3);
        this.#skip = (isRepeated ? 1 : header >> 3) + (isLast ? this.#checksumBytes : 0);
      }
    }
  }

  #expect(state: "magic" | "header" | "block" | "size", bytes: number): void {
    this.#state = state;
    this.#want = bytes;
  }
}
