import { Buffer, isAscii } from "node:buffer";

const NEWLINE = 10;
const CR = 13;
const NON_ASCII = /[\x80-\xff]/;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Receives the lines of a log in order. `offset` counts bytes from the start of the file. */
export interface LineSink {
  /** A line that is UTF-8 and not too long, without its line break, and without the NUL bytes before it. */
  line(text: string, offset: number, nuls: number): void;
  /** A line that is not UTF-8; `bytes` may be overwritten afterwards. */
  badEncoding(bytes: Uint8Array, offset: number): void;
  /** A line over the limit: its first bytes, and how many there were in all. */
  tooLong(head: Uint8Array, offset: number, length: number): void;
  /** Whether it may do without the text of some lines. */
  readonly isScanning?: boolean;
  /** Reads whole lines from an index on, as many as it knows; returns the index of the first one that must come as a line. `base`: offset of the bytes. */
  scan?(bytes: Uint8Array, start: number, base: number): number;
  /** The start of a line whose end cannot be read, and why. */
  cut?(bytes: Uint8Array, offset: number, damage: string): void;
}

/**
 * Cuts chunks of bytes into lines, holding at most one line that is not complete.
 *
 * A chunk is decoded once, up to its last newline, as Latin-1: then an index in the text is an offset
 * in the bytes. Only lines with other than ASCII characters are decoded again, strictly, as UTF-8.
 */
export class LineSplitter {
  /** Lines delivered. */
  lines = 0;
  readonly #sink: LineSink;
  readonly #limit: number;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The start of a line whose end has not come; two bytes more than the limit, for a line break. */
  readonly #carry: Uint8Array;
  #carried = 0;
  /** NUL bytes before it, as a crash of the machine leaves them. */
  #nuls = 0;
  /** Bytes of that line that were not kept. */
  #dropped = 0;
  /** The last byte of that line, kept or not: a CR belongs to the line break. */
  #lastByte = 0;
  /** Offset of the next byte that comes. */
  #offset = 0;

  constructor(sink: LineSink, limit: number) {
    this.#sink = sink;
    this.#limit = limit;
    this.#carry = new Uint8Array(limit + 2);
  }

  /** Takes the next bytes; they may be reused afterwards. */
  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.#carried + this.#nuls > 0) {
      const newline = chunk.indexOf(NEWLINE);
      this.#keep(chunk.subarray(0, newline < 0 ? chunk.length : newline));
      this.#offset += newline < 0 ? chunk.length : newline;
      if (newline < 0) return;
      if (!this.#scanCarried()) this.#endCarried();
      this.#offset++;
      start = newline + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= start) {
      this.#block(chunk.subarray(start, last + 1));
      start = last + 1;
    }
    this.#keep(chunk.subarray(start));
    this.#offset += chunk.length - start;
  }

  /** Says that so many bytes were read by someone else, after a whole line. */
  skip(bytes: number): void {
    this.#offset += bytes;
  }

  /** Says that no more bytes come: a last line may lack its line break. */
  end(): void {
    if (this.#carried + this.#nuls > 0) this.#endCarried();
  }

  /** Says that the rest cannot be read: the line that it begins with, which may be empty, is cut. */
  cut(damage: string): void {
    this.lines++;
    const bytes = this.#carry.subarray(0, this.#carried);
    this.#sink.cut?.(bytes, this.#offset - this.#carried - this.#dropped, damage);
  }

  #keep(chunk: Uint8Array): void {
    const nuls = this.#carried > 0 ? 0 : nulsIn(chunk, 0, chunk.length);
    this.#nuls += nuls;
    const bytes = chunk.subarray(nuls);
    const kept = bytes.subarray(0, this.#limit + 1 - this.#carried);
    this.#carry.set(kept, this.#carried);
    this.#carried += kept.length;
    this.#dropped += bytes.length - kept.length;
    this.#lastByte = bytes[bytes.length - 1] ?? this.#lastByte;
  }

  /** Whether the line whose end has come was read without making text of it. */
  #scanCarried(): boolean {
    if (this.#dropped + this.#nuls > 0 || this.#sink.isScanning !== true) return false;
    const line = this.#carry.subarray(0, this.#carried + 1);
    line[this.#carried] = NEWLINE;
    if (this.#sink.scan?.(line, 0, this.#offset - this.#carried) !== line.length) return false;
    this.#carried = 0;
    return true;
  }

  #endCarried(): void {
    const nuls = this.#nuls;
    this.#nuls = 0;
    if (this.#carried === 0) {
      const bytes = new Uint8Array(Math.min(nuls, this.#limit + 1));
      this.#line(bytes, latin1(bytes), { offset: this.#offset - nuls, length: nuls, nuls: 0 });
      return;
    }
    const length = this.#carried + this.#dropped;
    const bytes = this.#carry.subarray(0, this.#carried);
    const offset = this.#offset - length;
    this.#carried = 0;
    this.#dropped = 0;
    const end = this.#lastByte === CR ? length - 1 : length;
    this.#line(bytes, latin1(bytes), { offset, length: end, nuls });
  }

  #block(bytes: Uint8Array): void {
    const base = this.#offset;
    this.#offset += bytes.length;
    let text: string | undefined;
    let ascii = false;
    for (let start = 0; start < bytes.length;) {
      if (this.#sink.isScanning === true) {
        start = this.#sink.scan?.(bytes, start, base) ?? start;
        if (start === bytes.length) return;
      }
      if (text === undefined) {
        text = latin1(bytes);
        ascii = isAscii(bytes);
      }
      const newline = text.indexOf("\n", start);
      const end = text.charCodeAt(newline - 1) === CR && newline > start ? newline - 1 : newline;
      const first = bytes[start] === 0 ? start + nulsIn(bytes, start, end) : start;
      const nuls = first < end ? first - start : 0;
      start += nuls;
      if (ascii && end - start <= this.#limit) {
        this.lines++;
        this.#sink.line(text.slice(start, end), base + start, nuls);
      } else {
        const place = { offset: base + start, length: end - start, nuls };
        this.#line(bytes.subarray(start, end), text.slice(start, end), place);
      }
      start = newline + 1;
    }
  }

  /** Delivers one line; `length` is that of the whole line, without its line break. */
  #line(
    bytes: Uint8Array,
    latin: string,
    { offset, length, nuls }: { offset: number; length: number; nuls: number },
  ): void {
    this.lines++;
    if (length < bytes.length) {
      bytes = bytes.subarray(0, length);
      latin = latin.slice(0, length);
    }
    if (length > this.#limit) {
      this.#sink.tooLong(bytes.subarray(0, this.#limit), offset, length);
      return;
    }
    if (offset === 0 && BOM.every((byte, i) => bytes[i] === byte)) {
      bytes = bytes.subarray(BOM.length);
      offset = BOM.length;
    }
    if (!NON_ASCII.test(latin)) {
      this.#sink.line(latin, offset, nuls);
      return;
    }
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      this.#sink.badEncoding(bytes, offset); // The bytes are kept; no character is replaced.
      return;
    }
    this.#sink.line(text, offset, nuls);
  }
}

function nulsIn(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 0) at++;
  return at - start;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
