import { join } from "@std/path";
import type { StreamRow } from "../audit/mod.ts";
import type { Reject } from "../errors/mod.ts";
import type { AppendFile, Disk } from "../files/mod.ts";
import { encodeReject, stagingFolder } from "../publish/mod.ts";

const BUFFER_BYTES = 1 << 20;
const NEWLINE = new Uint8Array([0x0a]);

/** A buffered file that knows its length with what is still in the buffer. */
class StagedFile implements Disposable {
  readonly #file: AppendFile;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;

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

  sync(): void {
    this.#flush();
    this.#file.sync();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #flush(): void {
    if (this.#used > 0) this.#file.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** The two staging files of a stream: records as JSON lines, and what was refused. */
export class Staging implements Disposable {
  /** Absolute path of the records. */
  readonly recordsPath: string;
  readonly #records: StagedFile;
  readonly #rejects: StagedFile;

  /** Opens both and cuts them to what the ledger has committed. */
  constructor(disk: Disk, row: StreamRow) {
    this.recordsPath = join(disk.root, stagedRecords(row));
    this.#records = new StagedFile(disk.openAppend(this.recordsPath, row.staged_bytes));
    try {
      const rejects = join(disk.root, stagedRejects(row));
      this.#rejects = new StagedFile(disk.openAppend(rejects, row.rejected_bytes));
    } catch (error) {
      this.#records[Symbol.dispose]();
      throw error;
    }
  }

  /** Bytes of records, written or about to be. */
  get recordBytes(): number {
    return this.#records.length;
  }

  /** Bytes of refused pieces, written or about to be. */
  get rejectBytes(): number {
    return this.#rejects.length;
  }

  /** Appends a record as one line. */
  appendRecord(bytes: Uint8Array): void {
    this.#records.append(bytes);
    this.#records.append(NEWLINE);
  }

  /** Appends a refused piece. */
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
export function stagedRecords(row: StreamRow): string {
  return `${stagingFolder(row.run_id)}/${row.source}.${row.stream}.jsonl`;
}

/** Returns where a stream's refused pieces are staged, relative to the lake. */
export function stagedRejects(row: StreamRow): string {
  return `${stagingFolder(row.run_id)}/${row.source}.${row.stream}.rejects.jsonl`;
}
