import { type FieldBytes, isEscaped } from "./_fields.ts";
import type { LongRow } from "./_long_row.ts";
import type { RowCursor } from "./_row_cursor.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** Options of {@linkcode FieldSteps}. */
export interface FieldStepsOptions {
  readonly fieldBytes: FieldBytes;
  /** The byte at the start of lines that are passed over; -1, which is no byte, if there is none. */
  readonly comment: number;
  /** Lines before the first row that are passed over. */
  readonly skipLines: number;
}

/** Reads the bytes of a row's fields: the quotes and the delimiters between them. */
export class FieldSteps {
  readonly #cursor: RowCursor;
  readonly #long: LongRow;
  readonly #delimiter: number;
  /** -1, which is no byte, if there is none. */
  readonly #quote: number;
  readonly #fieldBytes: FieldBytes;
  readonly #comment: number;
  readonly #skipLines: number;
  /** 1 for bytes that mean something outside quotes. */
  readonly #special = new Uint8Array(256);

  constructor(cursor: RowCursor, long: LongRow, options: FieldStepsOptions) {
    const { fieldBytes, comment, skipLines } = options;
    const { delimiter, quote, skipSpaces } = fieldBytes;
    this.#cursor = cursor;
    this.#long = long;
    this.#delimiter = delimiter;
    this.#quote = quote ?? -1;
    this.#fieldBytes = fieldBytes;
    this.#comment = comment;
    this.#skipLines = skipLines;
    for (const byte of [LF, CR, delimiter]) this.#special[byte] = 1;
    if (quote !== null) this.#special[quote] = 1;
    if (skipSpaces) this.#special[SPACE] = 1;
  }

  /** Moves the cursor to a line end that ends the row, to a change of state, or to `stop`. */
  step(stop: number): void {
    const cursor = this.#cursor;
    switch (cursor.state) {
      case "plain":
        return this.#stepPlain(stop);
      case "quoted":
        return this.#stepQuoted(stop);
      case "closed":
        return this.#stepClosed();
      default:
        while (cursor.at < stop && !cursor.atLineEnd()) cursor.at++;
    }
  }

  #stepPlain(stop: number): void {
    const cursor = this.#cursor;
    const { bytes } = cursor.row;
    const special = this.#special;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    let fieldStart = cursor.fieldStart;
    let fields = 0;
    let at = cursor.at;
    if (at === cursor.row.start && this.#isPassed()) return;
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
        cursor.state = "quoted";
        at++;
        break;
      } else if (!cursor.row.stray) {
        cursor.row.stray = true;
        cursor.fault = at - cursor.row.start;
      }
    }
    cursor.row.fields += fields;
    cursor.fieldStart = fieldStart;
    cursor.at = at;
  }

  /** Passes a comment, or a line before the header, over. */
  #isPassed(): boolean {
    const { bytes, start, line } = this.#cursor.row;
    if (bytes[start] !== this.#comment && line > this.#skipLines) return false;
    this.#cursor.state = "passed";
    return true;
  }

  #stepQuoted(stop: number): void {
    const cursor = this.#cursor;
    const { bytes } = cursor.row;
    const quote = this.#quote;
    const { escape } = this.#fieldBytes;
    const asks = this.#long.isLong && !this.#long.isSure;
    let lines = 0;
    let at = cursor.at;
    for (; at < stop; at++) {
      const byte = bytes[at] as number;
      if (byte > quote) continue;
      if (byte === quote) {
        const begin = cursor.fieldStart;
        if (escape !== undefined && isEscaped(bytes, at, { begin, escape })) continue;
        cursor.state = "closed";
        at++;
        break;
      }
      if (byte !== CR && (byte !== LF || bytes[at - 1] === CR)) continue;
      if (asks) {
        this.#long.ask(at);
        break;
      }
      lines++;
    }
    cursor.row.lines += lines;
    cursor.at = at;
  }

  #stepClosed(): void {
    const cursor = this.#cursor;
    const byte = cursor.row.bytes[cursor.at];
    if (byte === LF || byte === CR) return;
    cursor.at++;
    if (byte === this.#quote) {
      cursor.state = "quoted";
    } else if (byte === this.#delimiter) {
      cursor.state = "plain";
      cursor.row.fields++;
      cursor.fieldStart = cursor.at;
      if (this.#long.isLong) this.#long.endValue();
    } else if (this.#long.isLong) {
      this.#long.giveUp();
    } else {
      cursor.state = "broken";
      cursor.fault = cursor.at - 1 - cursor.row.start;
    }
  }
}
