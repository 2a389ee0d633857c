import { type FieldBytes, isEscaped } from "./_fields.ts";
import { physicalLines } from "./_physical_lines.ts";
import { refuseLines } from "./_refuse_lines.ts";
import type { RowCursor } from "./_row_cursor.ts";
import type { RowReject } from "./findings.ts";
import type { RowSink } from "./row_sink.ts";

const LF = 0x0a;
const CR = 0x0d;

/** What is known of a row that is longer than the limit; its bytes are not kept. */
export class LongRow {
  /** Whether the row that is being read is one. */
  isLong = false;
  /** Whether its value is known to be closed. */
  isSure = false;
  /** Where it has a line end in a value that is not known to be closed; -1 if there is none. */
  doubt = -1;
  readonly #cursor: RowCursor;
  readonly #sink: RowSink;
  readonly #fieldBytes: FieldBytes;
  readonly #maxRowBytes: number;
  /** How many bytes are kept. */
  #kept = 0;
  #cutCode: RowReject["code"] = "row-too-long";
  /** Where the line begins in which the row passed the limit within a value, in bytes from the start of the row. */
  #lastLine = 0;

  constructor(
    cursor: RowCursor,
    sink: RowSink,
    options: { readonly fieldBytes: FieldBytes; readonly maxRowBytes: number },
  ) {
    this.#cursor = cursor;
    this.#sink = sink;
    this.#fieldBytes = options.fieldBytes;
    this.#maxRowBytes = options.maxRowBytes;
  }

  /** Goes on after a doubt: a value that is not closed ends with this line. */
  settle(isClosed: boolean): void {
    this.doubt = -1;
    if (isClosed) this.isSure = true;
    else this.giveUp();
  }

  /** Stops at a line end of which nobody knows yet whether it is in a value. */
  ask(at: number): void {
    const { row, dropped } = this.#cursor;
    this.doubt = row.byteOffset + at - row.start + dropped;
  }

  /** Forgets the row: the next one is as any. */
  reset(): void {
    this.isLong = this.isSure = false;
  }

  /** Goes on to the end of a row that has come to the limit, without keeping what comes. */
  passLimit(): void {
    const { bytes, start, lines } = this.#cursor.row;
    const at = this.#cursor.at;
    this.isLong = true;
    this.#lastLine = 0;
    if (lines > 1) {
      let begin = at;
      while (bytes[begin - 1] !== LF && bytes[begin - 1] !== CR) begin--;
      const isHalf = begin === at && bytes[at - 1] === CR && bytes[at] === LF;
      this.#lastLine = begin - start + (isHalf ? 1 : 0);
    }
    // If the row is given up, its last line has as much as any row.
    this.#kept = this.#lastLine + this.#maxRowBytes;
    const isOpen = this.#cursor.state === "quoted" || this.#cursor.state === "closed";
    this.#cutCode = isOpen ? "row-quote" : "row-too-long";
    if (this.#cursor.state === "plain") this.endValue();
    else if (!isOpen) this.giveUp();
  }

  /** What was read of a long row is part of it, whatever comes. */
  endValue(): void {
    this.#cutCode = "row-too-long";
    this.#lastLine = 0;
    this.isSure = false;
  }

  /** Ends a long row with the current line: its quotes are not in their place. */
  giveUp(): void {
    const cursor = this.#cursor;
    const { row } = cursor;
    if (this.#lastLine > 0) {
      const { at, dropped } = cursor;
      const next = row.start + this.#lastLine;
      const lines = physicalLines(row.bytes, { start: row.start, end: next });
      lines.pop();
      const about = { code: this.#cutCode, message: this.#cutMessage(), fault: -1 };
      refuseLines(this.#sink, row, { ...about, lines });
      row.lines--;
      cursor.dropped = 0;
      cursor.nextRow(next);
      this.isSure = false;
      cursor.at = at;
      cursor.dropped = dropped;
      this.isLong = true;
      this.#lastLine = 0;
      this.#kept = this.#maxRowBytes;
    }
    cursor.state = "cut";
  }

  #cutMessage(): string {
    return this.#cutCode === "row-quote"
      ? `a quote is not closed within ${this.#maxRowBytes} bytes`
      : `a row is longer than ${this.#maxRowBytes} bytes`;
  }

  /** Keeps one byte behind those that are kept: what comes may be the other half of a line end, or escaped. */
  dropSurplus(): void {
    const cursor = this.#cursor;
    const { bytes, start } = cursor.row;
    const last = cursor.end - 1;
    const kept = start + this.#kept;
    if (last <= kept) return;
    const { escape } = this.#fieldBytes;
    const isSpent = bytes[last] === escape &&
      !isEscaped(bytes, cursor.end, { begin: cursor.fieldStart, escape });
    bytes[kept] = isSpent ? 0 : bytes[last] as number;
    cursor.dropped += last - kept;
    cursor.fieldStart = Math.max(cursor.fieldStart - (last - kept), kept - 1);
    cursor.at = cursor.end = kept + 1;
  }

  /** Refuses it as a whole, with the bytes that are kept. */
  refuse(end: number): void {
    if (this.#cursor.state !== "cut") this.#cutCode = "row-too-long";
    const row = this.#cursor.row;
    const { start, line, lines } = row;
    const length = end - start + this.#cursor.dropped;
    const kept = Math.min(length, this.#maxRowBytes);
    const rest = kept < length ? `; the first ${kept} of ${length} bytes are kept` : "";
    const last = lines > 1 ? `; it ends in line ${line + lines - 1}` : "";
    refuseLines(this.#sink, row, {
      code: this.#cutCode,
      message: this.#cutMessage() + rest + last,
      lines: [{ start, end: start + kept }],
      fault: -1,
    });
  }
}
