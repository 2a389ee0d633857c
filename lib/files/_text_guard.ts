import { DataError } from "../errors/mod.ts";
import { type BadByte, Utf8Guard } from "./utf8_guard.ts";

/** First bytes that tell what a file is that is not UTF-8 text. */
const SIGNATURES: readonly (readonly [hex: string, what: string])[] = [
  ["fffe", "it begins with the byte order mark of UTF-16 (little endian)"],
  ["feff", "it begins with the byte order mark of UTF-16 (big endian)"],
  ["1f8b", 'it looks like gzip, whose name must end with ".gz"'],
  ["504b0304", "it looks like a zip archive or a spreadsheet"],
];

/** Lets text pass that is UTF-8 without NUL bytes. */
export class TextGuard {
  readonly #path: string;
  readonly #utf8 = new Utf8Guard();
  #first = "";
  #offset = 0;

  /** @param path Path for messages. */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {DataError} `file-encoding` or `file-nul`, with the offset of the first bad byte. */
  check(chunk: Uint8Array): void {
    if (this.#offset === 0) this.#first = chunk.subarray(0, 4).toHex();
    const bad = this.#utf8.check(chunk);
    if (bad !== undefined) this.#refuse(bad, this.#guess(bad));
    const nul = chunk.indexOf(0);
    if (nul >= 0) {
      const offset = this.#offset + nul;
      throw new DataError(
        "file-nul",
        `Cannot prepare "${this.#path}": byte ${offset} is NUL, expected UTF-8 text (UTF-16 without a byte order ` +
          "mark looks so)",
        { context: { path: this.#path, offset } },
      );
    }
    this.#offset += chunk.length;
  }

  /** @throws {DataError} `file-encoding` if the text ends within a character. */
  finish(): void {
    const bad = this.#utf8.finish();
    if (bad !== undefined) this.#refuse(bad, "the file ends within a character");
  }

  #refuse({ offset, byte }: BadByte, guess: string): never {
    throw new DataError(
      "file-encoding",
      `Cannot prepare "${this.#path}": byte ${offset} is 0x${hex(byte)}, expected UTF-8; ${guess}`,
      { context: { path: this.#path, offset } },
    );
  }

  #guess({ byte }: BadByte): string {
    const known = SIGNATURES.find(([start]) => this.#first.startsWith(start));
    if (known !== undefined) return known[1];
    return byte >= 0xa0 ? "it looks like Latin-1 or Windows-1252" : "it looks like Windows-1252";
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
