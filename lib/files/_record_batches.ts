import { DataError, type Reject } from "../errors/mod.ts";
import { ByteBuffer } from "./_byte_buffer.ts";
import { contentOf, type ReadFileOptions } from "./_file_chunks.ts";
import { CsvScanner } from "./csv_scanner.ts";
import type { FileEntry } from "./file_entry.ts";
import { recordFormat } from "./record_format.ts";
import type { RowSink, RowView } from "./row_sink.ts";

const LF = 0x0a;

/** Whole records of a file. */
export interface RecordBatch {
  /** Their bytes as they came, each with its line end; valid only until the next batch is asked for. */
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: readonly number[];
}

/**
 * Reads a file record by record; a quoted field may hold line ends. A byte order mark and empty lines are left out. The
 * last record gets a line end, where it has none, if `closeLast` says that others follow.
 *
 * @throws {DataError} `row-quote` or `row-too-long` where it cannot be told where a record ends; `file-corrupt`, `file-changed`.
 */
export async function* recordBatches(
  entry: FileEntry,
  options: ReadFileOptions & { readonly verb: string; readonly closeLast?: boolean },
): AsyncGenerator<RecordBatch> {
  const { delimiter, gzip } = recordFormat(entry.path, options.verb);
  const chunks = contentOf(entry, { ...options, gzip });
  const sink = new RecordSink(entry.path, options);
  const scanner = delimiter === undefined
    ? new LineScanner(sink)
    : new CsvScanner(sink, { delimiter });
  for await (const chunk of chunks) {
    scanner.push(chunk);
    if (sink.filled) yield sink.take();
  }
  scanner.finish();
  if (sink.filled) yield sink.take();
}

class RecordSink implements RowSink {
  readonly #path: string;
  readonly #verb: string;
  readonly #closeLast: boolean;
  readonly #out = new ByteBuffer();
  #ends: number[] = [];
  #length = 0;

  constructor(path: string, options: { readonly verb: string; readonly closeLast?: boolean }) {
    this.#path = path;
    this.#verb = options.verb;
    this.#closeLast = options.closeLast ?? false;
  }

  get filled(): boolean {
    return this.#ends.length > 0;
  }

  row(row: Pick<RowView, "bytes" | "start" | "end" | "next">): void {
    this.#out.append(row.bytes, row.start, row.next);
    this.#length += row.next - row.start;
    if (row.next === row.end && this.#closeLast) {
      this.#out.push(LF);
      this.#length++;
    }
    this.#ends.push(this.#length);
  }

  reject({ code, message, place }: Reject): void {
    throw new DataError(
      code,
      `Cannot ${this.#verb} "${this.#path}": line ${place.line}, ${message}; standardize it first`,
      { context: { path: this.#path, line: place.line } },
    );
  }

  blank(): void {}

  take(): RecordBatch {
    const batch = { bytes: this.#out.take(), ends: this.#ends };
    this.#ends = [];
    this.#length = 0;
    return batch;
  }
}

/** Finds lines in pieces that are cut anywhere. */
class LineScanner {
  readonly #sink: RecordSink;
  #rest = new Uint8Array(0);
  #begun = false;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    let start = this.#begun ? 0 : markLength(bytes);
    this.#begun = true;
    for (let at = bytes.indexOf(LF, start); at >= 0; at = bytes.indexOf(LF, start)) {
      this.#line(bytes, { start, end: at, next: at + 1 });
      start = at + 1;
    }
    this.#rest = bytes.slice(start);
  }

  finish(): void {
    const end = this.#rest.length;
    if (end > 0) this.#line(this.#rest, { start: 0, end, next: end });
  }

  #line(bytes: Uint8Array<ArrayBuffer>, at: { start: number; end: number; next: number }): void {
    const blank = at.end === at.start || (at.end === at.start + 1 && bytes[at.start] === 0x0d);
    if (!blank) this.#sink.row({ bytes, ...at });
  }
}

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
