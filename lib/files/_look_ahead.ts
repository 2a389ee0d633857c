import type { FieldBytes } from "./_fields.ts";
import type { CsvScanner } from "./csv_scanner.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads a file ahead of the scanner, to tell whether a value that is longer than the longest row is closed. That takes no
 * more than a second reading of the file, and none if no row is so long.
 */
export class LookAhead implements AsyncDisposable {
  readonly #open: () => AsyncIterable<Uint8Array>;
  readonly #fieldBytes: Pick<FieldBytes, "delimiter" | "quote" | "escape">;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Offset of the chunk. */
  #base = 0;

  /**
   * @param open Begins to read what the scanner is given once more; a piece is valid until the next one is asked for.
   * @param fieldBytes As the scanner has them.
   */
  constructor(
    open: () => AsyncIterable<Uint8Array>,
    fieldBytes: Pick<FieldBytes, "delimiter" | "quote" | "escape">,
  ) {
    this.#open = open;
    this.#fieldBytes = fieldBytes;
  }

  /** Settles what the scanner is in doubt about, until it wants more. */
  async settle(scanner: CsvScanner): Promise<void> {
    while (scanner.doubt !== undefined) scanner.settle(await this.#isClosed(scanner.doubt));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks?.return?.();
    this.#chunks = undefined;
  }

  /** Whether the value that goes on at an offset ends with a quote that is in its place. */
  async #isClosed(offset: number): Promise<boolean> {
    if (offset < this.#base) await this[Symbol.asyncDispose]();
    if (this.#chunks === undefined) {
      this.#chunks = this.#open()[Symbol.asyncIterator]();
      this.#base = 0;
      this.#chunk = new Uint8Array(0);
    }
    const search = new ClosingQuote(this.#fieldBytes);
    for (;;) {
      const from = Math.max(0, offset - this.#base);
      const found = search.in(this.#chunk, Math.min(from, this.#chunk.length));
      if (found !== undefined) return found;
      const { value, done } = await this.#chunks.next();
      if (done) return search.isAtQuote;
      this.#base += this.#chunk.length;
      this.#chunk = value;
    }
  }
}

/** Whether a value that goes on at a place in a text ends with a quote that is in its place. */
export function isClosed(
  text: Uint8Array,
  from: number,
  fieldBytes: Pick<FieldBytes, "delimiter" | "quote" | "escape">,
): boolean {
  const search = new ClosingQuote(fieldBytes);
  return search.in(text, from) ?? search.isAtQuote;
}

/** Looks for the quote that ends a value, in pieces that are cut anywhere. */
class ClosingQuote {
  /** Whether the last byte was a quote that ends the value, unless another one follows. */
  isAtQuote = false;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number | undefined;
  /** Whether the last byte makes the next one text. */
  #isEscaped = false;

  constructor({ delimiter, quote, escape }: Pick<FieldBytes, "delimiter" | "quote" | "escape">) {
    this.#delimiter = delimiter;
    this.#quote = quote ?? -1;
    this.#escape = escape === quote ? undefined : escape;
  }

  /** Returns whether it is in its place, once it has come. */
  in(bytes: Uint8Array, from: number): boolean | undefined {
    const quote = this.#quote;
    const escape = this.#escape;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.isAtQuote) {
        if (byte !== quote) return byte === this.#delimiter || byte === LF || byte === CR;
        this.isAtQuote = false;
      } else if (byte === quote && !this.#isEscaped) {
        this.isAtQuote = true;
      }
      this.#isEscaped = byte === escape && !this.#isEscaped;
    }
    return undefined;
  }
}
