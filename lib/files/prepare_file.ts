import type { ReadFileOptions } from "./_file_chunks.ts";
import { type OpenText, textAgain, textOf } from "./_file_text.ts";
import { copyGoodRows } from "./_good_rows.ts";
import { JsonWriter } from "./_json_writer.ts";
import { LookAhead } from "./_look_ahead.ts";
import type { RenameColumn } from "./_plan_header.ts";
import type { PrivateValues } from "./_private_columns.ts";
import { type InspectRow, RowWriter } from "./_row_writer.ts";
import { reportLineEnds, reportMark } from "./_text_guard.ts";
import { TextOffsets } from "./_text_offsets.ts";
import { attempt } from "../io/mod.ts";
import { parseDotPath } from "../grammar/mod.ts";
import { CsvScanner } from "./csv_scanner.ts";
import { byteDialect, type Dialect, sheetDialect } from "./dialect.ts";
import type { FileEntry } from "./file_entry.ts";
import { type CountedFinding, FindingReport, type FindingReportOptions } from "./findings.ts";
import { GzipFile, type SyncFile } from "./gzip_file.ts";
import { JsonScanner } from "./json_scanner.ts";
import { fileFormat } from "./record_format.ts";
import { isArchive, listArchive } from "./zip_archive.ts";

/** Options of {@linkcode validateFile}. */
export interface ValidateFileOptions extends FindingReportOptions, ReadFileOptions {
  /**
   * Names of the columns in the order in which they are written; the file is put in order by name. Of JSON, the keys that
   * each record must have. @default those of its header
   */
  readonly columns?: readonly string[] | undefined;
  /** Names the columns of a header before they are compared with `columns`. @default as they are; JSON keys always are */
  readonly rename?: RenameColumn | undefined;
  /** Largest size of the file, as it stands there and decompressed, in bytes. @default no limit */
  readonly maxSize?: number | undefined;
  /** Smallest size of the file as it stands there, in bytes. @default 0 */
  readonly minSize?: number | undefined;
  /** Looks at each good row or record, and says why it is rejected all the same. @default none is */
  readonly inspect?: InspectRow | undefined;
  /** What may not be kept of its rows or records. @default {all may} */
  readonly privacy?: PrivateValues | undefined;
  /** How the file is written. @default by its name, with double quotes, in UTF-8 */
  readonly dialect?: Dialect | undefined;
  /** Takes each JSON record that is written; its bytes are valid only during the call. @default () => {} */
  readonly onRecord?: (value: unknown, bytes: Uint8Array) => void;
}

/** Options of {@linkcode prepareFile}. */
export interface PrepareFileOptions extends ValidateFileOptions {
  /** Compression level of the result. @default 4 */
  readonly level?: number;
  /** Flushes the complete result to the device before it is closed, or keeps it. @default () => {} */
  readonly sync?: SyncFile;
}

/** What {@linkcode validateFile} found; always `rowsRead` = `rowsWritten` + `rejected`. */
export interface ValidateFileResult {
  /** Rows behind the header; of a row whose quotes are wrong each line counts, empty lines do not. */
  readonly rowsRead: number;
  /** Rows that are written, or would be. */
  readonly rowsWritten: number;
  /** Rows rejected. */
  readonly rejected: number;
  /** Empty lines that were left out. */
  readonly blankLines: number;
  /** Names in the header; of JSON the keys of its records. */
  readonly columns: readonly string[];
  /** What the file's header calls each of them; `undefined` for one that it lacks, and empty without a header. */
  readonly columnsFrom: readonly (string | undefined)[];
  /** Size of the file as it came. */
  readonly bytesIn: number;
  /** Whether Spark needs `multiLine=true`: a written row holds line ends inside quotes. */
  readonly multiline: boolean;
  /** How many written rows do. */
  readonly multilineRows: number;
  /** Rows at the end that the dialect's `footer` left out. */
  readonly footerRows: number;
  /** What was found, each code once with its first place. */
  readonly findings: readonly CountedFinding[];
}

/** What {@linkcode prepareFile} did. */
export interface PrepareFileResult extends ValidateFileResult {
  /** Size of the result. */
  readonly bytesOut: number;
  /** Its size before compression. */
  readonly contentBytes: number;
  /** Lower-case hex sha256 of the result. */
  readonly sha256: string;
}

/**
 * Validates one file of rows or JSON records and writes it as gzip CSV, or gzip JSON lines, that Spark reads as meant.
 *
 * The result has UTF-8 without a byte order mark, LF line ends, one header and the same number of fields in each row; values
 * stay as they were sent. Spark needs `header=true` and `escape="` for it (its default escape is a backslash), and
 * `multiLine=true` where the result says so. JSON records stay what they are, each on one line. The same file gives the
 * same bytes.
 *
 * @param entry The file as {@linkcode inventory} listed it: `.csv`, `.tsv`, `.tab`, `.json`, `.jsonl` or `.ndjson`, also with
 * `.gz` or `.zst`.
 * @param targetPath Where the result goes; removed again if the file is refused.
 * @throws {DataError} If the file as a whole is rejected, with the code of the finding; `file-changed` if it is not, or
 * does not stay, the file that was listed.
 * @throws {StorageError} If reading or writing fails.
 */
export async function prepareFile(
  entry: FileEntry,
  targetPath: string,
  options: PrepareFileOptions,
): Promise<PrepareFileResult> {
  const { level, sync } = options;
  const file = openRows(entry, options);
  await using target = new GzipFile(targetPath, level === undefined ? {} : { level });
  try {
    const result = await readRows(file, options, (rows) => target.write(rows));
    const { bytes, sha256 } = await target.finish(sync);
    return { ...result, bytesOut: bytes, contentBytes: target.bytesIn, sha256 };
  } catch (error) {
    await target[Symbol.asyncDispose]();
    // The first error is the one that counts.
    await Deno.remove(targetPath).catch(() => {});
    throw error;
  }
}

/**
 * Validates one file as {@linkcode prepareFile} does, and writes nothing.
 *
 * @throws {DataError} If the file as a whole is rejected, as in {@linkcode prepareFile}.
 * @throws {StorageError} If reading fails.
 */
export async function validateFile(
  entry: FileEntry,
  options: ValidateFileOptions,
): Promise<ValidateFileResult> {
  return await readRows(openRows(entry, options), options, () => Promise.resolve());
}

function openRows(entry: FileEntry, options: ValidateFileOptions): OpenText {
  const report = new FindingReport(entry.path, options);
  const format = fileFormat(entry.path);
  // Tells what is wrong with it: otherwise its files were listed in its place.
  if (isArchive(entry.path)) attempt("read", entry.absolutePath, () => listArchive(entry));
  if (format === undefined) {
    const wanted = ".csv, .tsv, .tab, .json, .jsonl or .ndjson, with or without .gz or .zst";
    return report.file("file-type", `its name must end with ${wanted}`);
  }
  checkSize(entry, options, report);
  const { compression, json, delimiter = 0 } = format;
  const { dialect = {} } = options;
  const how = entry.packed?.sheet === undefined ? dialect : sheetDialect(dialect);
  const { encoding = "utf-8" } = how;
  const offsets = encoding === "utf-8" ? undefined : new TextOffsets(encoding);
  return { entry, report, compression, json, offsets, dialect: byteDialect(how, delimiter) };
}

/** Passes the good rows on, in the form that Spark reads. */
async function readRows(
  file: OpenText,
  options: ValidateFileOptions,
  write: (rows: Uint8Array) => Promise<void>,
): Promise<ValidateFileResult> {
  if (file.json !== undefined) return await readJson(file, options, write);
  const copied = await copyGoodRows(file, options, write);
  if (copied !== undefined) return { ...copied, findings: file.report.findings };
  const { entry, report, dialect } = file;
  const { columns, rename, inspect, privacy } = options;
  const writer = new RowWriter({ report, dialect, columns, rename, inspect, privacy });
  const scanner = writer.scanner = new CsvScanner(writer, {
    ...dialect,
    strict: dialect.strict && report.verdictOn("row-quote") !== "accept",
    skipLines: dialect.header === "none" ? 0 : dialect.header - 1,
  });
  await using ahead = new LookAhead(() => textAgain(file, options), dialect);
  // Its first row says no more than the others.
  if (dialect.header === "none") scanner.expectedFields = columns?.length ?? 0;
  for await (const chunk of textOf(file, options)) {
    scanner.push(chunk);
    await ahead.settle(scanner);
    file.offsets?.keep(scanner.rowOffset, dialect.maxRowBytes + 2);
    await write(writer.take());
  }
  scanner.finish();
  writer.finish();
  await write(writer.take());
  reportLineEnds(report, scanner);
  const rowsRead = writer.written + writer.rejected;
  if (rowsRead === 0 && entry.size > 0) {
    report.find("file-empty", withoutRows(dialect.header, writer.columns));
  }
  return {
    ...{ rowsRead, rowsWritten: writer.written, rejected: writer.rejected },
    blankLines: writer.blankLines,
    columns: writer.columns ?? [],
    columnsFrom: writer.columnsFrom,
    bytesIn: entry.size,
    multiline: writer.multilineRows > 0,
    multilineRows: writer.multilineRows,
    footerRows: writer.footerRows,
    findings: report.findings,
  };
}

/** Passes the good records on, each on a line of its own. */
async function readJson(
  file: OpenText,
  options: ValidateFileOptions,
  write: (records: Uint8Array) => Promise<void>,
): Promise<ValidateFileResult> {
  const { entry, report } = file;
  const { columns: keys, dialect = {}, inspect, privacy, onRecord = () => {} } = options;
  const writer = new JsonWriter({ report, keys, inspect, privacy, onRecord });
  const scanner = new JsonScanner(writer, {
    lines: file.json === "lines",
    path: dialect.records === undefined ? [] : parseDotPath(dialect.records),
    maxRowBytes: dialect.maxRowBytes,
  });
  for await (const chunk of textOf(file, options)) {
    scanner.push(chunk);
    file.offsets?.keep(scanner.rowOffset, 0);
    await write(writer.take());
  }
  scanner.finish();
  await write(writer.take());
  if (scanner.hasMark) reportMark(report);
  const { written, rejected, blankLines, columns } = writer;
  if (written + rejected === 0 && entry.size > 0) report.find("file-empty", "it has no records");
  return {
    ...{ rowsRead: written + rejected, rowsWritten: written, rejected, blankLines, columns },
    columnsFrom: [],
    ...{ bytesIn: entry.size, multiline: false, multilineRows: 0, footerRows: 0 },
    findings: report.findings,
  };
}

function checkSize(
  { size }: FileEntry,
  { minSize = 0, maxSize = Infinity }: ValidateFileOptions,
  report: FindingReport,
): void {
  if (size === 0) report.find("file-empty", "it is empty");
  if (size < minSize) {
    report.file("file-too-small", `it has ${size} bytes, expected at least ${minSize}`);
  }
  if (size <= maxSize) return;
  report.file("file-too-large", `it has ${size} bytes, expected at most ${maxSize}`);
}

/** Says what a file is that has bytes and no rows. */
function withoutRows(header: number | "none", columns: readonly string[] | undefined): string {
  const missing = columns ? "a header and no rows" : `no header in line ${header} or below`;
  return `it has ${header === "none" ? "no rows" : missing}`;
}
