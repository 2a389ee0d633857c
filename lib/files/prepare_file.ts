import { contentOf, type ReadFileOptions } from "./_file_chunks.ts";
import { RowWriter } from "./_row_writer.ts";
import { TextGuard } from "./_text_guard.ts";
import { CsvScanner } from "./csv_scanner.ts";
import type { FileEntry } from "./file_entry.ts";
import { FindingReport, type FindingReportOptions } from "./findings.ts";
import { GzipFile } from "./gzip_file.ts";

/** Options of {@linkcode validateFile}. */
export interface ValidateFileOptions extends FindingReportOptions, ReadFileOptions {
  /** Header that the file must have, in this order. @default any */
  readonly columns?: readonly string[] | undefined;
  /** Largest size of the file as it stands there, in bytes. @default no limit */
  readonly maxSize?: number | undefined;
  /** Longest row in bytes. @default 1 MiB */
  readonly maxRowBytes?: number;
}

/** Options of {@linkcode prepareFile}. */
export interface PrepareFileOptions extends ValidateFileOptions {
  /** Compression level of the result. @default 4 */
  readonly level?: number;
  /** Flushes the complete result to the device before it is closed. @default () => {} */
  readonly sync?: (file: Deno.FsFile) => void;
}

/** What {@linkcode validateFile} found; always `rowsRead` = `rowsWritten` + `rejected`. */
export interface ValidateFileResult {
  /** Rows behind the header; a refused span counts once a line, empty lines do not count. */
  readonly rowsRead: number;
  /** Rows that are written, or would be. */
  readonly rowsWritten: number;
  /** Rows rejected. */
  readonly rejected: number;
  /** Empty lines that were left out. */
  readonly blankLines: number;
  /** Names in the header. */
  readonly columns: readonly string[];
  /** Size of the file as it came. */
  readonly bytesIn: number;
  /** Whether Spark needs `multiLine=true`: a written row holds line ends inside quotes. */
  readonly multiline: boolean;
  /** How many written rows do. */
  readonly multilineRows: number;
}

/** What {@linkcode prepareFile} did. */
export interface PrepareFileResult extends ValidateFileResult {
  /** Size of the result. */
  readonly bytesOut: number;
  /** Lower-case hex sha256 of the result. */
  readonly sha256: string;
}

const FORMAT = /\.(csv|tsv|tab)(\.gz)?$/i;

/**
 * Validates one delimited file and writes it as gzip CSV that Spark reads as meant.
 *
 * The result has UTF-8 without a byte order mark, LF line ends, one header and the same number of fields in each row; values
 * stay as they were sent. Spark needs `header=true` and `escape="` for it (its default escape is a backslash), and
 * `multiLine=true` where the result says so. The same file gives the same bytes.
 *
 * @param entry The file as {@linkcode inventory} listed it: `.csv`, `.tsv` or `.tab`, also with `.gz`.
 * @param targetPath Where the result goes; removed again if the file is refused.
 * @throws {DataError} If the file as a whole is refused: `file-type`, `file-empty`, `file-too-large`, `file-encoding`,
 * `file-nul`, `file-header`, `file-corrupt`, `file-changed`.
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
    return { ...result, bytesOut: bytes, sha256 };
  } catch (error) {
    await target[Symbol.asyncDispose]();
    // The first error is the one that counts.
    await Deno.remove(targetPath).catch(() => {});
    throw error;
  }
}

/**
 * Validates one delimited file as {@linkcode prepareFile} does, and writes nothing.
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

/** A file whose name and size are good. */
interface OpenRows {
  readonly entry: FileEntry;
  readonly report: FindingReport;
  readonly delimiter: number;
  readonly gzip: boolean;
}

function openRows(entry: FileEntry, options: ValidateFileOptions): OpenRows {
  const report = new FindingReport(entry.path, options);
  const format = formatOf(entry, report);
  checkSize(entry, options.maxSize, report);
  return { entry, report, ...format };
}

/** Passes the good rows on, in the form that Spark reads. */
async function readRows(
  { entry, report, delimiter, gzip }: OpenRows,
  options: ValidateFileOptions,
  write: (rows: Uint8Array) => Promise<void>,
): Promise<ValidateFileResult> {
  const { columns, maxRowBytes } = options;
  const writer = new RowWriter({ report, delimiter, columns });
  const guard = new TextGuard(report);
  const limits = maxRowBytes === undefined ? {} : { maxRowBytes };
  const scanner = writer.scanner = new CsvScanner(writer, { delimiter, ...limits });
  for await (const chunk of contentOf(entry, { ...options, gzip })) {
    guard.check(chunk);
    scanner.push(chunk);
    await write(writer.take());
  }
  guard.finish();
  scanner.finish();
  await write(writer.take());
  if (writer.written + writer.rejected === 0) reportEmpty(report, writer.columns);
  return {
    rowsRead: writer.written + writer.rejected,
    rowsWritten: writer.written,
    rejected: writer.rejected,
    blankLines: writer.blankLines,
    columns: writer.columns ?? [],
    bytesIn: entry.size,
    multiline: writer.multilineRows > 0,
    multilineRows: writer.multilineRows,
  };
}

function formatOf(
  entry: FileEntry,
  report: FindingReport,
): { readonly delimiter: number; readonly gzip: boolean } {
  const match = FORMAT.exec(entry.path);
  if (match === null) {
    report.file("file-type", "its name must end with .csv, .tsv or .tab, with or without .gz");
  }
  return {
    delimiter: match[1]?.toLowerCase() === "csv" ? 0x2c : 0x09,
    gzip: match[2] !== undefined,
  };
}

function checkSize(entry: FileEntry, maxSize: number | undefined, report: FindingReport): void {
  if (entry.size === 0) reportEmpty(report, undefined);
  if (maxSize === undefined || entry.size <= maxSize) return;
  report.file("file-too-large", `it has ${entry.size} bytes, expected at most ${maxSize}`);
}

function reportEmpty(report: FindingReport, columns: readonly string[] | undefined): void {
  report.file(
    "file-empty",
    columns === undefined ? "it is empty" : "it has a header and no rows",
  );
}
