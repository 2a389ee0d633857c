import { ByteBuffer } from "./_byte_buffer.ts";
import {
  builtInStyle,
  cellPlace,
  csvField,
  type DateStyle,
  dateText,
  numberText,
  styleOf,
  unescaped,
} from "./_cell_values.ts";
import type { Sheet } from "./_workbook.ts";
import { xmlEvents, type XmlHandler } from "./_xml_events.ts";
import type { FileEntry } from "./file_entry.ts";
import { rejectedFile } from "./findings.ts";

/** Texts of a workbook are kept in memory while a sheet is read. */
const MOST_TEXT_BYTES = 1 << 26;
const [MOST_ROWS, MOST_COLUMNS] = [1 << 20, 1 << 14];
const [LF, COMMA] = [0x0a, 0x2c];

/** Reads the content of a part of a workbook. */
type ReadPart = (entry: FileEntry) => AsyncIterable<Uint8Array>;

/**
 * Reads a sheet as CSV in UTF-8, each row in the line of its number unless a value above it holds line ends.
 *
 * Texts, numbers and booleans are as they are saved, dates and times in ISO 8601. Behind the header, empty cells at the end
 * of a row are written as those between others are.
 *
 * @param headerLine Row from which on the first that is not empty is the header.
 * @throws {DataError} `file-archive` if it holds a formula without its value or is no sheet, `file-corrupt`.
 */
export async function* sheetRows(
  entry: FileEntry,
  sheet: Sheet,
  { read, headerLine = 1 }: { readonly read: ReadPart; readonly headerLine?: number | undefined },
): AsyncGenerator<Uint8Array> {
  const strings = await stringsOf(sheet.strings, read);
  const styles = new Styles();
  if (sheet.styles !== undefined) await readAll(sheet.styles, styles, read);
  const rows = new SheetRows({ source: entry.path, strings, styles, sheet, headerLine });
  for await (const _ of xmlEvents(read(entry), rows, entry.path)) {
    const bytes = rows.take();
    if (bytes.length > 0) yield bytes;
  }
}

async function readAll(part: FileEntry, handler: XmlHandler, read: ReadPart): Promise<void> {
  for await (const _ of xmlEvents(read(part), handler, part.path)); // The handler takes it.
}

/** Those of the last workbook, whose sheets are read one after another, each twice. */
let last: { readonly part: FileEntry; readonly strings: WeakRef<Strings> } | undefined;

async function stringsOf(part: FileEntry | undefined, read: ReadPart): Promise<Strings> {
  const known = last?.part === part ? last?.strings.deref() : undefined;
  if (known !== undefined) return known;
  if (part === undefined) return new Strings(0);
  if (part.size > MOST_TEXT_BYTES) {
    refuse(part.path, `its texts have ${part.size} bytes, expected at most ${MOST_TEXT_BYTES}`);
  }
  const strings = new Strings(part.size);
  await readAll(part, strings, read);
  last = { part, strings: new WeakRef(strings) };
  return strings;
}

function refuse(source: string, message: string, otherwise = ""): never {
  const text = `${message}; ${otherwise}save its sheets as CSV`;
  throw rejectedFile({ code: "file-archive", message: text, place: { source } }, { verb: "read" });
}

/** Texts that cells name by number, as fields of CSV. */
class Strings implements XmlHandler {
  readonly #out: ByteBuffer;
  readonly #ends: number[] = [];
  readonly #encoder = new TextEncoder();
  #bytes: Uint8Array | undefined;
  #length = 0;
  #item = "";
  #isText = false;
  #isPhonetic = false;

  /** @param bytes Of the XML that they are in, which is as a rule more than they are. */
  constructor(bytes: number) {
    this.#out = new ByteBuffer(bytes);
  }

  open(name: string): void {
    if (name === "rPh") this.#isPhonetic = true;
    this.#isText = name === "t" && !this.#isPhonetic;
  }

  text(text: string): void {
    if (this.#isText) this.#item += text;
  }

  close(name: string): void {
    this.#isText = false;
    if (name === "rPh") this.#isPhonetic = false;
    if (name !== "si") return;
    const bytes = this.#encoder.encode(csvField(unescaped(this.#item)));
    this.#item = "";
    this.#out.append(bytes, 0, bytes.length);
    this.#ends.push(this.#length += bytes.length);
  }

  /** Returns a text; `undefined` if there is none of this number. */
  at(number: number): Uint8Array | undefined {
    this.#bytes ??= this.#out.take();
    const end = this.#ends[number];
    return end === undefined ? undefined : this.#bytes.subarray(this.#ends[number - 1] ?? 0, end);
  }
}

/** Which cells show their number as a date. */
class Styles implements XmlHandler {
  readonly #codes = new Map<number, string>();
  readonly #ofCells: (DateStyle | undefined)[] = [];
  #isOfCells = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const id = Number(attributes["numFmtId"] ?? 0);
    if (name === "numFmt") this.#codes.set(id, attributes["formatCode"] ?? "");
    else if (name === "cellXfs") this.#isOfCells = true;
    else if (name === "xf" && this.#isOfCells) {
      const code = this.#codes.get(id);
      this.#ofCells.push(code === undefined ? builtInStyle(id) : styleOf(code));
    }
  }

  text(): void {}

  close(name: string): void {
    if (name === "cellXfs") this.#isOfCells = false;
  }

  at(number: string | undefined): DateStyle | undefined {
    return this.#ofCells[Number(number ?? 0)];
  }
}

interface SheetRowsOptions {
  readonly source: string;
  readonly strings: Strings;
  readonly styles: Styles;
  readonly sheet: Sheet;
  readonly headerLine: number;
}

/** Writes the cells of a sheet as lines. */
class SheetRows implements XmlHandler {
  readonly #options: SheetRowsOptions;
  readonly #out = new ByteBuffer();
  readonly #encoder = new TextEncoder();
  /** Row and column of the last cell, from 1 and 0; fields and lines that are written. */
  #row = 0;
  #column = -1;
  #fields = 0;
  #lines = 0;
  /** Columns of the header. */
  #width: number | undefined;
  #cell: Readonly<Record<string, string>> = {};
  #value: string | undefined;
  #hasFormula = false;
  #isData = false;
  #isValue = false;
  #isPhonetic = false;

  constructor(options: SheetRowsOptions) {
    this.#options = options;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "sheetData") this.#isData = true;
    if (!this.#isData) return;
    if (name === "row") this.#openRow(attributes["r"]);
    else if (name === "c") this.#openCell(attributes);
    else if (name === "f") this.#hasFormula = true;
    else if (name === "rPh") this.#isPhonetic = true;
    this.#isValue = name === "v" || name === "t" && !this.#isPhonetic;
    if (this.#isValue) this.#value ??= "";
  }

  text(text: string): void {
    if (this.#isValue) this.#value = (this.#value ?? "") + text;
  }

  close(name: string): void {
    this.#isValue = false;
    if (name === "rPh") this.#isPhonetic = false;
    else if (name === "sheetData") this.#isData = false;
    else if (name === "c" && this.#isData) this.#closeCell();
    else if (name === "row" && this.#isData) this.#closeRow();
  }

  /** Returns the bytes since the last call, valid until the next one. */
  take(): Uint8Array {
    return this.#out.take();
  }

  #openRow(name: string | undefined): void {
    const row = name === undefined ? this.#row + 1 : Number(name);
    if (!(row > this.#row && row <= MOST_ROWS)) {
      refuse(this.#options.source, `row ${name ?? row} comes after row ${this.#row}`);
    }
    this.#row = row;
    this.#column = -1;
  }

  #openCell(attributes: Readonly<Record<string, string>>): void {
    const { r: name } = attributes;
    const place = name === undefined
      ? { column: this.#column + 1, row: this.#row }
      : cellPlace(name);
    const isNext = place !== undefined && place.row === this.#row &&
      place.column > this.#column && place.column < MOST_COLUMNS;
    if (!isNext) refuse(this.#options.source, `cell ${name} is in the wrong place`);
    this.#column = place.column;
    this.#cell = attributes;
    this.#value = undefined;
    this.#hasFormula = false;
  }

  #closeCell(): void {
    const { t: type = "n" } = this.#cell;
    const value = this.#value ?? "";
    if (value === "" && type !== "str") {
      if (!this.#hasFormula) return;
      const cell = this.#cell["r"] ?? `${this.#column + 1} of row ${this.#row}`;
      const message = `the formula in cell ${cell} was saved without its value`;
      refuse(this.#options.source, message, "open it in a spreadsheet program and save it, or ");
    }
    const bytes = type === "s"
      ? this.#shared(value)
      : this.#encoder.encode(this.#field(type, value));
    if (bytes.length === 0) return;
    for (; this.#lines < this.#row - 1; this.#lines++) this.#out.push(LF);
    if (this.#fields === 0) this.#fields = 1;
    this.#commasTo(this.#column + 1);
    this.#out.append(bytes, 0, bytes.length);
  }

  #commasTo(fields: number): void {
    for (; this.#fields < fields; this.#fields++) this.#out.push(COMMA);
  }

  #shared(number: string): Uint8Array {
    const text = this.#options.strings.at(Number(number));
    return text ?? refuse(this.#options.source, `there is no text ${number} in its workbook`);
  }

  #field(type: string, value: string): string {
    if (type === "b") return value === "1" || value === "true" ? "true" : "false";
    if (type !== "n") return csvField(unescaped(value));
    const number = value.trim();
    const style = this.#options.styles.at(this.#cell["s"]);
    if (style === undefined || number === "") return csvField(numberText(number));
    return csvField(dateText(number, style, this.#options.sheet.is1904));
  }

  #closeRow(): void {
    if (this.#fields === 0) return;
    if (this.#width === undefined && this.#row >= this.#options.headerLine) {
      this.#width = this.#fields;
    }
    this.#commasTo(this.#width ?? 0);
    this.#out.push(LF);
    this.#lines++;
    this.#fields = 0;
  }
}
