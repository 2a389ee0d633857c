import { isUtf8 } from "node:buffer";

/** The first byte that is not UTF-8. */
export interface BadByte {
  /** Counted from the beginning of all pieces. */
  readonly offset: number;
  /** Its value. */
  readonly byte: number;
}

/**
 * Validates UTF-8 (RFC 3629) that arrives in pieces cut anywhere, without decoding it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const guard = new Utf8Guard();
 * assertEquals(guard.check(Uint8Array.of(0x61, 0xc3)), undefined);
 * assertEquals(guard.check(Uint8Array.of(0x61)), { offset: 1, byte: 0xc3 });
 * ```
 */
export class Utf8Guard {
  /** Start of a sequence whose end has not come yet. */
  readonly #tail: number[] = [];
  #offset = 0;

  /** Returns the first byte that is not UTF-8; `undefined` while all is well. */
  check(chunk: Uint8Array): BadByte | undefined {
    let from = 0;
    if (this.#tail.length > 0) {
      const length = sequenceLength(this.#tail[0]);
      while (this.#tail.length < length && from < chunk.length) this.#tail.push(chunk[from++] ?? 0);
      if (this.#tail.length < length) return undefined;
      if (!isUtf8(Uint8Array.from(this.#tail))) return this.finish();
      this.#tail.length = 0;
      this.#offset += length;
    }
    const rest = chunk.subarray(from);
    const whole = rest.subarray(0, rest.length - unfinishedBytes(rest));
    if (!isUtf8(whole)) {
      const bad = firstInvalid(whole);
      return { offset: this.#offset + bad, byte: whole[bad] ?? 0 };
    }
    this.#offset += whole.length;
    this.#tail.push(...rest.subarray(whole.length));
    return undefined;
  }

  /** Returns the first byte of a sequence that is not complete; `undefined` if there is none. */
  finish(): BadByte | undefined {
    const [byte] = this.#tail;
    return byte === undefined ? undefined : { offset: this.#offset, byte };
  }
}

/** Length of an unfinished sequence at the end, 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Length that a first byte announces (RFC 3629); 1 for what cannot begin a longer sequence. */
function sequenceLength(first = 0): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 1;
}

function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at]);
    if ((bytes[at] ?? 0) >= 0x80 && !isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}
