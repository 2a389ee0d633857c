import { brokenRowEnd } from "./_broken_row.ts";
import { type FieldBytes, fieldStarts } from "./_fields.ts";
import { FieldSteps } from "./_field_steps.ts";
import { LongRow } from "./_long_row.ts";
import { otherQuote, otherQuoteEnd } from "./_other_quote.ts";
import { physicalLines } from "./_physical_lines.ts";
import { refuseLines } from "./_refuse_lines.ts";
import { RowCursor } from "./_row_cursor.ts";
import type { RowReject } from "./findings.ts";
import type { RowSink, RowView } from "./row_sink.ts";

const QUOTE = 0x22;
const TEXT_FOLLOWS = "text follows a closing quote";
const STRAY = "a quote is within a field that does not begin with one";

/** Options of {@linkcode CsvScanner}. */
export interface CsvScannerOptions {
  /** The byte between fields. @default 0x2c, a comma */
  readonly delimiter?: number;
  /** The byte around a field; `null` if none has a meaning. @default 0x22, a double quote */
  readonly quote?: number | null;
  /** The byte that makes a quote within quotes text, as a second quote does. @default none */
  readonly escape?: number | undefined;
  /** Whether spaces at the start of a field are no part of it. @default false */
  readonly skipSpaces?: boolean;
  /** Whether a quote within a field that does not begin with one is a fault, as in RFC 4180. @default false */
  readonly strict?: boolean;
  /** The byte at the start of lines that are passed over. @default none */
  readonly comment?: number | undefined;
  /** Lines before the first row that are passed over. @default 0 */
  readonly skipLines?: number;
  /** Longest row in bytes, without its line end. @default 1 MiB */
  readonly maxRowBytes?: number;
}

/**
 * Finds the rows of delimited text (RFC 4180) in bytes that arrive in pieces cut anywhere.
 *
 * Rows end with LF, CR LF or CR, as in Hadoop's `LineReader`; a byte order mark is passed over. A field is quoted only if
 * a quote is its first byte; elsewhere a quote stands for itself, or is a fault if `strict`. Behind a closing quote must come a delimiter or
 * the end of the row. Each line of a refused span is refused by itself, so that the count of refusals is the size of the
 * loss: a quote that is never closed takes the lines up to `maxRowBytes`, and scanning starts anew with the line after them.
 *
 * A row that is longer than `maxRowBytes` is one refusal, whatever lines its values hold. Whether they are in a value can
 * only be told from the quote that closes it, which may be far away: the scanner stops with a {@linkcode doubt} for its
 * caller to {@linkcode settle}.
 *
 * Fields are counted, not cut out: plain rows cost one look at each byte, and memory stays at a chunk plus a row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const found: unknown[] = [];
 * const scanner = new CsvScanner({
 *   row: (row) => found.push(row.fields),
 *   reject: (reject) => found.push(reject.code),
 *   blank: () => {},
 * });
 * scanner.push(new TextEncoder().encode('a,"b\n'));
 * scanner.push(new TextEncoder().encode('c",d\n"x"y\n'));
 * scanner.finish();
 * assertEquals(found, [3, "row-quote"]);
 * ```
 */
export class CsvScanner {
  /** Fields that a row must have; 0 takes any number. May be set while a row is passed on. */
  expectedFields = 0;
  /** Whether a byte order mark was passed over. */
  hasMark = false;
  readonly #sink: RowSink;
  readonly #fieldBytes: FieldBytes;
  readonly #strict: boolean;
  readonly #maxRowBytes: number;
  readonly #skipLines: number;
  readonly #cursor = new RowCursor();
  readonly #long: LongRow;
  readonly #steps: FieldSteps;
  #begun = false;

  /**
   * Begins before the first byte.
   *
   * @param sink Takes the rows.
   * @param options See {@linkcode CsvScannerOptions}.
   */
  constructor(sink: RowSink, options: CsvScannerOptions = {}) {
    const { delimiter = 0x2c, quote = QUOTE, escape, skipSpaces = false } = options;
    const { comment = -1, skipLines = 0, maxRowBytes = 1 << 20 } = options;
    if (!(maxRowBytes >= 1)) {
      throw new RangeError(`Cannot scan: maxRowBytes is ${maxRowBytes}, expected 1 or more`);
    }
    this.#sink = sink;
    this.#strict = options.strict ?? false;
    this.#maxRowBytes = maxRowBytes;
    this.#skipLines = skipLines;
    const fieldBytes = this.#fieldBytes = { delimiter, quote, escape, skipSpaces };
    this.#long = new LongRow(this.#cursor, sink, { fieldBytes, maxRowBytes });
    this.#steps = new FieldSteps(this.#cursor, this.#long, { fieldBytes, comment, skipLines });
  }

  /** Line ends between rows so far, by kind. */
  get lineEnds(): Readonly<Record<"lf" | "crlf" | "cr", number>> {
    return this.#cursor.lineEnds;
  }

  /** Whether all that was taken in was passed on, so that the next byte begins a row. */
  get isBetweenRows(): boolean {
    return this.#begun && !this.#long.isLong && this.#cursor.row.start === this.#cursor.end;
  }

  /** Offset in the input of the row that is being read. */
  get rowOffset(): number {
    return this.#cursor.row.byteOffset;
  }

  /**
   * Offset in the input of a line end within a value that reaches beyond the limit, at which scanning has stopped: only
   * what comes after it can tell whether it is part of the value. `undefined` if there is none.
   */
  get doubt(): number | undefined {
    return this.#long.doubt < 0 ? undefined : this.#long.doubt;
  }

  /**
   * Goes on after a {@linkcode doubt}.
   *
   * @param isClosed Whether the next quote that is not text is followed by a delimiter, a line end or the end of the
   * input. If not, the one that opened the value was stray: its row ends with this line, and the next line begins another.
   */
  settle(isClosed: boolean): void {
    if (this.#long.doubt < 0) return;
    this.#long.settle(isClosed);
    this.#scan(false);
  }

  /** Passes over rows that were found otherwise, between two rows; they are in no count of line ends. */
  passOver(bytes: number, lines: number): void {
    this.#cursor.row.byteOffset += bytes;
    this.#cursor.row.line += lines;
  }

  /** Takes the next piece in; it may be reused afterwards. What is in doubt counts as not closed. */
  push(chunk: Uint8Array): void {
    this.settle(false);
    this.#cursor.append(chunk);
    this.#scan(false);
  }

  /** Takes the end of the input in; the last row needs no line end. */
  finish(): void {
    const cursor = this.#cursor;
    this.settle(false);
    this.#scan(true);
    const end = cursor.end;
    if (this.#long.isLong && cursor.state === "quoted") this.#long.giveUp();
    if (end - cursor.row.start + cursor.dropped === 0) return;
    if (cursor.state !== "quoted") return this.#endRow(end, end);
    cursor.fault = cursor.fieldStart - cursor.row.start;
    this.#refuse("row-quote", "a quote is not closed before the end of the file", end);
    this.#nextRow(end);
  }

  #scan(final: boolean): void {
    if (!this.#begun && !this.#begin(final)) return;
    const [cursor, long] = [this.#cursor, this.#long];
    const { row } = cursor;
    while (cursor.at < cursor.end) {
      const limit = row.start + this.#maxRowBytes;
      const stop = long.isLong ? cursor.end : Math.min(cursor.end, limit);
      if (cursor.at < stop) this.#steps.step(stop);
      if (long.doubt >= 0) {
        if (!final) return;
        long.settle(false);
      }
      if (cursor.at === cursor.end) break;
      if (cursor.state !== "quoted" && cursor.atLineEnd()) {
        const next = cursor.nextLine(cursor.at, final);
        if (next === undefined) return;
        if (cursor.state !== "broken" && !this.#isAtFault()) this.#endRow(cursor.at, next);
        else if (!this.#endBroken(next, final)) return;
      } else if (!long.isLong && cursor.at === limit) long.passLimit();
    }
    if (long.isLong) long.dropSurplus();
  }

  /** Whether a row, read to the end of its line, has a quote in the wrong place, or not its columns and another quote. */
  #isAtFault(): boolean {
    const { row, state, at } = this.#cursor;
    if (this.#long.isLong || state === "passed" || at === row.start) return false;
    if (row.stray && this.#strict) return true;
    const { quote } = this.#fieldBytes;
    if (quote === null || this.expectedFields === 0) return false;
    if (row.fields === this.expectedFields) return false;
    return row.bytes.subarray(row.start, at).includes(otherQuote(quote));
  }

  #begin(final: boolean): boolean {
    const hasMark = this.#cursor.passMark(final);
    if (hasMark === undefined) return false;
    this.#begun = true;
    this.hasMark = hasMark;
    return true;
  }

  #endRow(end: number, next: number): void {
    const cursor = this.#cursor;
    const { row } = cursor;
    const expected = this.expectedFields;
    row.end = end;
    row.next = next;
    cursor.countLineEnd(end, next);
    if (this.#long.isLong) {
      this.#long.refuse(end);
    } else if (cursor.state === "broken") {
      this.#refuse("row-quote", TEXT_FOLLOWS, end);
    } else if (row.stray && this.#strict) {
      this.#refuse("row-quote", STRAY, end);
    } else if (end === row.start || cursor.state === "passed") {
      this.#sink.blank();
      if (cursor.state === "passed" && row.line > this.#skipLines) this.#sink.comment?.(row);
    } else if (expected > 0 && row.fields !== expected) {
      const starts = fieldStarts(row, this.#fieldBytes);
      cursor.fault = Math.min(starts[expected] ?? end, end) - row.start;
      this.#refuse("row-columns", uneven(expected, row), end);
    } else {
      this.#sink.row(row);
    }
    this.#nextRow(next);
  }

  /** Ends a row with a quote in the wrong place, and the lines that can only be part of it; says whether they are known. */
  #endBroken(next: number, final: boolean): boolean {
    const cursor = this.#cursor;
    const { row } = cursor;
    const { bytes, start } = row;
    const most = start + this.#maxRowBytes;
    const isLast = final || cursor.end > most;
    // Each look takes in twice as much as the one before.
    if (!isLast && cursor.end - start < cursor.wanted) return false;
    cursor.wanted = 2 * (cursor.end - start);
    // A line end may be right behind the limit.
    const isWhole = final && cursor.end <= most + 1;
    const about = { bytes, end: Math.min(cursor.end, most + 1), isLast, isWhole };
    const isOpen = cursor.state === "broken";
    const fault = start + cursor.fault;
    const how = { ...about, from: isOpen ? fault : start, isOpen, lineEnd: cursor.at };
    const isOdd = isOpen || row.stray && this.#strict;
    let end = isOdd ? brokenRowEnd(how, this.#fieldBytes) : cursor.at;
    let why: string = isOpen ? TEXT_FOLLOWS : STRAY;
    if (end === cursor.at) {
      end = otherQuoteEnd({ ...how, from: start }, this.#fieldBytes, this.expectedFields);
      const sign = String.fromCharCode(otherQuote(this.#fieldBytes.quote ?? QUOTE));
      why = `${
        isOdd ? why : uneven(this.expectedFields, row)
      }; by ${sign} as its quote it is a row`;
    }
    if (end === undefined) return false;
    if (end === cursor.at) this.#endRow(end, next);
    else {
      const after = end === cursor.end ? end : cursor.nextLine(end, final);
      if (after === undefined) return false;
      cursor.countLineEnd(end, after);
      const code = isOdd ? "row-quote" : "row-columns";
      row.lines = physicalLines(bytes, { start, end }).length;
      const message = `${why}; it ends in line ${row.line + row.lines - 1}`;
      const isFirst = physicalLines(bytes, { start, end: fault }).length === 1;
      const about = { code, message, fault: isFirst ? cursor.fault : -1 } as const;
      refuseLines(this.#sink, row, { ...about, lines: [{ start, end }] });
      this.#nextRow(after);
    }
    return true;
  }

  #nextRow(next: number): void {
    this.#cursor.nextRow(next);
    this.#long.reset();
  }

  /** Refuses the row up to `end`, line by line. */
  #refuse(code: RowReject["code"], message: string, end: number): void {
    const row = this.#cursor.row;
    const lines = physicalLines(row.bytes, { start: row.start, end });
    // Nothing stands behind the line end that a file ends with.
    if (lines.length > 1 && lines.at(-1)?.start === end) lines.pop();
    refuseLines(this.#sink, row, { code, message, lines, fault: this.#cursor.fault });
  }
}

function uneven(expected: number, { fields }: RowView): string {
  return `expected ${expected} columns, found ${fields}`;
}
