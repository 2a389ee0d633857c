import { HEAD_BYTES, isProperlySeparated, readRecord, tooLargeRecord } from "./bad_record.ts";
import { bomLength } from "./bom.ts";
import { frameBytes, parseArray, tryParseArray, withOneLine } from "./_json_array.ts";
import { joined, LARGE_RECORD } from "./large_record.ts";
import { withoutLineBreaks } from "./line_breaks.ts";
import { BrokenBody, type Piece, type PieceReader } from "./pieces.ts";
import { type DotPath, FrameScanner } from "../../grammar/mod.ts";
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

  /** The record that is being skipped because it is too large. */
  #large: { readonly head: Uint8Array; readonly byteOffset: number; size: number } | undefined;
  readonly #limit: number | undefined;
  #isFirstBad = false;
  #isLastBad = false;

  /**
   * @param path Where the array is.
   * @param limit The largest record, in bytes; a larger one is not kept, and one that is not valid has no value. Without
   * it the whole body is refused for either.
   */
  constructor(path: DotPath, limit: number | undefined) {
    this.#finder = new FrameScanner(path);
    this.#limit = limit;
  }

  /** Says whether the record at an index of the frame, 0 or -1, is not valid. */
  isBad(index: number): boolean {
    return index === 0 ? this.#isFirstBad : index === -1 && this.#isLastBad;
  }

  /** Whether the array has come. */
  get found(): boolean {
    return this.#found;
  }

  /** The frame, once the body was read. */
  frame(): Uint8Array {
    return joined(this.#frame);
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
    const large = this.#endLarge(bounds);
    const from = large?.end ?? 0;
    const end = bounds.at(-1) ?? from;
    const isFirst = this.#first.length === 0;
    if (large !== undefined) this.#remember([large.record]);
    const good = bounds.length === 0 ? [] : this.#records(window, bounds, { from, end, offset });
    const records = large === undefined ? good : [large.record, ...good];
    const bytes = window.subarray(isFirst ? Math.min(bounds[0] ?? 0, end) : 0, end);
    if (closed < 0) {
      const consumed = this.#skipLarge(window, { end, offset }) ? window.length : end;
      this.#shift(consumed);
      if (this.#large !== undefined) this.#start = 0;
      return { records, bytes: consumed > end ? window : bytes, consumed };
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

  /** Takes the bounds of the record that was skipped off those that were found, if it has ended. */
  #endLarge(bounds: number[]): { readonly record: PageRecord; readonly end: number } | undefined {
    const large = this.#large;
    if (large === undefined || bounds.length === 0) return undefined;
    const [, end = 0] = bounds.splice(0, 2);
    this.#large = undefined;
    this.#before = "[null";
    const { head, byteOffset, size } = large;
    const limit = this.#limit ?? Infinity;
    const record = tooLargeRecord(head, { byteOffset, size: size + end, limit });
    return { record, end: Math.max(0, end) };
  }

  /** Says whether the record that has not ended is too large to be kept. */
  #skipLarge(window: Uint8Array, at: { readonly end: number; readonly offset: number }): boolean {
    const start = this.#start;
    if (this.#large !== undefined) {
      this.#large.size += window.length;
      return true;
    }
    if (start < 0 || window.length - start <= (this.#limit ?? Infinity)) return false;
    const commaFirst = this.#before !== "[";
    if (!isProperlySeparated(window, [start, start], { start: at.end, end: start, commaFirst })) {
      throw new BrokenBody("the body is not valid JSON");
    }
    const head = window.slice(start, start + HEAD_BYTES);
    this.#large = { head, byteOffset: at.offset + start, size: window.length - start };
    return true;
  }

  #records(
    window: Uint8Array,
    bounds: readonly number[],
    at: { readonly from: number; readonly end: number; readonly offset: number },
  ): PageRecord[] {
    const { from, end, offset } = at;
    const inside = window.subarray(from, end);
    // A large record is parsed by itself: all at once it would be in memory several times.
    const isLarge = end - from >= LARGE_RECORD &&
      bounds.some((bound, index) =>
        index % 2 === 1 && bound - (bounds[index - 1] ?? 0) >= LARGE_RECORD
      );
    const parsed = isLarge
      ? undefined
      : this.#limit === undefined
      ? parseArray(this.#before, inside)
      : tryParseArray(this.#before, inside);
    // The values begin after the stand-in for the piece before.
    const skip = this.#before === "[" ? 0 : 1;
    const isWhole = parsed?.values.length === bounds.length / 2 + skip;
    const around = { start: from, end, commaFirst: skip === 1 };
    const mayBeBad = (isLarge || this.#limit !== undefined) &&
      isProperlySeparated(window, bounds, around);
    if (!isWhole && !mayBeBad) {
      throw new BrokenBody("the body is not valid JSON");
    }
    const records = Array.from({ length: bounds.length / 2 }, (_, index) => {
      const start = bounds[2 * index] ?? 0;
      const cut = window.subarray(start, bounds[2 * index + 1]);
      if (!isWhole || parsed === undefined) return withOneLine(readRecord(cut, offset + start));
      const value = parsed.values[index + skip];
      return {
        bytes: parsed.broken ? withoutLineBreaks(cut) : cut,
        value,
        byteOffset: offset + start,
      };
    });
    if (this.#limit === undefined && records.some(({ value }) => value === undefined)) {
      throw new BrokenBody("the body is not valid JSON");
    }
    this.#before = "[null";
    this.#remember(records);
    return records;
  }

  /** Keeps copies of the first and the last record: a cursor may be a field of either. */
  #remember(records: readonly PageRecord[]): void {
    const first = records[0];
    const last = records.at(-1);
    const isFirst = this.#first.length === 0;
    if (isFirst && first !== undefined) {
      this.#first = frameBytes(first);
      this.#isFirstBad = first.value === undefined;
    }
    if (last === undefined) return;
    this.#isLastBad = last.value === undefined;
    if (!(isFirst && records.length === 1)) this.#last = frameBytes(last);
  }

  #addToFrame(bytes: Uint8Array): void {
    this.#frame.push(bytes);
    this.#frameBytes += bytes.length;
    if (this.#frameBytes > MAX_FRAME) {
      throw new BrokenBody(`more than ${MAX_FRAME} bytes are around its records`);
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
