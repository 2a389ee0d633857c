import { DataError } from "../errors/mod.ts";

/** Bytes that are looked at, of a log that has no byte order mark; fewer show nothing. */
const HEAD_BYTES = 16;

const encoder = new TextEncoder();

/** Turns UTF-16 into UTF-8; all else passes. Offsets are then those of the UTF-8. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array(0);
  let isOpen = true;
  let reader: Utf16Reader | undefined;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (isOpen) {
      if (head.length > 0) bytes = new Uint8Array([...head, ...chunk]);
      if (bytes.length < HEAD_BYTES) {
        head = new Uint8Array(bytes);
        continue;
      }
      isOpen = false;
      reader = utf16ReaderOf(bytes);
    }
    yield reader === undefined ? bytes : reader.read(bytes);
  }
  if (isOpen && head.length > 0) {
    reader = utf16ReaderOf(head);
    yield reader === undefined ? head : reader.read(head);
  }
  if (reader === undefined) return;
  yield reader.end();
  if (!reader.isWhole) {
    const message = `Cannot decode "${source}": it is not valid UTF-16`;
    throw new DataError("file-corrupt", message, { context: { path: source } });
  }
}

/** UTF-16 shows by its byte order mark, or by the zeros in each of its first characters, if these are ASCII. */
function utf16ReaderOf(bytes: Uint8Array): Utf16Reader | undefined {
  const head = bytes.subarray(0, HEAD_BYTES).toHex();
  if (/^fffe|^(?:(?!00)[0-7].00){8}/.test(head)) return new Utf16Reader("utf-16le");
  return /^feff|^(?:00(?!00)[0-7].){8}/.test(head) ? new Utf16Reader("utf-16be") : undefined;
}

/**
 * Half of a surrogate pair becomes the three bytes that would be its UTF-8, which no reader of UTF-8 takes: the line that
 * holds it is rejected, and no other.
 */
class Utf16Reader {
  readonly #decoder: TextDecoder;
  readonly #isBig: boolean;
  /** What a next chunk completes: half of a character, or of a pair. */
  #rest = new Uint8Array(0);
  #isFirst = true;

  constructor(encoding: "utf-16le" | "utf-16be") {
    this.#isBig = encoding === "utf-16be";
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  /** Whether the last character was not cut. */
  get isWhole(): boolean {
    return this.#rest.length % 2 === 0;
  }

  read(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let end = bytes.length - bytes.length % 2;
    const last = bytes[this.#isBig ? end - 2 : end - 1] ?? 0;
    if (last >= 0xd8 && last <= 0xdb) end -= 2;
    this.#rest = bytes.slice(end);
    return this.#turn(bytes.subarray(0, end));
  }

  /** Returns what is left, but not half of a character. */
  end(): Uint8Array {
    return this.#turn(this.#rest.subarray(0, this.#rest.length & ~1));
  }

  #turn(bytes: Uint8Array): Uint8Array {
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      text = this.#textOf(bytes); // Its halves are left as they are.
    }
    if (this.#isFirst && text.startsWith("\ufeff")) text = text.slice(1);
    if (text !== "") this.#isFirst = false;
    return text.isWellFormed() ? encoder.encode(text) : encodeHalves(text);
  }

  #textOf(bytes: Uint8Array): string {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += 2) {
      parts.push(String.fromCharCode(view.getUint16(at, !this.#isBig)));
    }
    return parts.join("");
  }
}

function encodeHalves(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  let from = 0;
  const add = (part: string) => {
    length += encoder.encodeInto(part, bytes.subarray(length)).written;
  };
  for (const { 0: half, index } of text.matchAll(/\p{Surrogate}/gu)) {
    add(text.slice(from, index));
    const unit = half.charCodeAt(0);
    bytes.set([0xed, 0x80 | unit >> 6 & 0x3f, 0x80 | unit & 0x3f], length);
    length += 3;
    from = index + 1;
  }
  add(text.slice(from));
  return bytes.subarray(0, length);
}
