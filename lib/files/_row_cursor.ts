import type { RowView } from "./row_sink.ts";

const LF = 0x0a;
const CR = 0x0d;
const MARK = [0xef, 0xbb, 0xbf] as const;

/** Between quotes, behind them, or neither; `broken`, `cut` and `passed` rows are only read to the end of their line. */
type State = "plain" | "quoted" | "closed" | "broken" | "cut" | "passed";

/** The row that a scanner reads, the bytes of it that are there, and how far it is read. */
export class RowCursor {
  readonly row: RowView = {
    ...{ bytes: new Uint8Array(4096), start: 0, end: 0, next: 0 },
    ...{ fields: 1, line: 1, lines: 1, byteOffset: 0, stray: false },
  };
  /** Line ends between rows so far, by kind. */
  readonly lineEnds = { lf: 0, crlf: 0, cr: 0 };
  state: State = "plain";
  /** Where reading goes on; at most `end`, the end of the filled part of the buffer. */
  at = 0;
  end = 0;
  /** Where the current field begins. */
  fieldStart = 0;
  /** Where a quote is that is at fault, in bytes from the start of the row; -1 if there is none. */
  fault = -1;
  /** Bytes of the row that were not kept, as it is long. */
  dropped = 0;
  /** Bytes of a broken row that must be there before it is looked at. */
  wanted = 0;

  /** Takes the next piece in. */
  append(chunk: Uint8Array): void {
    const row = this.row;
    if (this.end + chunk.length > row.bytes.length) {
      const kept = row.bytes.subarray(row.start, this.end);
      const needed = kept.length + chunk.length;
      if (needed > row.bytes.length) {
        row.bytes = new Uint8Array(Math.max(needed, row.bytes.length * 2));
      }
      row.bytes.set(kept);
      this.at -= row.start;
      this.fieldStart -= row.start;
      this.end = kept.length;
      row.start = 0;
    }
    row.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Passes a byte order mark over; `undefined` if more bytes must be known. */
  passMark(final: boolean): boolean | undefined {
    if (this.end < MARK.length && !final) return undefined;
    const row = this.row;
    if (this.end < MARK.length || MARK.some((byte, i) => row.bytes[i] !== byte)) return false;
    row.start = row.byteOffset = MARK.length;
    this.at = this.fieldStart = MARK.length;
    return true;
  }

  /** Whether reading has come to a line end. */
  atLineEnd(): boolean {
    const byte = this.row.bytes[this.at];
    return byte === LF || byte === CR;
  }

  /** Returns where the line after a line end begins; `undefined` if the next byte must be known first. */
  nextLine(at: number, final: boolean): number | undefined {
    const { bytes } = this.row;
    if (bytes[at] === LF) return at + 1;
    if (at + 1 === this.end) return final ? at + 1 : undefined;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  /** Counts the line end between two places, if there is one. */
  countLineEnd(end: number, next: number): void {
    if (next === end) return;
    this.lineEnds[next - end === 2 ? "crlf" : this.row.bytes[end] === LF ? "lf" : "cr"]++;
  }

  /** Goes on with the row that begins at a place. */
  nextRow(next: number): void {
    const row = this.row;
    row.byteOffset += next - row.start + this.dropped;
    row.line += row.lines;
    row.start = this.at = this.fieldStart = next;
    row.lines = row.fields = 1;
    row.stray = false;
    this.fault = -1;
    this.dropped = 0;
    this.wanted = 0;
    this.state = "plain";
  }
}
