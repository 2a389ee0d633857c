import { brokenRowEnd } from "./_broken_row.ts";
import { type FieldBytes, fieldStarts, isEscaped } from "./_fields.ts";
import { physicalLines } from "./_physical_lines.ts";
import { refuseLines } from "./_refuse_lines.ts";
import type { RowReject } from "./findings.ts";
import type { RowSink, RowView } from "./row_sink.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const TEXT_FOLLOWS = "text follows a closing quote";
const STRAY = "a quote is within a field that does not begin with one";
const MARK = [0xef, 0xbb, 0xbf] as const;

/** Between quotes, behind them, or neither; `broken`, `cut` and `passed` rows are only read to the end of their line. */
type State = "plain" | "quoted" | "closed" | "broken" | "cut" | "passed";

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
  /** Line ends between rows so far, by kind. */
  readonly lineEnds = { lf: 0, crlf: 0, cr: 0 };
  readonly #sink: RowSink;
  readonly #delimiter: number;
  /** -1, which is no byte, if there is none. */
  readonly #quote: number;
  readonly #fieldBytes: FieldBytes;
  readonly #strict: boolean;
  readonly #comment: number;
  readonly #skipLines: number;
  readonly #maxRowBytes: number;
  /** 1 for bytes that mean something outside quotes. */
  readonly #special = new Uint8Array(256);
  readonly #row: RowView;
  #state: State = "plain";
  #begun = false;
  /** Where scanning goes on; at most `#end`, the end of the filled part of the buffer. */
  #at = 0;
  #end = 0;
  #fieldStart = 0;
  /** Bytes of a broken row that must be there before it is looked at. */
  #wanted = 0;
  /** Whether the row is longer than the limit; its bytes are not kept, then. */
  #isLong = false;
  /** Bytes of a long row that were not kept. */
  #dropped = 0;
  /** How many are. */
  #kept = 0;
  #cutCode: RowReject["code"] = "row-too-long";
  /** Where the line begins in which a long row passed the limit within a value, in bytes from the start of the row. */
  #lastLine = 0;
  /** Whether the value of a long row is known to be closed. */
  #isSure = false;
  /** Where a long row has a line end in a value that is not known to be closed; -1 if there is none. */
  #doubt = -1;
  /** Where a quote is that is at fault, in bytes from the start of the row; -1 if there is none. */
  #fault = -1;

  /**
   * Begins before the first byte.
   *
   * @param sink Takes the rows.
   * @param options See {@linkcode CsvScannerOptions}.
   */
  constructor(sink: RowSink, options: CsvScannerOptions = {}) {
    const { delimiter = 0x2c, quote = QUOTE, escape, skipSpaces = false } = options;
    const { comment = -1, maxRowBytes = 1 << 20 } = options;
    if (!(maxRowBytes >= 1)) {
      throw new RangeError(`Cannot scan: maxRowBytes is ${maxRowBytes}, expected 1 or more`);
    }
    this.#sink = sink;
    this.#delimiter = delimiter;
    this.#quote = quote ?? -1;
    this.#fieldBytes = { delimiter, quote, escape, skipSpaces };
    this.#strict = options.strict ?? false;
    this.#comment = comment;
    this.#skipLines = options.skipLines ?? 0;
    this.#maxRowBytes = maxRowBytes;
    for (const byte of [LF, CR, delimiter]) this.#special[byte] = 1;
    if (quote !== null) this.#special[quote] = 1;
    if (skipSpaces) this.#special[SPACE] = 1;
    this.#row = {
      ...{ bytes: new Uint8Array(4096), start: 0, end: 0, next: 0 },
      ...{ fields: 1, line: 1, lines: 1, byteOffset: 0, stray: false },
    };
  }

  /** Whether all that was taken in was passed on, so that the next byte begins a row. */
  get isBetweenRows(): boolean {
    return this.#begun && !this.#isLong && this.#row.start === this.#end;
  }

  /** Offset in the input of the row that is being read. */
  get rowOffset(): number {
    return this.#row.byteOffset;
  }

  /**
   * Offset in the input of a line end within a value that reaches beyond the limit, at which scanning has stopped: only
   * what comes after it can tell whether it is part of the value. `undefined` if there is none.
   */
  get doubt(): number | undefined {
    return this.#doubt < 0 ? undefined : this.#doubt;
  }

  /**
   * Goes on after a {@linkcode doubt}.
   *
   * @param isClosed Whether the next quote that is not text is followed by a delimiter, a line end or the end of the
   * input. If not, the one that opened the value was stray: its row ends with this line, and the next line begins another.
   */
  settle(isClosed: boolean): void {
    if (this.#doubt < 0) return;
    this.#doubt = -1;
    if (isClosed) this.#isSure = true;
    else this.#giveUp();
    this.#scan(false);
  }

  /** Passes over rows that were found otherwise, between two rows; they are in no count of line ends. */
  passOver(bytes: number, lines: number): void {
    this.#row.byteOffset += bytes;
    this.#row.line += lines;
  }

  /** Takes the next piece in; it may be reused afterwards. What is in doubt counts as not closed. */
  push(chunk: Uint8Array): void {
    this.settle(false);
    this.#append(chunk);
    this.#scan(false);
  }

  /** Takes the end of the input in; the last row needs no line end. */
  finish(): void {
    this.settle(false);
    this.#scan(true);
    const end = this.#end;
    if (this.#isLong && this.#state === "quoted") this.#giveUp();
    if (end - this.#row.start + this.#dropped === 0) return;
    if (this.#state !== "quoted") return this.#endRow(end, end);
    this.#fault = this.#fieldStart - this.#row.start;
    this.#refuse("row-quote", "a quote is not closed before the end of the file", end);
    this.#nextRow(end);
  }

  #append(chunk: Uint8Array): void {
    const row = this.#row;
    if (this.#end + chunk.length > row.bytes.length) {
      const kept = row.bytes.subarray(row.start, this.#end);
      const needed = kept.length + chunk.length;
      if (needed > row.bytes.length) {
        row.bytes = new Uint8Array(Math.max(needed, row.bytes.length * 2));
      }
      row.bytes.set(kept);
      this.#at -= row.start;
      this.#fieldStart -= row.start;
      this.#end = kept.length;
      row.start = 0;
    }
    row.bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #scan(final: boolean): void {
    if (!this.#begun && !this.#begin(final)) return;
    const row = this.#row;
    while (this.#at < this.#end) {
      const limit = row.start + this.#maxRowBytes;
      const stop = this.#isLong ? this.#end : Math.min(this.#end, limit);
      if (this.#at < stop) this.#step(stop);
      if (this.#doubt >= 0) {
        if (!final) return;
        this.#doubt = -1;
        this.#giveUp();
      }
      if (this.#at === this.#end) break;
      if (this.#state !== "quoted" && this.#atLineEnd()) {
        const next = this.#nextLine(this.#at, final);
        if (next === undefined) return;
        const isStray = row.stray && this.#strict && !this.#isLong;
        if (this.#state !== "broken" && !isStray) this.#endRow(this.#at, next);
        else if (!this.#endBroken(next, final)) return;
      } else if (!this.#isLong && this.#at === limit) this.#passLimit();
    }
    if (this.#isLong) this.#dropSurplus();
  }

  #begin(final: boolean): boolean {
    if (this.#end < MARK.length && !final) return false;
    this.#begun = true;
    const row = this.#row;
    if (this.#end >= MARK.length && MARK.every((byte, i) => row.bytes[i] === byte)) {
      this.hasMark = true;
      row.start =
        row.byteOffset =
        this.#at =
        this.#fieldStart =
          MARK.length;
    }
    return true;
  }

  /** Moves `#at` to a line end that ends the row, to a change of state, or to `stop`. */
  #step(stop: number): void {
    switch (this.#state) {
      case "plain":
        return this.#stepPlain(stop);
      case "quoted":
        return this.#stepQuoted(stop);
      case "closed":
        return this.#stepClosed();
      default:
        while (this.#at < stop && !this.#atLineEnd()) this.#at++;
    }
  }

  #stepPlain(stop: number): void {
    const { bytes } = this.#row;
    const special = this.#special;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    let fieldStart = this.#fieldStart;
    let fields = 0;
    let at = this.#at;
    if (at === this.#row.start && this.#isPassed()) return;
    for (; at < stop; at++) {
      const byte = bytes[at] as number;
      if (special[byte] === 0) continue;
      if (byte === delimiter) {
        fields++;
        fieldStart = at + 1;
      } else if (byte === SPACE) {
        if (at === fieldStart) fieldStart++;
      } else if (byte !== quote) {
        break;
      } else if (at === fieldStart) {
        this.#state = "quoted";
        at++;
        break;
      } else if (!this.#row.stray) {
        this.#row.stray = true;
        this.#fault = at - this.#row.start;
      }
    }
    this.#row.fields += fields;
    this.#fieldStart = fieldStart;
    this.#at = at;
  }

  /** Passes a comment, or a line before the header, over. */
  #isPassed(): boolean {
    const { bytes, start, line } = this.#row;
    if (bytes[start] !== this.#comment && line > this.#skipLines) return false;
    this.#state = "passed";
    return true;
  }

  #stepQuoted(stop: number): void {
    const { bytes } = this.#row;
    const quote = this.#quote;
    const { escape } = this.#fieldBytes;
    const asks = this.#isLong && !this.#isSure;
    let lines = 0;
    let at = this.#at;
    for (; at < stop; at++) {
      const byte = bytes[at] as number;
      if (byte > quote) continue;
      if (byte === quote) {
        const begin = this.#fieldStart;
        if (escape !== undefined && isEscaped(bytes, at, { begin, escape })) continue;
        this.#state = "closed";
        at++;
        break;
      }
      if (byte !== CR && (byte !== LF || bytes[at - 1] === CR)) continue;
      if (asks) {
        this.#doubt = this.#row.byteOffset + at - this.#row.start + this.#dropped;
        break;
      }
      lines++;
    }
    this.#row.lines += lines;
    this.#at = at;
  }

  #stepClosed(): void {
    const byte = this.#row.bytes[this.#at];
    if (byte === LF || byte === CR) return;
    this.#at++;
    if (byte === this.#quote) {
      this.#state = "quoted";
    } else if (byte === this.#delimiter) {
      this.#state = "plain";
      this.#row.fields++;
      this.#fieldStart = this.#at;
      if (this.#isLong) this.#endValue();
    } else if (this.#isLong) {
      this.#giveUp();
    } else {
      this.#state = "broken";
      this.#fault = this.#at - 1 - this.#row.start;
    }
  }

  #atLineEnd(): boolean {
    const byte = this.#row.bytes[this.#at];
    return byte === LF || byte === CR;
  }

  /** Returns where the line after a line end begins; `undefined` if the next byte must be known first. */
  #nextLine(at: number, final: boolean): number | undefined {
    const { bytes } = this.#row;
    if (bytes[at] === LF) return at + 1;
    if (at + 1 === this.#end) return final ? at + 1 : undefined;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  #endRow(end: number, next: number): void {
    const row = this.#row;
    const expected = this.expectedFields;
    row.end = end;
    row.next = next;
    this.#countLineEnd(end, next);
    if (this.#isLong) {
      if (this.#state !== "cut") this.#cutCode = "row-too-long";
      this.#refuseCut(end);
    } else if (this.#state === "broken") {
      this.#refuse("row-quote", TEXT_FOLLOWS, end);
    } else if (row.stray && this.#strict) {
      this.#refuse("row-quote", STRAY, end);
    } else if (end === row.start || this.#state === "passed") {
      this.#sink.blank();
    } else if (expected > 0 && row.fields !== expected) {
      const starts = fieldStarts(row, this.#fieldBytes);
      this.#fault = Math.min(starts[expected] ?? end, end) - row.start;
      this.#refuse("row-columns", `expected ${expected} columns, found ${row.fields}`, end);
    } else {
      this.#sink.row(row);
    }
    this.#nextRow(next);
  }

  #countLineEnd(end: number, next: number): void {
    if (next === end) return;
    this.lineEnds[next - end === 2 ? "crlf" : this.#row.bytes[end] === LF ? "lf" : "cr"]++;
  }

  /** Ends a row with a quote in the wrong place, and the lines that can only be part of it; says whether they are known. */
  #endBroken(next: number, final: boolean): boolean {
    const row = this.#row;
    const { bytes, start } = row;
    const most = start + this.#maxRowBytes;
    const isLast = final || this.#end > most;
    // Each look takes in twice as much as the one before.
    if (!isLast && this.#end - start < this.#wanted) return false;
    this.#wanted = 2 * (this.#end - start);
    // A line end may be right behind the limit.
    const isWhole = final && this.#end <= most + 1;
    const about = { bytes, end: Math.min(this.#end, most + 1), isLast, isWhole };
    const isOpen = this.#state === "broken";
    const fault = start + this.#fault;
    const how = { ...about, from: isOpen ? fault : start, isOpen, lineEnd: this.#at };
    const end = brokenRowEnd(how, this.#fieldBytes);
    if (end === undefined) return false;
    if (end === this.#at) this.#endRow(end, next);
    else {
      const after = end === this.#end ? end : this.#nextLine(end, final);
      if (after === undefined) return false;
      this.#countLineEnd(end, after);
      const code = "row-quote";
      row.lines = physicalLines(bytes, { start, end }).length;
      const message = `${isOpen ? TEXT_FOLLOWS : STRAY}; it ends in line ${
        row.line + row.lines - 1
      }`;
      const isFirst = physicalLines(bytes, { start, end: fault }).length === 1;
      const about = { code, message, fault: isFirst ? this.#fault : -1 } as const;
      refuseLines(this.#sink, row, { ...about, lines: [{ start, end }] });
      this.#nextRow(after);
    }
    return true;
  }

  #nextRow(next: number): void {
    const row = this.#row;
    row.byteOffset += next - row.start + this.#dropped;
    row.line += row.lines;
    row.start = this.#at = this.#fieldStart = next;
    row.lines = row.fields = 1;
    row.stray = false;
    this.#fault = -1;
    this.#dropped = 0;
    this.#wanted = 0;
    this.#isLong = this.#isSure = false;
    this.#state = "plain";
  }

  /** Refuses the row up to `end`, line by line. */
  #refuse(code: RowReject["code"], message: string, end: number): void {
    const row = this.#row;
    const lines = physicalLines(row.bytes, { start: row.start, end });
    // Nothing stands behind the line end that a file ends with.
    if (lines.length > 1 && lines.at(-1)?.start === end) lines.pop();
    refuseLines(this.#sink, row, { code, message, lines, fault: this.#fault });
  }

  /** Goes on to the end of a row that has come to the limit, without keeping what comes. */
  #passLimit(): void {
    const { bytes, start, lines } = this.#row;
    const at = this.#at;
    this.#isLong = true;
    this.#lastLine = 0;
    if (lines > 1) {
      let begin = at;
      while (bytes[begin - 1] !== LF && bytes[begin - 1] !== CR) begin--;
      const isHalf = begin === at && bytes[at - 1] === CR && bytes[at] === LF;
      this.#lastLine = begin - start + (isHalf ? 1 : 0);
    }
    // If the row is given up, its last line has as much as any row.
    this.#kept = this.#lastLine + this.#maxRowBytes;
    const isOpen = this.#state === "quoted" || this.#state === "closed";
    this.#cutCode = isOpen ? "row-quote" : "row-too-long";
    if (this.#state === "plain") this.#endValue();
    else if (!isOpen) this.#giveUp();
  }

  /** What was read of a long row is part of it, whatever comes. */
  #endValue(): void {
    this.#cutCode = "row-too-long";
    this.#lastLine = 0;
    this.#isSure = false;
  }

  /** Ends a long row with the current line: its quotes are not in their place. */
  #giveUp(): void {
    const row = this.#row;
    if (this.#lastLine > 0) {
      const at = this.#at;
      const dropped = this.#dropped;
      const next = row.start + this.#lastLine;
      const lines = physicalLines(row.bytes, { start: row.start, end: next });
      lines.pop();
      const about = { code: this.#cutCode, message: this.#cutMessage(), fault: -1 };
      refuseLines(this.#sink, row, { ...about, lines });
      row.lines--;
      this.#dropped = 0;
      this.#nextRow(next);
      this.#at = at;
      this.#dropped = dropped;
      this.#isLong = true;
      this.#lastLine = 0;
      this.#kept = this.#maxRowBytes;
    }
    this.#state = "cut";
  }

  #cutMessage(): string {
    return this.#cutCode === "row-quote"
      ? `a quote is not closed within ${this.#maxRowBytes} bytes`
      : `a row is longer than ${this.#maxRowBytes} bytes`;
  }

  /** Keeps one byte behind those that are kept: what comes may be the other half of a line end, or escaped. */
  #dropSurplus(): void {
    const { bytes, start } = this.#row;
    const last = this.#end - 1;
    const kept = start + this.#kept;
    if (last <= kept) return;
    const { escape } = this.#fieldBytes;
    const isSpent = bytes[last] === escape &&
      !isEscaped(bytes, this.#end, { begin: this.#fieldStart, escape });
    bytes[kept] = isSpent ? 0 : bytes[last] as number;
    this.#dropped += last - kept;
    this.#fieldStart = Math.max(this.#fieldStart - (last - kept), kept - 1);
    this.#at = this.#end = kept + 1;
  }

  #refuseCut(end: number): void {
    const row = this.#row;
    const { start, line, lines } = row;
    const length = end - start + this.#dropped;
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
