import { type DotPath, formatDotPath, FrameScanner, valueAt } from "../grammar/mod.ts";

/** The most that may be around the records of a document, in bytes. */
const MOST_FRAME = 1 << 24;

/** What is around the list of records in a JSON document. */
export class JsonFrame {
  readonly #path: DotPath;
  readonly #finder: FrameScanner;
  readonly #decoder = new TextDecoder();
  readonly #text: string[] = [];
  #bytes = 0;

  /** @param path Where the list is. */
  constructor(path: DotPath) {
    this.#path = path;
    this.#finder = new FrameScanner(path);
  }

  /**
   * Looks for the list, and keeps what precedes it.
   *
   * @returns How many bytes are done with, and whether the last of them opens the list.
   * @throws {DuplicateKeyError} If a key on the path occurs twice in its object.
   */
  find(bytes: Uint8Array): { readonly done: number; readonly found: boolean } {
    const at = this.#finder.scan(bytes);
    const found = at < bytes.length;
    const done = found ? at + 1 : at;
    this.keep(bytes.subarray(0, done));
    return { done, found };
  }

  /** Keeps a part of the frame. */
  keep(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes <= MOST_FRAME) this.#text.push(this.#decoder.decode(bytes, { stream: true }));
  }

  /**
   * Keeps what follows the end of the list.
   *
   * @throws {DuplicateKeyError} If a key on the path occurs once more: another list would be lost.
   */
  follow(bytes: Uint8Array): void {
    this.keep(bytes);
    this.#finder.scan(bytes);
  }

  /** Returns what is wrong with the frame, with an empty list in the place of the records. */
  get fault(): string | undefined {
    if (this.#bytes > MOST_FRAME) return `more than ${MOST_FRAME} bytes are around its records`;
    try {
      if (Array.isArray(valueAt(JSON.parse(this.#text.join("")), this.#path))) return undefined;
    } catch {
      return "it is not JSON around its records";
    }
    const where = this.#path.length === 0 ? "" : ` at "${formatDotPath(this.#path)}"`;
    return `it has no list of records${where}`;
  }
}
