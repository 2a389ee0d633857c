/** Bytes that are looked for, four at a time. */
export interface Words {
  readonly length: number;
  /** Which bits of the first four bytes count, then the bytes as numbers; the last one is that of the last four. */
  readonly words: Int32Array;
}

const WORD = 4;
/** Of {@linkcode hashOf}. */
export const HASH_PRIME = 0x9e3779b1 | 0;
/** Bytes at which a text is looked at: 0 for all others, which are printable. */
const MARKS = new Uint8Array(256).fill(1).fill(0, 32, 127);
MARKS[34] = MARKS[92] = 1;
const [SPACES, QUOTES, BACKSLASHES] = [0x20202020, 0x22222222, 0x5c5c5c5c];
const [ONES, HIGH_BITS] = [0x01010101, 0x80808080];

let lastBytes: Uint8Array = new Uint8Array(0);
let lastView: DataView = new DataView(lastBytes.buffer);

/** The same bytes, to be read four at a time; of the same array as before, the same view. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== lastBytes) {
    lastBytes = bytes;
    lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return lastView;
}

/** Prepares bytes that are looked for. */
export function wordsOf(bytes: Uint8Array): Words {
  const { length } = bytes;
  const padded = new DataView(new ArrayBuffer(Math.max(length, WORD)));
  for (const [i, byte] of bytes.entries()) padded.setUint8(i, byte);
  const words = [length < WORD ? (1 << 8 * length) - 1 : -1];
  for (let i = 0; i < length; i += WORD) {
    words.push(padded.getInt32(Math.max(0, Math.min(i, length - WORD)), true));
  }
  return { length, words: Int32Array.from(words) };
}

/** Whether bytes are at an index; of fewer than four, others must follow. */
export function isAt(view: DataView, at: number, { length, words }: Words): boolean {
  if (at + Math.max(length, WORD) > view.byteLength) return false;
  if (((view.getInt32(at, true) ^ (words[1] as number)) & (words[0] as number)) !== 0) return false;
  if (length <= WORD) return true;
  // The last ones differ most often.
  let i = words.length - 1;
  if (view.getInt32(at + length - WORD, true) !== words[i]) return false;
  while (--i > 1) if (view.getInt32(at + (i - 1) * WORD, true) !== words[i]) return false;
  return true;
}

/** A hash of bytes: of every second word and of the others, which a processor can do at once; the last ones may be read twice. */
export function hashOf(view: DataView, start: number, length: number): number {
  if (length < 2 * WORD) return shortHash(view, start, length);
  let a = length;
  let b = ~length;
  const last = start + length - 2 * WORD;
  for (let at = start;;) {
    a = Math.imul(a ^ view.getInt32(at, true), HASH_PRIME);
    b = Math.imul(b ^ view.getInt32(at + WORD, true), HASH_PRIME);
    a ^= a >>> 13;
    b ^= b >>> 13;
    if (at === last) break;
    at += 2 * WORD;
    if (at > last) at = last;
  }
  const hash = Math.imul(a ^ (b << 16 | b >>> 16), HASH_PRIME);
  return hash ^ hash >>> 15;
}

function shortHash(view: DataView, start: number, length: number): number {
  let hash = length;
  for (let at = start; at < start + length; at++) {
    hash = Math.imul(hash ^ view.getUint8(at), HASH_PRIME);
    hash ^= hash >>> 13;
  }
  return hash ^ hash >>> 15;
}

/**
 * Returns the index of the first byte that is a quote, a backslash, another byte that is looked for, or no printable
 * ASCII; the length, if there is none.
 *
 * @param also That byte, four times. @default a quote
 */
export function plainEnd(view: DataView, from: number, also = QUOTES): number {
  const last = view.byteLength - WORD;
  let at = from;
  for (; at <= last; at += WORD) {
    const word = view.getInt32(at, true);
    // The high bit of a byte tells that it is looked for. What is carried only reaches bytes after the first such one.
    const found = HIGH_BITS & (word | word - SPACES | word + ONES | (word ^ QUOTES) - ONES |
      (word ^ BACKSLASHES) - ONES | (word ^ also) - ONES);
    if (found !== 0) return at + (31 - Math.clz32(found & -found) >> 3);
  }
  while (at < view.byteLength) {
    const byte = view.getUint8(at);
    if (MARKS[byte] === 1 || byte === (also & 255)) break;
    at++;
  }
  return at;
}
