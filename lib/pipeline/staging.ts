import { join } from "node:path";
import type { RecordsCheckpoint, StreamRow } from "../audit/mod.ts";
import type { Reject } from "../errors/mod.ts";
import { type AppendFile, encodeReject, lineChunks } from "../files/mod.ts";
import { attempt } from "../io/mod.ts";
import type { StagedLines } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { streamId } from "./source_type.ts";

const BUFFER_BYTES = 1 << 20;
const NEWLINE = new Uint8Array([0x0a]);
const decoder = new TextDecoder();

/** A buffered file that knows its length with what is still in the buffer. */
class StagedFile implements Disposable {
  readonly #file: AppendFile;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;
  #reader: Deno.FsFile | undefined;

  constructor(file: AppendFile) {
    this.#file = file;
  }

  get length(): number {
    return this.#file.length + this.#used;
  }

  append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) return this.#file.write(bytes);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Returns the line that begins there, without its end. */
  read(path: string, offset: number): Uint8Array {
    const buffered = offset - this.#file.length;
    if (buffered >= 0) {
      const end = this.#buffer.indexOf(0x0a, buffered);
      return this.#buffer.slice(buffered, end < 0 || end > this.#used ? this.#used : end);
    }
    return attempt("read", path, () => readLine(this.#reader ??= Deno.openSync(path), offset));
  }

  sync(): void {
    this.#flush();
    this.#file.sync();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
    this.#reader?.close();
    this.#reader = undefined;
  }

  #flush(): void {
    if (this.#used > 0) this.#file.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

const LINE_BYTES = 4096;

function readLine(file: Deno.FsFile, offset: number): Uint8Array {
  file.seekSync(offset, Deno.SeekMode.Start);
  let line = new Uint8Array(LINE_BYTES);
  for (let length = 0;;) {
    const read = file.readSync(line.subarray(length)) ?? 0;
    const end = line.subarray(length, length + read).indexOf(0x0a);
    if (end >= 0) return line.subarray(0, length + end);
    length += read;
    // The line end may still be in the buffer.
    if (read === 0) return line.subarray(0, length);
    if (length === line.length) {
      const longer = new Uint8Array(line.length * 4);
      longer.set(line);
      line = longer;
    }
  }
}

/** The two staging files of a stream: records as JSON lines, and rejects. */
export class Staging implements Disposable {
  /** Absolute path of the records. */
  readonly recordsPath: string;
  readonly #ctx: RunContext;
  readonly #rejectsPath: string;
  #records: StagedFile;
  #rejects: StagedFile;

  /** Opens both and cuts them to what the row has committed. */
  constructor(ctx: RunContext, row: StreamRow) {
    const { disk } = ctx;
    const { staged_bytes, rejected_bytes } = recordsCheckpoint(row);
    this.#ctx = ctx;
    this.recordsPath = join(disk.root, stagedRecords(ctx, row));
    this.#rejectsPath = join(disk.root, stagedRejects(ctx, row));
    this.#records = new StagedFile(disk.openAppend(this.recordsPath, staged_bytes));
    try {
      this.#rejects = new StagedFile(disk.openAppend(this.#rejectsPath, rejected_bytes));
    } catch (error) {
      this.#records[Symbol.dispose]();
      throw error;
    }
  }

  /** Bytes of records, written or about to be. */
  get recordBytes(): number {
    return this.#records.length;
  }

  /** Bytes of rejects, written or about to be. */
  get rejectBytes(): number {
    return this.#rejects.length;
  }

  /** Returns the record that begins there, as it was appended. */
  readRecord(offset: number): Uint8Array {
    return this.#records.read(this.recordsPath, offset);
  }

  /** Empties both files. */
  clear(): void {
    const { disk } = this.#ctx;
    this[Symbol.dispose]();
    this.#records = new StagedFile(disk.openAppend(this.recordsPath, 0));
    this.#rejects = new StagedFile(disk.openAppend(this.#rejectsPath, 0));
  }

  /** Appends a record as one line. */
  appendRecord(bytes: Uint8Array): void {
    this.#records.append(bytes);
    this.#records.append(NEWLINE);
  }

  /** Appends a reject. */
  appendReject(reject: Reject): void {
    this.#rejects.append(encodeReject(reject));
  }

  /** Flushes both files to the device. */
  sync(): void {
    this.#records.sync();
    this.#rejects.sync();
  }

  /** Closes both files; what was not flushed is lost, as after a crash. */
  [Symbol.dispose](): void {
    this.#records[Symbol.dispose]();
    this.#rejects[Symbol.dispose]();
  }
}

/** Returns where a stream's records are staged, relative to the lake. */
export function stagedRecords(ctx: RunContext, row: StreamRow): string {
  return `${ctx.staging}/${streamId(row)}.jsonl`;
}

/** Returns where a stream's rejects are staged, relative to the lake. */
export function stagedRejects(ctx: RunContext, row: StreamRow): string {
  return `${ctx.staging}/${streamId(row)}.rejects.jsonl`;
}

/** Before the first record. */
export const FIRST_CHECKPOINT: RecordsCheckpoint = {
  type: "records",
  position: null,
  staged_bytes: 0,
  rejected_bytes: 0,
  validators: null,
};

/** Returns the checkpoint of a stream of records; its beginning if it has none. */
export function recordsCheckpoint({ checkpoint }: StreamRow): RecordsCheckpoint {
  if (checkpoint?.type === "records") return checkpoint;
  return FIRST_CHECKPOINT;
}

/** Yields the records of a staging file, with their bytes. */
export async function* stagedRecordsOf(
  { path, signal }: StagedLines,
): AsyncGenerator<{ readonly value: unknown; readonly bytes: Uint8Array }> {
  for await (const { lines } of lineChunks(path, signal)) {
    for (let start = 0; start < lines.length;) {
      const newline = lines.indexOf(0x0a, start);
      const end = newline < 0 ? lines.length : newline;
      const bytes = lines.subarray(start, end);
      if (bytes.length > 0) yield { value: JSON.parse(decoder.decode(bytes)), bytes };
      start = end + 1;
    }
  }
}
