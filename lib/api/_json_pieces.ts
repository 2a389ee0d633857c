import { bomLength } from "./_bom.ts";
import { decodeUtf8 } from "./_decode_utf8.ts";
import { FrameScanner } from "./_frame_scanner.ts";
import { withoutLineBreaks } from "./_line_breaks.ts";
import { BrokenBody, type Piece, type PieceReader } from "./_pieces.ts";
import type { DotPath } from "../grammar/mod.ts";
import type { PageRecord } from "./page_record.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;

const CLOSE_ARRAY = 0x5d;
const COMMA_BYTES = new Uint8Array([COMMA]);
const NOTHING = new Uint8Array();
/** The most that may stand around the records. */
const MAX_FRAME = 1 << 24;

/**
 * Cuts the array at a path out of a JSON body that comes by and by.
 *
 * It only looks for borders; every byte goes through `JSON.parse`: the records with all that stands between them, and at
 * the end the frame, which is the body with only the first and the last record in its array.
 */
export class JsonPieces implements PieceReader {
  readonly #finder: FrameScanner;
  readonly #frame: Uint8Array[] = [];
  #frameBytes = 0;
  #state: "frame" | "records" = "frame";
  #found = false;
  /** What precedes the next piece, so that `JSON.parse` sees whether there is one comma between. */
  #before = "[";
  #first: Uint8Array = NOTHING;
  #last: Uint8Array = NOTHING;

  // Within the records, from one call to the next:
  #at = 0;
  #start = -1;
  #end = -1;
  #depth = 0;
  #inString = false;

  constructor(path: DotPath) {
    this.#finder = new FrameScanner(path);
  }

  /** Whether the array has come. */
  get found(): boolean {
    return this.#found;
  }

  /** The frame, once the body was read. */
  frame(): Uint8Array {
    const whole = new Uint8Array(this.#frameBytes);
    let at = 0;
    for (const part of this.#frame) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  read(
    window: Uint8Array,
    at: { readonly offset: number; readonly last: boolean },
  ): Piece & { readonly consumed: number } {
    if (this.#state === "records") return this.#readRecords(window, at.offset);
    const from = at.offset === 0 ? bomLength(window) : 0;
    const found = from + this.#finder.scan(window.subarray(from));
    const consumed = Math.min(found + 1, window.length);
    this.#addToFrame(window.slice(from, consumed));
    if (found < window.length) {
      this.#state = "records";
      this.#found = true;
    }
    return { records: [], bytes: NOTHING, consumed };
  }

  end(): void {
    if (this.#state === "records") throw new BrokenBody("it is cut off within its records");
  }

  #readRecords(window: Uint8Array, offset: number): Piece & { readonly consumed: number } {
    const bounds: number[] = [];
    const closed = this.#scan(window, bounds);
    const end = bounds.at(-1) ?? 0;
    const isFirst = this.#first.length === 0;
    const records = bounds.length === 0
      ? []
      : this.#records(window.subarray(0, end), bounds, offset);
    const bytes = window.subarray(isFirst ? Math.min(bounds[0] ?? 0, end) : 0, end);
    if (closed < 0) {
      this.#shift(end);
      return { records, bytes, consumed: end };
    }
    // What stands between the last record and the bracket: a comma there shows only with both.
    parseArray(this.#before, window.subarray(end, closed));
    if (this.#first.length > 0) this.#addToFrame(this.#first);
    if (this.#last.length > 0) {
      this.#addToFrame(COMMA_BYTES);
      this.#addToFrame(this.#last);
    }
    // As it came: where it is the wrong bracket, the frame is not valid.
    this.#addToFrame(window.slice(closed, closed + 1));
    this.#state = "frame";
    return { records, bytes, consumed: closed + 1 };
  }

  #records(bytes: Uint8Array, bounds: readonly number[], offset: number): PageRecord[] {
    const { values, broken } = parseArray(this.#before, bytes);
    // The values begin after the stand-in for the piece before.
    const skip = this.#before === "[" ? 0 : 1;
    if (values.length !== bounds.length / 2 + skip) {
      throw new BrokenBody("is not valid JSON");
    }
    const records = Array.from({ length: bounds.length / 2 }, (_, index) => {
      const start = bounds[2 * index] ?? 0;
      const cut = bytes.subarray(start, bounds[2 * index + 1]);
      const value = values[index + skip];
      return {
        bytes: broken ? withoutLineBreaks(cut) : cut,
        value,
        byteOffset: offset + start,
      };
    });
    this.#before = "[null";
    this.#remember(records);
    return records;
  }

  /** Keeps copies of the first and the last record: a cursor may be a field of either. */
  #remember(records: readonly PageRecord[]): void {
    const first = records[0];
    const last = records.at(-1);
    const isFirst = this.#first.length === 0;
    if (isFirst && first !== undefined) this.#first = first.bytes.slice();
    if (last !== undefined && !(isFirst && records.length === 1)) this.#last = last.bytes.slice();
  }

  #addToFrame(bytes: Uint8Array): void {
    this.#frame.push(bytes);
    this.#frameBytes += bytes.length;
    if (this.#frameBytes > MAX_FRAME) {
      throw new BrokenBody(`more than ${MAX_FRAME} bytes stand around its records`);
    }
  }

  #shift(consumed: number): void {
    this.#at -= consumed;
    if (this.#start >= 0) this.#start -= consumed;
    if (this.#end >= 0) this.#end -= consumed;
  }

  /** Adds the bounds of complete records; returns the place of the closing bracket, or -1 where it is still to come. */
  #scan(bytes: Uint8Array, bounds: number[]): number {
    const { length } = bytes;
    let at = this.#at;
    while (at < length) {
      if (this.#inString) {
        at = this.#skipString(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) {
        if (this.#start >= 0) bounds.push(this.#start, this.#end);
        this.#start = -1;
        if (byte !== COMMA) {
          this.#at = 0;
          return at;
        }
      } else if (byte > 0x20) this.#recordByte(byte, at);
      at++;
    }
    this.#at = at;
    return -1;
  }

  #recordByte(byte: number, at: number): void {
    if (this.#start < 0) this.#start = at;
    this.#end = at + 1;
    if (byte === QUOTE) this.#inString = true;
    else if (byte >= OPEN_ARRAY) {
      const bracket = byte | 0x20;
      if (bracket === OPEN_OBJECT) this.#depth++;
      else if (bracket === CLOSE_OBJECT) this.#depth--;
    }
  }

  /** Goes on inside a string; stops after its quote, or before what the next window must complete. */
  #skipString(bytes: Uint8Array, start: number): number {
    const { length } = bytes;
    let at = start;
    while (at < length) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#inString = false;
        this.#end = at + 1;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
    }
    return at;
  }
}

function parseArray(
  before: string,
  bytes: Uint8Array,
): { readonly values: readonly unknown[]; readonly broken: boolean } {
  const text = decodeUtf8(bytes);
  const values = JSON.parse(`${before}${text}]`) as unknown[];
  return { values, broken: text.includes("\n") || text.includes("\r") };
}
