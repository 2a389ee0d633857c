const encoder = new TextEncoder();
const BYTES_A_UNIT = 3;
const scratch = new Uint8Array(1 << 14);

/**
 * Returns a text in UTF-8, valid until the next call.
 *
 * To look at each letter of a text by `charCodeAt` takes ten times as long once V8 has seen texts of more than four kinds
 * (one byte a letter or two, part of another text or joined of two), as it does soon.
 */
export function utf8Of(text: string): Uint8Array {
  if (text.length * BYTES_A_UNIT > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** Returns how many UTF-16 code units the bytes from one place to another hold. */
export function unitsBetween(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (!isContinued(byte)) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
}

/** Says whether a byte goes on with a character. */
export function isContinued(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
