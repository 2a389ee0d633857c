/** Bytes before a row that are kept: rows that may be a footer are rejected late. */
const HISTORY = 1 << 20;

/** A piece of text as UTF-8, and where it begins there and in the file. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly text: number;
  readonly file: number;
}

/** Finds where in a file the bytes are of which a text is that was turned into UTF-8. */
export class TextOffsets {
  readonly #unitBytes: 1 | 2;
  #pieces: Piece[] = [];
  /** What was asked for last, and units before it in its piece. */
  #last: { readonly piece: Piece | undefined; readonly offset: number; readonly units: number } = {
    ...{ piece: undefined, offset: 0, units: 0 },
  };
  #text = 0;
  #file = 0;

  /** @param encoding Of the file. */
  constructor(encoding: string) {
    this.#unitBytes = encoding.startsWith("utf-16") ? 2 : 1;
  }

  /** Where the next piece begins in the file. */
  get next(): number {
    return this.#file;
  }

  /** Bytes of the file that are no text. */
  skip(bytes: number): void {
    this.#file += bytes;
  }

  /** Takes the next piece, which is so many units of UTF-16. */
  add(bytes: Uint8Array, units: number): void {
    this.#pieces.push({ bytes, text: this.#text, file: this.#file });
    this.#text += bytes.length;
    this.#file += units * this.#unitBytes;
  }

  /** Lets go of what nobody will ask for: only what is from the row being read on, and its first `span` bytes. */
  keep(row: number, span: number): void {
    const latest = this.#pieces.length - 2;
    this.#pieces = this.#pieces.filter(({ text, bytes }, at) =>
      at >= latest || (text + bytes.length >= row - HISTORY && text <= row + span)
    );
  }

  /** Returns the offset in the file; `undefined` if it is not known any more. */
  toFile(offset: number): number | undefined {
    if (offset === this.#text) return this.#file;
    const piece = this.#pieces.findLast(({ text }) => text <= offset);
    if (piece === undefined || piece.text + piece.bytes.length <= offset) return undefined;
    // Rows are asked for in their order: from the last one on takes each byte once.
    const last = this.#last;
    let [from, units] = last.piece === piece && last.offset <= offset
      ? [last.offset, last.units]
      : [piece.text, 0];
    for (; from < offset; from++) {
      const byte = piece.bytes[from - piece.text] ?? 0;
      // Each byte but the first of a character continues it; one of four bytes is two units.
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    this.#last = { piece, offset, units };
    return piece.file + units * this.#unitBytes;
  }
}
