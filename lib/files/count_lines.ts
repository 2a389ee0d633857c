const LF = 0x0a;
const FOUR_LF = 0x0a0a0a0a;
const LOW_BITS = 0x7f7f7f7f;

/**
 * Counts lines, four bytes at a time; a last one needs no line end.
 *
 * @returns `undefined` if a line may be empty: it has no more than one byte before its LF, which may be a CR.
 */
export function countLines(bytes: Uint8Array): number | undefined {
  const head = -bytes.byteOffset & 3;
  const size = Math.max(0, bytes.length - head) >> 2;
  const words = size === 0
    ? new Int32Array(0)
    : new Int32Array(bytes.buffer, bytes.byteOffset + head, size);
  const tail = head + size * 4;
  let count = 0;
  let last = -1;
  for (let at = 0; at < bytes.length; at++) {
    if (at === head) {
      // A set high bit for each LF, here for those of the two bytes before.
      let before = last === at - 1 ? 1 << 31 : last === at - 2 ? 1 << 23 : 0;
      for (let i = 0; i < size; i++) {
        const differing = (words[i] as number) ^ FOUR_LF;
        const found = ~(((differing & LOW_BITS) + LOW_BITS) | differing | LOW_BITS);
        if (found !== 0) {
          const near = found << 8 | before >>> 24 | found << 16 | before >>> 16;
          if ((near & found) !== 0) return undefined;
          count += (found & (found - 1)) === 0 ? 1 : 2;
        }
        before = found;
      }
      at = tail;
      if (size > 0) last = at - (before < 0 ? 1 : (before & 1 << 23) !== 0 ? 2 : 3);
      if (at === bytes.length) break;
    }
    if (bytes[at] !== LF) continue;
    if (at - last <= 2) return undefined;
    last = at;
    count++;
  }
  return bytes.length > 0 && bytes.at(-1) !== LF ? count + 1 : count;
}
