/**
 * Files as atomic units: found, identified, validated, standardized, compressed and laid out for Spark.
 *
 * Nothing here looks at what a row means. What reads or writes content does so in bytes, piece by piece, so that
 * memory stays flat whatever the size.
 *
 * @module
 */
export { isAnnouncer } from "./announcement.ts";
export { rawChunks, type ReadFileOptions } from "./_file_chunks.ts";
export { boundedName, type BoundedNameOptions } from "./bounded_name.ts";
export {
  type CompressedFile,
  compressFile,
  type CompressFileOptions,
  decompressedName,
  decompressFile,
} from "./compress_file.ts";
export { CsvScanner, type CsvScannerOptions } from "./csv_scanner.ts";
export { AppendFile, Disk, type DiskOptions, type DiskStep, type OpenFile } from "./durable.ts";
export {
  type FileEntry,
  fileEntry,
  type FileState,
  type PackedFile,
  stillSame,
} from "./file_entry.ts";
export { type Dialect, ENCODINGS } from "./dialect.ts";
export { refuseBinary } from "./refuse_binary.ts";
export { FILE_KINDS, type FileKind, kindByBytes, kindByName } from "./file_kind.ts";
export { FileMemory, type FileMemoryOptions } from "./file_memory.ts";
export type { FilePart } from "./file_part.ts";
export {
  type CountedFinding,
  type FilePlace,
  type Finding,
  type FindingCode,
  FindingReport,
  type FindingReportOptions,
  type FindingVerdicts,
  rejectedFile,
  type RejectedFileOptions,
  type RowReject,
} from "./findings.ts";
export { decompressed, type DecompressedOptions, startsCompressed } from "./decompressed.ts";
export { gunzip, type GunzipOptions } from "./gunzip.ts";
export { GzipFile, type GzipFileOptions, type GzipFileResult, type SyncFile } from "./gzip_file.ts";
export { inspectFile, type Inspection } from "./inspect_file.ts";
export type { ProposedDialect } from "./_fit_dialect.ts";
export {
  type FileHash,
  hashEntry,
  type HashEntryOptions,
  hashFile,
  type HashFileOptions,
} from "./hash_file.ts";
export {
  type ContentDecision,
  decideContent,
  type DecideContentOptions,
  decideFile,
  type DecideFileOptions,
  type FileContent,
  type FileDecision,
  type WaitingReason,
} from "./intake.ts";
export type { KnownFile, KnownFiles } from "./known_file.ts";
export { inventory, type InventoryOptions, type InventoryProblem } from "./inventory.ts";
export { JsonScanner, type JsonScannerOptions } from "./json_scanner.ts";
export { type LaidOutFile, layOutFiles, type PlacedFile, placeInTable } from "./lay_out_files.ts";
export { type LineChunk, lineChunks } from "./line_chunks.ts";
export {
  type MergedInput,
  type MergedPart,
  mergeFiles,
  type MergeFilesOptions,
  mergeToSize,
  type MergeToSizeOptions,
} from "./merge_files.ts";
export { parsePartitionPath, partitionPath, type PartitionValue } from "./partition_path.ts";
export {
  predictSparkTasks,
  type SparkFile,
  type SparkPlan,
  type SparkPlanOptions,
} from "./predict_spark_tasks.ts";
export {
  prepareFile,
  type PrepareFileOptions,
  type PrepareFileResult,
  validateFile,
  type ValidateFileOptions,
  type ValidateFileResult,
} from "./prepare_file.ts";
export { type BytePlace, placeOfByte } from "./place_of_byte.ts";
export {
  type Compression,
  type FileFormat,
  fileFormat,
  preparedExtension,
  recordFormat,
} from "./record_format.ts";
export type { JsonSink, LineLead, RowSink, RowView } from "./row_sink.ts";
export type { RenameColumn } from "./_plan_header.ts";
export type { PrivateValues } from "./_private_columns.ts";
export type { InspectRow } from "./_row_writer.ts";
export { encodeReject } from "./reject_line.ts";
export { snakeCase } from "./snake_case.ts";
export { splitFile, type SplitFileOptions } from "./split_file.ts";
export { standardName } from "./standard_name.ts";
export { type NamedFile, NameTemplate } from "./name_template.ts";
export { type BadByte, Utf8Guard } from "./utf8_guard.ts";
export type { Sheet } from "./_workbook.ts";
export { isArchive, listArchive, refuseFault } from "./zip_archive.ts";
