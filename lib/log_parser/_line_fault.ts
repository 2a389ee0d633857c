import type { RejectCode } from "../errors/mod.ts";

/** Why a line is rejected. */
export interface LineFault {
  /** Its code. */
  readonly code: RejectCode;
  /** What is wrong. */
  readonly message: string;
  /** 1-based, in bytes. */
  readonly column: number;
}

/** Returns the fault of a line that is not UTF-8, or was not UTF-16 before. */
export function encodingFault(bytes: Uint8Array): LineFault {
  const at = validPrefix(bytes);
  const isHalf = bytes[at] === 0xed && (bytes[at + 1] ?? 0) >= 0xa0;
  const message = isHalf ? "half of a surrogate pair is no character" : "not valid UTF-8";
  return { code: "line-encoding", message, column: at + 1 };
}

/** Returns the fault of a line over the limit, of which so many bytes are kept. */
export function lengthFault(length: number, limit: number, kept: number): LineFault {
  const message = `${length} bytes, the limit is ${limit}; the first ${kept} are kept`;
  return { code: "line-too-long", message, column: limit + 1 };
}

/** Returns the length of the longest start of the bytes that is UTF-8: the index of the first bad sequence. */
function validPrefix(bytes: Uint8Array): number {
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
