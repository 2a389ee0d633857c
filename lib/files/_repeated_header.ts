import { type FieldBytes, fieldTexts } from "./_fields.ts";
import type { RowView } from "./row_sink.ts";

const SPACE = 0x20;
/** From here on a byte is part of a character that may have capitals of its own. */
const NOT_ASCII = 0x80;

/** Finds the header among the rows, as in files that were put together: names are compared, however they are written. */
export class RepeatedHeader {
  readonly #names: readonly string[];
  readonly #sorted: string;
  /** The name of the only column, as it is written. */
  readonly #only: string | undefined;
  readonly #about: FieldBytes;
  /** Names in bytes, by their first one. */
  readonly #byFirst: (Uint8Array[] | undefined)[] = [];

  /** @param names As they are in the file. */
  constructor(names: readonly string[], about: FieldBytes) {
    this.#names = names.map(fold);
    this.#only = withoutMark(names[0]);
    this.#sorted = sortedText(this.#names);
    this.#about = about;
    for (const name of new Set(this.#names)) {
      const bytes = new TextEncoder().encode(name);
      const first = bytes[0];
      if (first === undefined) continue;
      // Of another alphabet the capitals begin with other bytes.
      const firsts = first < NOT_ASCII
        ? [first, capitalOf(first)]
        : Array.from({ length: 256 - NOT_ASCII }, (_, at) => NOT_ASCII + at);
      for (const byte of new Set(firsts)) (this.#byFirst[byte] ??= []).push(bytes);
    }
  }

  /** Says whether a row is the header, and whether its columns are in another order. */
  again(row: RowView): "same" | "reordered" | undefined {
    if (!this.#mayBe(row.bytes, row.start, row.end)) return undefined;
    const texts = fieldTexts(row, this.#about);
    if (texts.length !== this.#names.length) return undefined;
    const names = texts.map(fold);
    // One word is easily a value.
    if (texts.length === 1 && withoutMark(texts[0]) !== this.#only) return undefined;
    if (names.every((name, at) => name === this.#names[at])) return "same";
    return sortedText(names) === this.#sorted ? "reordered" : undefined;
  }

  /** Says whether one of the rows after the first may be the header; `ends` are those of all rows. */
  mayBeIn(bytes: Uint8Array, ends: Int32Array): boolean {
    for (let row = 1; row < ends.length; row++) {
      if (this.#mayBe(bytes, ends[row - 1] ?? 0, ends[row] ?? 0)) return true;
    }
    return false;
  }

  /** Most rows begin otherwise: they are not taken apart. */
  #mayBe(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    while (bytes[at] === SPACE) at++;
    if (bytes[at] === this.#about.quote) at++;
    while (bytes[at] === SPACE) at++;
    const names = at < end ? this.#byFirst[bytes[at] ?? 0] : undefined;
    if (names === undefined) return false;
    // A closure would be made for each row, also of those that end above.
    for (const name of names) if (startsWith(bytes, at, name)) return true;
    return false;
  }
}

function startsWith(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) {
    const [byte = 0, wanted = 0] = [bytes[start + at], name[at]];
    if (wanted >= NOT_ASCII) return true;
    if (byte !== wanted && byte !== capitalOf(wanted)) return false;
  }
  return true;
}

/** Returns the capital of a small letter in ASCII, and other bytes as they are. */
function capitalOf(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}

function withoutMark(name = ""): string {
  return name.replace(/^\ufeff+/, "");
}

function fold(name: string): string {
  return withoutMark(name).replace(/^\s*"(.*)"\s*$/s, "$1").trim().toLowerCase();
}

function sortedText(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}
