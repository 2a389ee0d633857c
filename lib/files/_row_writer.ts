import { ByteBuffer } from "./_byte_buffer.ts";
import { appendFields, appendTexts, fieldTexts } from "./_fields.ts";
import { FooterRows } from "./_footer_rows.ts";
import { planHeader, type RenameColumn } from "./_plan_header.ts";
import { PrivateColumns, type PrivateValues } from "./_private_columns.ts";
import { RepeatedHeader } from "./_repeated_header.ts";
import type { CsvScanner } from "./csv_scanner.ts";
import type { ByteDialect } from "./dialect.ts";
import type { FindingReport, RowReject } from "./findings.ts";
import { placeOf, type RowSink, type RowView } from "./row_sink.ts";

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** What {@linkcode RowWriter} needs to know. */
export interface RowWriterOptions {
  readonly report: FindingReport;
  readonly dialect: ByteDialect;
  /** Names of the stream's columns, in their order. */
  readonly columns: readonly string[] | undefined;
  readonly rename?: RenameColumn | undefined;
  readonly inspect?: InspectRow | undefined;
  readonly privacy?: PrivateValues | undefined;
}

/**
 * Returns why a row or record is rejected for what its values say; an empty value of a row is `null`. It is given the values as
 * they were sent, and what privacy leaves of them.
 */
export type InspectRow = (
  values: Readonly<Record<string, unknown>>,
  kept?: Readonly<Record<string, unknown>>,
) => { readonly message: string; readonly field: string } | undefined;

/** Turns the rows of one file into CSV with LF line ends and the columns of its stream, and counts. */
export class RowWriter implements RowSink {
  /** Rows behind the header that were written. */
  written = 0;
  /** Lines that were refused. */
  rejected = 0;
  /** Empty lines and comments that were left out. */
  blankLines = 0;
  /** Written rows that hold line ends inside quotes. */
  multilineRows = 0;
  /** Names in the header, once it was seen. */
  columns: readonly string[] | undefined;
  /** The name in the file of each of them; `undefined` for one that the file has not. */
  columnsFrom: readonly (string | undefined)[] = [];
  /** Is told the number of columns. */
  scanner: CsvScanner | undefined;
  readonly #options: RowWriterOptions;
  readonly #footer: FooterRows | undefined;
  readonly #out = new ByteBuffer();
  #header: RepeatedHeader | undefined;
  #sources: readonly number[] | undefined;
  #private: PrivateColumns | undefined;
  /** Whether rows that are good can be copied as they are. */
  #asIs: boolean;
  // Rows that follow each other unchanged are copied at once.
  #source = new Uint8Array(0);
  #runStart = 0;
  #runEnd = 0;

  constructor(options: RowWriterOptions) {
    const { delimiter, quote, escape, skipSpaces, footer } = options.dialect;
    this.#options = options;
    this.#asIs = delimiter === COMMA && quote === QUOTE && escape === undefined && !skipSpaces;
    if (footer !== undefined) this.#footer = new FooterRows(footer);
  }

  /** Footer rows that were left out. */
  get footerRows(): number {
    return this.#footer?.count ?? 0;
  }

  row(row: RowView): void {
    if (this.columns === undefined) {
      this.#takeHeader(row);
      if (this.#options.dialect.header !== "none") return;
    }
    if (this.#footer?.takesRow(row)) return;
    this.#release();
    this.#take(row);
  }

  reject(reject: RowReject): void {
    const { report, dialect } = this.#options;
    if (this.columns === undefined && dialect.header !== "none") {
      report.file("file-header", `in its header, ${reject.message}`, reject.place);
    }
    if (this.#footer?.takesReject(reject)) return;
    this.#release();
    this.#refuse(reject);
  }

  blank(): void {
    this.blankLines++;
  }

  comment(row: RowView): void {
    const { report } = this.#options;
    report.find("row-comment", "it begins with dialect.comment, and is left out", placeOf(row));
  }

  /** Returns the rows since the last call; must be called before the scanner takes in more. */
  take(): Uint8Array {
    this.#copyRun();
    return this.#out.take();
  }

  /** Names the footer, and writes a header where the file has none; a file of which no row has its columns is another one. */
  finish(): void {
    const { report, dialect, columns } = this.#options;
    for (const place of this.#footer?.places ?? []) {
      report.find("row-footer", "it matches dialect.footer, and is left out", place);
    }
    if (dialect.header !== "none" || this.columns !== undefined) return;
    if (this.rejected > 0) {
      const wanted = columns === undefined ? "" : `, expected ${columns.length} columns`;
      report.file("file-header", `none of its rows is good${wanted}`);
    }
    if (columns !== undefined) {
      this.#writeNames(this.columns = columns);
    }
  }

  #take(row: RowView): void {
    const { report } = this.#options;
    const again = this.#header?.again(row);
    if (again === "reordered") {
      const found =
        `line ${row.line} is the header once more, in another order: the rows after it may be, too`;
      // If a header once more is data, so are the names in another order.
      if (report.verdictOn("row-header") !== "accept") {
        report.file("file-header", found, placeOf(row));
      }
    }
    if (again !== undefined && this.#isRefused("row-header", "it is the header once more", row)) {
      return;
    }
    if (row.lines > 1) {
      if (this.#isRefused("row-line-end", "a value holds line ends", row)) return;
      this.multilineRows++;
    }
    if (row.stray && this.#options.dialect.strict) {
      report.find("row-quote", "a quote is within a field, and taken as text", placeOf(row));
    }
    if (this.#private !== undefined) return this.#takePrivate(row, this.#private);
    const fault = this.#options.inspect?.(this.#valuesOf(row));
    if (fault !== undefined) {
      const { message, field } = fault;
      const raw = row.bytes.slice(row.start, row.end);
      return this.#refuse({
        code: "record-check",
        message,
        place: { ...placeOf(row), field },
        raw,
      });
    }
    this.written++;
    if (!this.#asIs || row.stray) {
      this.#copyRun();
      appendFields(this.#out, row, { ...this.#options.dialect, sources: this.#sources });
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

  /** What is inspected is what was sent; what is written or rejected is what may be kept. */
  #takePrivate(row: RowView, columns: PrivateColumns): void {
    const { dialect, inspect } = this.#options;
    const texts = fieldTexts(row, dialect);
    const fields = columns.fieldsOf(texts);
    const fault = inspect?.(columns.sentOf(texts), this.#named(fields));
    if (fault === undefined) {
      this.written++;
      return appendTexts(this.#out, fields);
    }
    const { message, field } = fault;
    const kept = new ByteBuffer();
    appendTexts(kept, fields);
    const raw = kept.take().slice(0, -1);
    this.#refuse({ code: "record-check", message, place: { ...placeOf(row), field }, raw });
  }

  #valuesOf(row: RowView): Record<string, string | null> {
    const texts = fieldTexts(row, this.#options.dialect);
    const fields = this.columns?.map((_, at) => texts[this.#sources?.[at] ?? at] ?? "");
    return this.#named(fields ?? []);
  }

  #named(fields: readonly string[]): Record<string, string | null> {
    const values = (this.columns ?? []).map((name, at) => [name, fields[at] || null] as const);
    return Object.fromEntries(values);
  }

  #refuse(reject: RowReject): void {
    this.rejected++;
    this.#options.report.row(reject);
  }

  /** Counts a finding about a row, and says whether the row is refused for it. */
  #isRefused(code: "row-header" | "row-line-end", message: string, row: RowView): boolean {
    const { report } = this.#options;
    const place = placeOf(row);
    if (report.verdictOn(code) !== "reject-row") {
      report.find(code, message, place);
      return false;
    }
    this.#refuse({ code, message, place, raw: row.bytes.slice(row.start, row.end) });
    return true;
  }

  /** What looked like a footer is not one if a row comes behind it. */
  #release(): void {
    for (const held of this.#footer?.release() ?? []) {
      if ("raw" in held) this.#refuse(held);
      else this.#take(held);
      this.#copyRun();
    }
  }

  #copyRun(): void {
    if (this.#runEnd > this.#runStart) {
      this.#out.append(this.#source, this.#runStart, this.#runEnd);
    }
    this.#runStart = this.#runEnd = 0;
  }

  #takeHeader(row: RowView): void {
    const { report, dialect, columns: expected, rename } = this.#options;
    if (this.scanner !== undefined) this.scanner.expectedFields = row.fields;
    if (dialect.header === "none") return this.#makeHeader(row.fields, row);
    const names = fieldTexts(row, dialect);
    this.#header = new RepeatedHeader(names, dialect);
    if (this.#hidesColumns(names, row)) {
      return this.#writeNames(this.columns ?? []);
    }
    const plan = planHeader(report, names, { expected, rename, place: placeOf(row) });
    this.columns = plan.columns;
    this.columnsFrom = plan.columns.map((_, at) => names[plan.sources?.[at] ?? at]);
    this.#sources = plan.sources;
    if (plan.renamed) this.#writeNames(plan.columns);
    else if (this.#asIs) {
      this.#out.append(row.bytes, row.start, row.end);
      this.#out.push(LF);
    } else appendFields(this.#out, row, dialect);
    if (plan.sources !== undefined) this.#asIs = false;
  }

  /** A file without a header has the columns of its stream, by position. */
  #makeHeader(fields: number, row: RowView): void {
    const names = this.#options.columns ?? Array.from({ length: fields }, (_, at) => `_c${at}`);
    if (!this.#hidesColumns(names, row)) this.columns = names;
    this.#writeNames(this.columns ?? []);
  }

  /** Finds what may not be kept in the columns; says whether there is such a rule. */
  #hidesColumns(names: readonly string[], row: RowView): boolean {
    const { report, columns: expected, rename, privacy: values } = this.#options;
    if (values === undefined) return false;
    const about = { values, expected, rename, place: placeOf(row) };
    this.#private = new PrivateColumns(report, names, about);
    this.columns = this.#private.columns;
    return true;
  }

  #writeNames(names: readonly string[]): void {
    const line = names.map((name) =>
      /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
    );
    const bytes = new TextEncoder().encode(`${line.join(",")}\n`);
    this.#out.append(bytes, 0, bytes.length);
  }
}
