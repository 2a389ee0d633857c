import { join } from "node:path";
import { DataError } from "../errors/mod.ts";
import type { ReadFileOptions } from "./_file_chunks.ts";
import { HashThread } from "./_hash_thread.ts";
import { PartFile, type PartFileOptions } from "./_part_file.ts";
import { type RecordBatch, recordBatches } from "./_record_batches.ts";
import type { FilePart } from "./file_part.ts";
import type { FileEntry } from "./file_entry.ts";
import { recordFormat } from "./record_format.ts";

/** What makes up for the start of a thread. */
const LARGE_BYTES = 1 << 26;
/** What makes up for two messages to it. */
const LARGE_PART_BYTES = 1 << 20;
/** Parts whose hash is not known yet while others are written. */
const MOST_PENDING = 4;

/** Options of {@linkcode splitFile}. */
export interface SplitFileOptions extends ReadFileOptions {
  /** Most bytes of a part before compression, its header included; one longer record stands alone. @default 128 MiB */
  readonly targetBytes?: number;
  /** Most records of a part. @default no limit */
  readonly targetRows?: number | undefined;
  /** Whether parts are compressed; a plain one Spark can split further by itself. @default true */
  readonly gzip?: boolean;
  /** Compression level. @default 4 */
  readonly level?: number;
}

/**
 * Splits a file of delimited rows or JSON lines into parts of about one size, so that Spark reads them side by side.
 *
 * Cuts fall between records, never inside a quoted field; a header is repeated in each part; records stay what they are,
 * byte for byte. The same file and target give the same parts. Memory stays flat.
 *
 * @param entry The file as `inventory()` lists it: `.csv`, `.tsv`, `.tab`, `.jsonl`, `.ndjson`, also with `.gz` or `.zst`.
 * @param folder Where the parts go; it exists, and should be empty.
 * @returns The parts in the order of the records; one with the header if there are none.
 * @throws {RangeError} If a target is below 1.
 * @throws {DataError} `file-type`, `file-kind`, `file-encoding`, `file-empty`, `row-quote`, `row-too-long`, `file-corrupt`, `file-changed`.
 * @throws {StorageError} If reading or writing fails.
 */
export async function splitFile(
  entry: FileEntry,
  folder: string,
  options: SplitFileOptions = {},
): Promise<FilePart[]> {
  const { targetBytes = 128 * 1024 * 1024, gzip = true, level = 4 } = options;
  const { targetRows = Infinity } = options;
  if (!(targetBytes >= 1)) {
    throw new RangeError(`Cannot split: targetBytes is ${targetBytes}, expected 1 or more`);
  }
  if (!(targetRows >= 1)) {
    throw new RangeError(`Cannot split: targetRows is ${targetRows}, expected 1 or more`);
  }
  const { delimiter, extension } = recordFormat(entry.path, "split");
  // Next to the compression of a part its hash takes no time.
  const isLarge = !gzip && entry.size >= LARGE_BYTES && targetBytes >= LARGE_PART_BYTES;
  using hashThread = isLarge ? HashThread.start(folder) : undefined;
  await using series = new PartSeries({
    pathOf: (number) =>
      join(folder, `part-${String(number).padStart(5, "0")}${extension}${gzip ? ".gz" : ""}`),
    hasHeader: delimiter !== undefined,
    targetBytes,
    targetRows,
    ...{ gzip, level, hashThread },
  });
  for await (const batch of recordBatches(entry, { ...options, verb: "split" })) {
    await series.add(batch);
  }
  const parts = await series.finish();
  if (parts.length > 0) return parts;
  throw new DataError("file-empty", `Cannot split "${entry.path}": it has no rows`, {
    context: { path: entry.path },
  });
}

interface SeriesOptions extends PartFileOptions {
  readonly pathOf: (number: number) => string;
  readonly hasHeader: boolean;
  readonly targetBytes: number;
  readonly targetRows: number;
}

/** Writes records into one part after another. */
class PartSeries implements AsyncDisposable {
  readonly #options: SeriesOptions;
  readonly #parts: Promise<FilePart>[] = [];
  #header: Uint8Array | undefined;
  #part: PartFile | undefined;

  constructor(options: SeriesOptions) {
    this.#options = options;
    if (!options.hasHeader) this.#header = new Uint8Array(0);
  }

  async add(batch: RecordBatch): Promise<void> {
    const { bytes, rows } = batch;
    if (this.#part !== undefined && this.#fits(this.#part, bytes.length, rows)) {
      return await this.#part.write(bytes, rows);
    }
    const { ends } = batch;
    let at = 0;
    let start = 0;
    if (this.#header === undefined) {
      start = ends[at++] ?? 0;
      this.#header = bytes.slice(0, start);
    }
    while (at < ends.length) {
      const part = await this.#openPart((ends[at] ?? start) - start, this.#header);
      const room = this.#options.targetBytes - part.contentBytes;
      // The first record always goes in: a part of its own is the most that it can get.
      let next = at + 1;
      const last = Math.min(ends.length, at + this.#options.targetRows - part.rows);
      while (next < last && (ends[next] ?? 0) - start <= room) next++;
      const end = ends[next - 1] ?? start;
      await part.write(bytes.subarray(start, end), next - at);
      start = end;
      at = next;
    }
  }

  async finish(): Promise<FilePart[]> {
    // A file that has a header and no rows is one all the same.
    const isEmpty = this.#parts.length === 0 && this.#part === undefined;
    if (isEmpty && this.#header !== undefined && this.#header.length > 0) {
      await this.#openPart(0, this.#header);
    }
    await this.#closePart();
    return await Promise.all(this.#parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#part?.[Symbol.asyncDispose]();
  }

  /** Returns the part that a record of this length goes into. */
  async #openPart(length: number, header: Uint8Array): Promise<PartFile> {
    const { pathOf } = this.#options;
    if (this.#part !== undefined && !this.#fits(this.#part, length, 1)) await this.#closePart();
    if (this.#part !== undefined) return this.#part;
    this.#part = new PartFile(pathOf(this.#parts.length), this.#options);
    await this.#part.write(header, 0);
    return this.#part;
  }

  #fits({ contentBytes, rows }: PartFile, moreBytes: number, moreRows: number): boolean {
    const { targetBytes, targetRows } = this.#options;
    return contentBytes + moreBytes <= targetBytes && rows + moreRows <= targetRows;
  }

  async #closePart(): Promise<void> {
    if (this.#part === undefined) return;
    const finished = this.#part.finish();
    this.#part = undefined;
    // Its failure is seen at the end, if not here.
    finished.catch(() => {});
    this.#parts.push(finished);
    // Many small parts must not wait for the thread all at once.
    await (this.#options.hashThread === undefined ? finished : this.#parts.at(-MOST_PENDING));
  }
}
