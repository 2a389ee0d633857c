/** Returns the length of the longest start of the bytes that is UTF-8: the index of the first bad sequence. */
export function validPrefix(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  // A decoder that expects more passes a start that is cut inside a character, so halving works.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isUtf8(bytes.subarray(0, middle + 1), true)) low = middle + 1;
    else high = middle;
  }
  // The break shows up to three bytes after the start of the sequence that it breaks.
  while (low > 0 && !isUtf8(bytes.subarray(0, low), false)) low--;
  return low;
}

function isUtf8(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false; // The answer, not a failure.
  }
}
