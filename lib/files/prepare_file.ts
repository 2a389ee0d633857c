import { fileChunks } from "./_file_chunks.ts";
import { RowWriter } from "./_row_writer.ts";
import { TextGuard } from "./_text_guard.ts";
import { CsvScanner } from "./csv_scanner.ts";
import type { FileEntry } from "./file_entry.ts";
import { FindingReport, type FindingReportOptions } from "./findings.ts";
import { gunzip } from "./gunzip.ts";
import { GzipFile } from "./gzip_file.ts";

/** Options of {@linkcode prepareFile}. */
export interface PrepareFileOptions extends FindingReportOptions {
  /** Header that the file must have, in this order. @default any */
  readonly columns?: readonly string[] | undefined;
  /** Largest size of the file as it stands there, in bytes. @default no limit */
  readonly maxSize?: number | undefined;
  /** Longest row in bytes. @default 1 MiB */
  readonly maxRowBytes?: number;
  /** Compression level of the result. @default 4 */
  readonly level?: number;
  /** Flushes the complete result to the device before it is closed. @default () => {} */
  readonly sync?: (file: Deno.FsFile) => void;
  /** Stops the work between two reads. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** What {@linkcode prepareFile} did; always `rowsRead` = `rowsWritten` + `rejected`. */
export interface PrepareFileResult {
  /** Rows behind the header; a refused span counts once a line, empty lines do not count. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rejected: number;
  /** Empty lines that were left out. */
  readonly blankLines: number;
  /** Names in the header. */
  readonly columns: readonly string[];
  /** Size of the file as it came. */
  readonly bytesIn: number;
  /** Size of the result. */
  readonly bytesOut: number;
  /** Lower-case hex sha256 of the result. */
  readonly sha256: string;
  /** Whether Spark needs `multiLine=true`: a written row holds line ends inside quotes. */
  readonly multiline: boolean;
  /** How many written rows do. */
  readonly multilineRows: number;
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
  const { columns, maxRowBytes, level, sync } = options;
  const report = new FindingReport(entry.path, options);
  const { delimiter, gzip } = formatOf(entry, report);
  checkSize(entry, options.maxSize, report);
  const writer = new RowWriter({ report, delimiter, columns });
  await using target = new GzipFile(targetPath, level === undefined ? {} : { level });
  try {
    const raw = fileChunks(entry, options.signal);
    const chunks = gzip ? gunzip(raw, { source: entry.path }) : raw;
    const limits = maxRowBytes === undefined ? {} : { maxRowBytes };
    await copyRows(chunks, { report, writer, target, delimiter, ...limits });
    if (writer.written + writer.rejected === 0) reportEmpty(report, writer.columns);
    const { bytes, sha256 } = await target.finish(sync);
    return {
      rowsRead: writer.written + writer.rejected,
      rowsWritten: writer.written,
      rejected: writer.rejected,
      blankLines: writer.blankLines,
      columns: writer.columns ?? [],
      bytesIn: entry.size,
      bytesOut: bytes,
      sha256,
      multiline: writer.multilineRows > 0,
      multilineRows: writer.multilineRows,
    };
  } catch (error) {
    await target[Symbol.asyncDispose]();
    // The first error is the one that counts.
    await Deno.remove(targetPath).catch(() => {});
    throw error;
  }
}

async function copyRows(
  chunks: AsyncIterable<Uint8Array>,
  to: {
    readonly report: FindingReport;
    readonly writer: RowWriter;
    readonly target: GzipFile;
    readonly delimiter: number;
    readonly maxRowBytes?: number;
  },
): Promise<void> {
  const { report, writer, target, ...options } = to;
  const guard = new TextGuard(report);
  const scanner = writer.scanner = new CsvScanner(writer, options);
  for await (const chunk of chunks) {
    guard.check(chunk);
    scanner.push(chunk);
    await target.write(writer.take());
  }
  guard.finish();
  scanner.finish();
  await target.write(writer.take());
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
  report.file("file-empty", columns === undefined ? "it is empty" : "it has a header and no rows");
}
