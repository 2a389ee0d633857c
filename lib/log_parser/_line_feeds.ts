const LF = 10;
const CR = 13;
/** A longer line is rejected anyway: so many bytes without a line feed show that lines end otherwise. */
const HEAD_BYTES = 64 * 1024;

/**
 * Ends the lines of a log that has only carriage returns at first, as old Macs wrote, with line feeds; all else passes.
 * So does syslog whose messages end with a NUL. Offsets stay as they are.
 */
export async function* withLineFeeds(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array(0);
  let isOpen = true;
  let turner: LineEndTurner | NulTurner | undefined;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (isOpen) {
      if (head.length > 0) bytes = joined(head, chunk);
      if (bytes.length < HEAD_BYTES && !bytes.includes(LF)) {
        head = new Uint8Array(bytes);
        continue;
      }
      isOpen = false;
      turner = turnerOf(bytes);
    }
    yield turner?.turn(bytes) ?? bytes;
  }
  if (isOpen && head.length > 0) {
    turner = turnerOf(head);
    yield turner?.turn(head) ?? head;
  }
  const held = turner?.end();
  if (held !== undefined) yield held;
}

/** A piece of a log, with line feeds if it has only carriage returns. */
export function pieceWithLineFeeds(piece: Uint8Array): Uint8Array {
  if (hasOnlyReturns(piece)) return piece.map((byte) => byte === CR ? LF : byte);
  return endsWithNul(piece) ? withoutNuls(piece, 0, piece.length) : piece;
}

function hasOnlyReturns(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_BYTES);
  return !head.includes(LF) && head.includes(CR);
}

function turnerOf(head: Uint8Array): LineEndTurner | NulTurner | undefined {
  if (hasOnlyReturns(head)) return new LineEndTurner();
  return endsWithNul(head) ? new NulTurner() : undefined;
}

/** Whether bytes are syslog whose messages end with a NUL, as RFC 6587, 3.4.2 allows. */
function endsWithNul(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_BYTES);
  if (!head.includes(0)) return false;
  const text = new TextDecoder("latin1").decode(head);
  return /(?:^|\n)<\d{1,3}>[^\0\n]*(?:\n(?!<)[^\0\n]*)*\0\n?(?:<|$)/.test(text);
}

/** Ends with a line feed what one NUL ends, between two indexes; more of them are what a crash has left. */
function withoutNuls(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const turned = bytes.slice(from, to);
  for (let at = bytes.indexOf(0, from); at >= 0 && at < to; at = bytes.indexOf(0, at + 1)) {
    const before = bytes[at - 1] ?? LF;
    const after = bytes[at + 1] ?? LF;
    if (before !== LF && before !== 0 && (after === 60 || after === LF)) turned[at - from] = LF;
  }
  return turned;
}

/** Ends messages with line feeds where NUL bytes end them. */
class NulTurner {
  /** The last two bytes: what is next to a NUL says what it is. */
  #held = new Uint8Array(0);
  #isFirst = true;

  turn(chunk: Uint8Array): Uint8Array {
    const bytes = joined(this.#held, chunk);
    const from = this.#isFirst ? 0 : 1;
    if (bytes.length < 3) {
      this.#held = bytes;
      return new Uint8Array(0);
    }
    this.#isFirst = false;
    this.#held = bytes.slice(-2);
    return withoutNuls(bytes, from, bytes.length - 1);
  }

  /** What is left at the end. */
  end(): Uint8Array | undefined {
    return withoutNuls(this.#held, this.#isFirst ? 0 : 1, this.#held.length);
  }
}

class LineEndTurner {
  /** The last byte was a carriage return: a line feed may follow it. */
  isHolding = false;

  /** What is left at the end. */
  end(): Uint8Array | undefined {
    return this.isHolding ? Uint8Array.of(LF) : undefined;
  }

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
