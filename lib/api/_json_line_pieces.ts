import { bomLength } from "./_bom.ts";
import { withoutLineBreaks } from "./_line_breaks.ts";
import { BrokenBody, type Piece, type PieceReader } from "./_pieces.ts";
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
  read(
    window: Uint8Array,
    { offset, last }: { readonly offset: number; readonly last: boolean },
  ): Piece & { readonly consumed: number } {
    const records: PageRecord[] = [];
    let start = offset === 0 ? bomLength(window) : 0;
    while (start < window.length) {
      const found = window.indexOf(LF, start);
      if (found < 0 && !last) break;
      const end = found < 0 ? window.length : found;
      const bytes = window.subarray(start, window[end - 1] === CR && end > start ? end - 1 : end);
      if (!isBlank(bytes)) {
        const value = parseLine(bytes);
        if (value === undefined && found < 0) throw new BrokenBody("its last line is cut off");
        const clean = value === undefined ? bytes : withoutLineBreaks(bytes);
        records.push({ bytes: clean, value, byteOffset: offset + start });
      }
      start = end + 1;
    }
    const consumed = Math.min(start, window.length);
    return { records, bytes: window.subarray(0, consumed), consumed };
  }

  end(): void {}
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function parseLine(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return value;
  } catch {
    return undefined; // no JSON value is undefined: the caller tells a bad line by it
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
