const LF = 10;
const CR = 13;
/** A longer line is rejected anyway: so many bytes without a line feed show that lines end otherwise. */
const HEAD_BYTES = 64 * 1024;

/**
 * Ends the lines of a log that has only carriage returns at first, as old Macs wrote, with line feeds; all else passes.
 * Offsets stay as they are.
 */
export async function* withLineFeeds(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array(0);
  let isOpen = true;
  let turner: LineEndTurner | undefined;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (isOpen) {
      if (head.length > 0) bytes = joined(head, chunk);
      if (bytes.length < HEAD_BYTES && !bytes.includes(LF)) {
        head = new Uint8Array(bytes);
        continue;
      }
      isOpen = false;
      if (hasOnlyReturns(bytes)) turner = new LineEndTurner();
    }
    yield turner?.turn(bytes) ?? bytes;
  }
  if (isOpen && head.length > 0) {
    if (hasOnlyReturns(head)) turner = new LineEndTurner();
    yield turner?.turn(head) ?? head;
  }
  if (turner?.isHolding === true) yield Uint8Array.of(LF);
}

/** A piece of a log, with line feeds if it has only carriage returns. */
export function pieceWithLineFeeds(piece: Uint8Array): Uint8Array {
  return hasOnlyReturns(piece) ? piece.map((byte) => byte === CR ? LF : byte) : piece;
}

function hasOnlyReturns(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_BYTES);
  return !head.includes(LF) && head.includes(CR);
}

class LineEndTurner {
  /** The last byte was a carriage return: a line feed may follow it. */
  isHolding = false;

  turn(chunk: Uint8Array): Uint8Array {
    const bytes = joined(this.isHolding ? Uint8Array.of(CR) : new Uint8Array(0), chunk);
    this.isHolding = bytes.at(-1) === CR;
    const whole = bytes.subarray(0, this.isHolding ? -1 : bytes.length);
    for (let at = whole.indexOf(CR); at >= 0; at = whole.indexOf(CR, at + 1)) {
      if (whole[at + 1] !== LF) whole[at] = LF;
    }
    return whole;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
