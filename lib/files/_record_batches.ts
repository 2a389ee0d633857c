import { ByteBuffer } from "./_byte_buffer.ts";
import { countLines } from "./count_lines.ts";
import { contentOf, type ContentOptions } from "./_file_chunks.ts";
import type { FileEntry } from "./file_entry.ts";
import { checkKind } from "./file_kind.ts";
import { FindingReport } from "./findings.ts";
import { recordFormat } from "./record_format.ts";
import { MOST_LOOK_BYTES } from "./look_at_rows.ts";
import { rowBatches } from "./_row_batches.ts";

const LF = 0x0a;
/** Lines are only counted, so that pieces are as large as they are read. */
const LINE_BYTES = 1 << 20;

/** Whole records of a file. */
export interface RecordBatch {
  /** Their bytes as they came, each with its line end; valid only until the next batch is asked for. */
  readonly bytes: Uint8Array;
  /** Number of records. */
  readonly rows: number;
  /** Where each of them ends; found when it is asked for, if that takes time. */
  readonly ends: readonly number[];
}

/**
 * Reads a file record by record; a quoted field may hold line ends. A byte order mark and empty lines are left out. The
 * last record gets a line end, where it has none, if `closeLast` says that others follow.
 *
 * @throws {DataError} `file-kind` or `file-encoding` if it begins as no text does; `row-quote` or `row-too-long` where it cannot be told where a record ends; `row-columns` if
 * `isEven` asks that each has the fields of the first; `file-corrupt`, `file-changed`.
 */
export async function* recordBatches(
  entry: FileEntry,
  options: Omit<ContentOptions, "compression"> & {
    readonly verb: string;
    readonly closeLast?: boolean;
    readonly isEven?: boolean;
  },
): AsyncGenerator<RecordBatch> {
  const { delimiter, compression } = recordFormat(entry.path, options.verb);
  // A piece and what was left of the one before must fit in one look.
  const turnBytes = delimiter === undefined ? LINE_BYTES : MOST_LOOK_BYTES / 2;
  const content = contentOf(entry, { ...options, compression, turnBytes });
  const { verb, signal } = options;
  const again = () => contentOf(entry, { compression, signal });
  const chunks = textOf(content, new FindingReport(entry.path, { verb, onReject: () => {} }));
  if (delimiter === undefined) return yield* lineBatches(chunks, options.closeLast ?? false);
  yield* rowBatches(chunks, delimiter, { ...options, path: entry.path, again });
}

/** Lets pass what may be text by its first bytes; line ends in anything else, UTF-16 included, end no record. */
async function* textOf(
  chunks: AsyncIterable<Uint8Array>,
  report: FindingReport,
): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) {
      checkKind(report, chunk);
      const isUtf16 = /^(?:fffe|feff|00|..00)/.test(chunk.subarray(0, 2).toHex());
      if (isUtf16) report.file("file-encoding", "it begins as UTF-16 does; standardize it first");
    }
    isFirst = false;
    yield chunk;
  }
}

/** Finds lines in pieces that are cut anywhere, in time linear in their length; they are not copied. */
async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  closeLast: boolean,
): AsyncGenerator<RecordBatch> {
  const rest = new ByteBuffer();
  let isFirst = true;
  for await (const chunk of chunks) {
    let start = isFirst ? markLength(chunk) : 0;
    isFirst = false;
    if (!rest.isEmpty) {
      const end = chunk.indexOf(LF) + 1;
      rest.append(chunk, 0, end > 0 ? end : chunk.length);
      if (end === 0) continue;
      yield* linesOf(rest.take());
      start = end;
    }
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > start) yield* linesOf(chunk.subarray(start, end));
    rest.append(chunk, Math.max(start, end), chunk.length);
  }
  if (rest.isEmpty) return;
  if (closeLast) rest.push(LF);
  yield* linesOf(rest.take());
}

/** Whole lines none of which is empty. */
class LineBatch implements RecordBatch {
  readonly bytes: Uint8Array;
  readonly rows: number;

  constructor(bytes: Uint8Array, rows: number) {
    this.bytes = bytes;
    this.rows = rows;
  }

  get ends(): number[] {
    return [...batchesOf(this.bytes)].flatMap(({ ends }) => ends);
  }
}

/** Passes whole lines on, without the empty ones. */
function* linesOf(bytes: Uint8Array): Generator<RecordBatch> {
  const rows = countLines(bytes);
  if (rows === undefined) yield* batchesOf(bytes);
  else if (rows > 0) yield new LineBatch(bytes, rows);
}

/** Looks at each line. */
function* batchesOf(bytes: Uint8Array): Generator<RecordBatch> {
  let ends: number[] = [];
  let from = 0;
  let start = 0;
  while (start < bytes.length) {
    const lf = bytes.indexOf(LF, start);
    const next = lf < 0 ? bytes.length : lf + 1;
    const isBlank = lf === start || (lf === start + 1 && bytes[start] === 0x0d);
    if (!isBlank) ends.push(next - from);
    else {
      if (ends.length > 0) yield { bytes: bytes.subarray(from, start), rows: ends.length, ends };
      ends = [];
      from = next;
    }
    start = next;
  }
  if (ends.length > 0) yield { bytes: bytes.subarray(from, start), rows: ends.length, ends };
}

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
