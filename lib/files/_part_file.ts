import { createHash } from "node:crypto";
import { basename } from "node:path";
import { writeAllSync } from "../io/mod.ts";
import type { FilePart } from "./file_part.ts";
import { GzipFile } from "./gzip_file.ts";
import { storageError } from "../io/mod.ts";

/** A file of records that is being written. */
export class PartFile implements AsyncDisposable {
  /** Bytes before compression so far. */
  contentBytes = 0;
  /** Records so far. */
  rows = 0;
  readonly #path: string;
  readonly #target: GzipFile | PlainFile;

  /** Creates the file; one that is there is replaced. Without `gzip` bytes are written as they are. */
  constructor(path: string, { gzip, level }: { readonly gzip: boolean; readonly level: number }) {
    this.#path = path;
    this.#target = gzip ? new GzipFile(path, { level }) : new PlainFile(path);
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
  #bytes = 0;
  #open = true;

  constructor(path: string) {
    this.#path = path;
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
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    return Promise.resolve();
  }

  finish(): Promise<{ bytes: number; sha256: string }> {
    this.#close();
    return Promise.resolve({ bytes: this.#bytes, sha256: this.#hash.digest("hex") });
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
