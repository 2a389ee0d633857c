/** Drops raw line breaks, which in valid JSON only stand between tokens. */
export function withoutLineBreaks(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d);
}
