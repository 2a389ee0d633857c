import { DataError, type Reject } from "../errors/mod.ts";
import { ByteBuffer } from "./_byte_buffer.ts";
import { LookAhead } from "./_look_ahead.ts";
import {
  lookAtRows,
  MOST_LOOK_BYTES,
  rowEnds,
  type RowsLike,
  type RowsSeen,
} from "./look_at_rows.ts";
import type { RecordBatch } from "./_record_batches.ts";
import { CsvScanner } from "./csv_scanner.ts";
import type { RowSink, RowView } from "./row_sink.ts";

const LF = 0x0a;
const QUOTE = 0x22;
const NO_ROWS = { rows: 0, end: 0, newlines: 0 } satisfies RowsSeen;

/** How rows are found. */
export interface RowBatchOptions {
  /** Path of the file for messages. */
  readonly path: string;
  /** What is done with it, for messages. */
  readonly verb: string;
  /** Whether the last row gets a line end where it has none. @default false */
  readonly closeLast?: boolean;
  /** Whether each row must have the fields of the first. @default false */
  readonly isEven?: boolean;
  /** Begins to read the pieces once more, to tell what is wrong with a row that is too long. */
  readonly again: () => AsyncIterable<Uint8Array>;
}

/**
 * Finds rows of delimited text in pieces that are cut anywhere. A quick look finds those that leave no doubt; the scanner
 * has the first ones, and those of each piece in which the look sees anything that it cannot judge.
 */
export async function* rowBatches(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: number,
  options: RowBatchOptions,
): AsyncGenerator<RecordBatch> {
  const sink = new RecordSink(options);
  const scanner = new CsvScanner(sink, { delimiter });
  await using ahead = new LookAhead(options.again, { delimiter, quote: QUOTE });
  if (options.isEven) sink.onFirst = (fields) => scanner.expectedFields = fields;
  // What comes after the rows that were passed on, while the scanner has nothing.
  const rest = new ByteBuffer();
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (scanner.isBetweenRows) {
      rest.append(chunk, 0, chunk.length);
      bytes = rest.take();
      const seen = look(bytes, { delimiter, fields: scanner.expectedFields });
      if (seen !== undefined) {
        if (seen.rows > 0) yield seen;
        scanner.passOver(seen.bytes.length, seen.newlines);
        rest.append(bytes, seen.bytes.length, bytes.length);
        continue;
      }
    }
    const end = bytes.lastIndexOf(LF) + 1;
    scanner.push(bytes.subarray(0, end));
    await ahead.settle(scanner);
    if (scanner.isBetweenRows) rest.append(bytes, end, bytes.length);
    else scanner.push(bytes.subarray(end));
    await ahead.settle(scanner);
    if (sink.filled) yield sink.take();
  }
  if (!rest.isEmpty) scanner.push(rest.take());
  await ahead.settle(scanner);
  scanner.finish();
  if (sink.filled) yield sink.take();
}

/** Rows that leave no doubt. */
class PlainRows implements RecordBatch {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Line ends in them, also those within quotes. */
  readonly newlines: number;
  readonly #like: RowsLike;

  constructor(bytes: Uint8Array, like: RowsLike, { rows, newlines }: RowsSeen) {
    this.bytes = bytes;
    this.rows = rows;
    this.newlines = newlines;
    this.#like = like;
  }

  get ends(): number[] {
    return rowEnds(this.bytes, this.#like);
  }
}

/** Returns the rows that end in the bytes, of which the first begins with them; `undefined` if the scanner must judge. */
function look(bytes: Uint8Array, like: RowsLike): PlainRows | undefined {
  const last = bytes.lastIndexOf(LF) + 1;
  if (last === 0) {
    const isLong = bytes.length > MOST_LOOK_BYTES;
    return isLong ? undefined : new PlainRows(bytes.subarray(0, 0), like, NO_ROWS);
  }
  const seen = lookAtRows(bytes.subarray(0, last), like);
  if (seen === undefined) return undefined;
  let { newlines } = seen;
  // What comes after the last row is a piece of one with line ends in it.
  for (let at = seen.end; (at = bytes.indexOf(LF, at)) >= 0; at++) newlines--;
  return new PlainRows(bytes.subarray(0, seen.end), like, { ...seen, newlines });
}

class RecordSink implements RowSink {
  /** Takes the number of fields of the first row. */
  onFirst: ((fields: number) => void) | undefined;
  readonly #path: string;
  readonly #verb: string;
  readonly #closeLast: boolean;
  readonly #out = new ByteBuffer();
  #ends: number[] = [];
  #length = 0;

  constructor(options: RowBatchOptions) {
    this.#path = options.path;
    this.#verb = options.verb;
    this.#closeLast = options.closeLast ?? false;
  }

  get filled(): boolean {
    return this.#ends.length > 0;
  }

  row(row: RowView): void {
    this.onFirst?.(row.fields);
    this.onFirst = undefined;
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
    const batch = { bytes: this.#out.take(), rows: this.#ends.length, ends: this.#ends };
    this.#ends = [];
    this.#length = 0;
    return batch;
  }
}
