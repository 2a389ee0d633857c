import { isUtf8 } from "node:buffer";
import { giveBack, peekHeld, takeHeld } from "./_file_chunks.ts";
import { RepeatedHeader } from "./_repeated_header.ts";
import type { ByteDialect } from "./dialect.ts";
import type { FileEntry } from "./file_entry.ts";
import { kindByBytes } from "./file_kind.ts";
import { endsSeen, lookAtRows } from "./look_at_rows.ts";
import type { ValidateFileOptions, ValidateFileResult } from "./prepare_file.ts";
import type { Compression } from "./record_format.ts";

const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** A header as it is written, and how it is found again. */
interface KnownHeader {
  readonly columns: readonly string[];
  /** With its line end. */
  readonly line: Uint8Array;
  readonly repeated: RepeatedHeader;
}

/** That of the last file: thousands of small ones have the same. */
let last: KnownHeader | undefined;

/**
 * Passes a small file on that is known to be good as it is: UTF-8 text with LF line ends, the header that its stream has,
 * and as many fields in each row. To copy thousands of them row by row costs more than to compress them.
 *
 * @returns What validating it row by row would find; `undefined` if that must be done.
 */
export async function copyGoodRows(
  file: {
    readonly entry: FileEntry;
    readonly dialect: ByteDialect;
    readonly compression: Compression;
  },
  options: ValidateFileOptions,
  write: (rows: Uint8Array) => Promise<void>,
): Promise<Omit<ValidateFileResult, "findings"> | undefined> {
  const { columns, inspect, privacy } = options;
  const { entry, dialect, compression } = file;
  const bytes = compression === undefined ? peekHeld(entry) : undefined;
  if (bytes === undefined || columns === undefined || inspect || privacy) return undefined;
  const rows = goodRows(bytes, columns, dialect);
  if (rows === undefined) return undefined;
  takeHeld(entry, options);
  await write(bytes);
  giveBack(bytes);
  return {
    ...{ rowsRead: rows, rowsWritten: rows, rejected: 0, blankLines: 0 },
    ...{ columns, columnsFrom: columns, bytesIn: entry.size },
    ...{ multiline: false, multilineRows: 0, footerRows: 0 },
  };
}

/** Returns how many rows follow the header; `undefined` if they are for the scanner to judge. */
function goodRows(
  bytes: Uint8Array,
  columns: readonly string[],
  dialect: ByteDialect,
): number | undefined {
  if (!isUsual(dialect) || bytes.length > dialect.maxRowBytes) return undefined;
  const header = headerOf(columns, dialect);
  if (header === undefined || !startsWith(bytes, header.line)) return undefined;
  if (kindByBytes(bytes) !== undefined || bytes.includes(CR) || bytes.includes(0)) return undefined;
  if (!isUtf8(bytes)) return undefined;
  const seen = lookAtRows(bytes, { delimiter: COMMA, fields: columns.length });
  // A row that holds a line end, or has none, and a file without rows are for the scanner.
  if (seen === undefined || seen.rows < 2 || seen.newlines !== seen.rows) return undefined;
  if (seen.end !== bytes.length || header.repeated.mayBeIn(bytes, endsSeen(seen.rows))) {
    return undefined;
  }
  return seen.rows - 1;
}

/** Whether rows are written as the lake has them. */
function isUsual(dialect: ByteDialect): boolean {
  const { delimiter, quote, escape, skipSpaces, header, comment, footer, encoding } = dialect;
  return delimiter === COMMA && quote === QUOTE && escape === undefined && !skipSpaces &&
    header === 1 && comment === undefined && footer === undefined && encoding === "utf-8";
}

/** Returns the header that has just these names; `undefined` if the names need quotes, or begin as another text does. */
function headerOf(columns: readonly string[], dialect: ByteDialect): KnownHeader | undefined {
  const isSame = last?.columns.length === columns.length &&
    columns.every((name, at) => name === last?.columns[at]);
  if (isSame) return last;
  const text = columns.join();
  if (columns.some((name) => /[",\r\n]/.test(name)) || /^\s*[[{<]/.test(text)) return undefined;
  return last = {
    columns: [...columns],
    line: new TextEncoder().encode(`${text}\n`),
    repeated: new RepeatedHeader(columns, dialect),
  };
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  if (bytes.length < start.length) return false;
  for (let at = 0; at < start.length; at++) if (bytes[at] !== start[at]) return false;
  return true;
}
