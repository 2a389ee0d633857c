import { HEAD_BYTES, readRecord, tooLargeRecord } from "./bad_record.ts";
import { bomLength } from "./bom.ts";
import { withoutLineBreaks } from "./line_breaks.ts";
import { BrokenBody, type Piece, type PieceReader } from "./pieces.ts";
import type { PageRecord } from "./page_record.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads a body of one JSON value a line.
 *
 * A line that is no JSON becomes a record without value, so that it can be refused by itself. A last line without line
 * break that is no JSON means that the body was cut off.
 */
export class JsonLinePieces implements PieceReader {
  readonly #limit: number | undefined;
  /** The line that is being skipped because it is too large. */
  #large: { readonly head: Uint8Array; readonly byteOffset: number; size: number } | undefined;

  /** @param limit The largest line, in bytes; a larger one is not kept. Without it the body is refused for one. */
  constructor(limit: number | undefined) {
    this.#limit = limit;
  }

  read(
    window: Uint8Array,
    { offset, last }: { readonly offset: number; readonly last: boolean },
  ): Piece & { readonly consumed: number } {
    const records: PageRecord[] = [];
    let start = offset === 0 ? bomLength(window) : 0;
    if (this.#large !== undefined) {
      const found = window.indexOf(LF);
      this.#large.size += found < 0 ? window.length : found;
      start = found < 0 ? window.length : found + 1;
      if (found >= 0 || last) {
        records.push(
          tooLargeRecord(this.#large.head, { ...this.#large, limit: this.#limit ?? Infinity }),
        );
        this.#large = undefined;
      }
    }
    while (start < window.length) {
      const found = window.indexOf(LF, start);
      if (found < 0 && window.length - start > (this.#limit ?? Infinity) && !last) {
        const head = window.slice(start, start + HEAD_BYTES);
        this.#large = { head, byteOffset: offset + start, size: window.length - start };
        start = window.length;
        break;
      }
      if (found < 0 && !last) break;
      const end = found < 0 ? window.length : found;
      const bytes = window.subarray(start, window[end - 1] === CR && end > start ? end - 1 : end);
      if (!isBlank(bytes)) {
        const record = readRecord(bytes, offset + start);
        const isBad = record.value === undefined;
        if (isBad && found < 0) throw new BrokenBody("its last line is cut off");
        records.push(isBad ? record : { ...record, bytes: withoutLineBreaks(bytes) });
      }
      start = end + 1;
    }
    const consumed = Math.min(start, window.length);
    return { records, bytes: window.subarray(0, consumed), consumed };
  }

  end(): void {}
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
