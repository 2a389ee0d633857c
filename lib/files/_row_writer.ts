import { parse } from "@std/csv";
import { ByteBuffer } from "./_byte_buffer.ts";
import { checkHeader } from "./_check_header.ts";
import { appendTsvRow } from "./_tsv_row.ts";
import type { CsvScanner } from "./csv_scanner.ts";
import type { FindingReport, RowReject } from "./findings.ts";
import type { RowSink, RowView } from "./row_sink.ts";

const TAB = 0x09;
const LF = 0x0a;

/** What {@linkcode RowWriter} needs to know. */
export interface RowWriterOptions {
  readonly report: FindingReport;
  readonly delimiter: number;
  readonly columns: readonly string[] | undefined;
}

/** Turns the rows of one file into CSV with LF line ends, and counts. */
export class RowWriter implements RowSink {
  /** Rows behind the header that were written. */
  written = 0;
  /** Lines that were refused. */
  rejected = 0;
  /** Empty lines that were left out. */
  blankLines = 0;
  /** Written rows that hold line ends inside quotes. */
  multilineRows = 0;
  /** Names in the header, once it was seen. */
  columns: readonly string[] | undefined;
  /** Is told the number of columns. */
  scanner: CsvScanner | undefined;
  readonly #options: RowWriterOptions;
  readonly #out = new ByteBuffer();
  // Rows that follow each other unchanged are copied at once.
  #source = new Uint8Array(0);
  #runStart = 0;
  #runEnd = 0;

  constructor(options: RowWriterOptions) {
    this.#options = options;
  }

  row(row: RowView): void {
    if (this.columns === undefined) {
      this.#takeHeader(row);
    } else {
      this.written++;
      if (row.lines > 1) this.multilineRows++;
    }
    if (this.#options.delimiter === TAB) {
      appendTsvRow(this.#out, row);
    } else if (row.next === row.end + 1 && row.bytes[row.end] === LF) {
      if (row.start !== this.#runEnd) this.#copyRun();
      if (this.#runStart === this.#runEnd) this.#runStart = row.start;
      this.#source = row.bytes;
      this.#runEnd = row.next;
    } else {
      this.#copyRun();
      this.#out.append(row.bytes, row.start, row.end);
      this.#out.push(LF);
    }
  }

  reject({ code, message, place, raw }: RowReject): void {
    const { report } = this.#options;
    if (this.columns === undefined) report.file("file-header", `in its header, ${message}`, place);
    this.rejected++;
    report.row(code, message, place, raw);
  }

  blank(): void {
    this.blankLines++;
  }

  /** Returns the rows since the last call; must be called before the scanner takes in more. */
  take(): Uint8Array {
    this.#copyRun();
    return this.#out.take();
  }

  #copyRun(): void {
    if (this.#runEnd > this.#runStart) {
      this.#out.append(this.#source, this.#runStart, this.#runEnd);
    }
    this.#runStart = this.#runEnd = 0;
  }

  #takeHeader(row: RowView): void {
    const { report, delimiter, columns } = this.#options;
    const text = new TextDecoder().decode(row.bytes.subarray(row.start, row.end));
    const separator = String.fromCharCode(delimiter);
    const found = parse(text, { separator, lazyQuotes: true })[0] ?? [];
    if (columns !== undefined) checkHeader(report, found, columns);
    this.columns = found;
    if (this.scanner !== undefined) this.scanner.expectedFields = row.fields;
  }
}
