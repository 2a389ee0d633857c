import { createHash } from "node:crypto";
import { basename } from "node:path";
import { writeAllSync } from "../io/mod.ts";
import type { FilePart } from "./file_part.ts";
import type { HashThread } from "./_hash_thread.ts";
import { GzipFile } from "./gzip_file.ts";
import { storageError } from "../io/mod.ts";

/** How a {@linkcode PartFile} is written. */
export interface PartFileOptions {
  readonly gzip: boolean;
  readonly level: number;
  /** Hashes what is not compressed; then the file is closed before `finish()` waits for its hash. @default this thread does */
  readonly hashThread?: HashThread | undefined;
}

/** A file of records that is being written. */
export class PartFile implements AsyncDisposable {
  /** Bytes before compression so far. */
  contentBytes = 0;
  /** Records so far. */
  rows = 0;
  readonly #path: string;
  readonly #target: GzipFile | PlainFile;

  /** Creates the file; one that is there is replaced. Without `gzip` bytes are written as they are. */
  constructor(path: string, { gzip, level, hashThread }: PartFileOptions) {
    this.#path = path;
    this.#target = gzip ? new GzipFile(path, { level }) : new PlainFile(path, hashThread);
  }

  /** Appends whole records; the bytes may be reused afterwards. */
  async write(bytes: Uint8Array, rows: number): Promise<void> {
    this.contentBytes += bytes.length;
    this.rows += rows;
    await this.#target.write(bytes);
  }

  /** Appends bytes as they are in another file; what is in them is the caller's to count. */
  copy(bytes: Uint8Array): void {
    this.#target.write(bytes);
  }

  async finish(): Promise<FilePart> {
    const { bytes, sha256 } = await this.#target.finish();
    const { contentBytes, rows } = this;
    return {
      name: basename(this.#path),
      path: this.#path,
      rows,
      contentBytes,
      bytes,
      sha256,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#target[Symbol.asyncDispose]();
  }
}

/** What `GzipFile` is, without compression. */
class PlainFile implements AsyncDisposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  readonly #thread: HashThread | undefined;
  #bytes = 0;
  #open = true;

  constructor(path: string, thread: HashThread | undefined) {
    this.#path = path;
    this.#thread = thread;
    try {
      this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    } catch (error) {
      throw storageError("create", path, error);
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    try {
      writeAllSync(this.#file, bytes);
    } catch (error) {
      throw storageError("write", this.#path, error);
    }
    this.#bytes += bytes.length;
    if (this.#thread === undefined) this.#hash.update(bytes);
    else this.#thread.written(this.#path, this.#bytes);
    return Promise.resolve();
  }

  async finish(): Promise<{ bytes: number; sha256: string }> {
    this.#close();
    const sha256 = await this.#thread?.digest(this.#path, this.#bytes) ?? this.#hash.digest("hex");
    return { bytes: this.#bytes, sha256 };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  #close(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }
}
