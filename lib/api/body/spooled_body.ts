import { StorageError } from "../../errors/mod.ts";
import { writeAllSync } from "../../io/mod.ts";

/**
 * A body in a temporary file.
 *
 * A page is handed over as a whole or not at all; that is what makes "exactly once per page" simple. So a body too large
 * for memory is not cut while it arrives (a broken line would leave half a page behind) but set aside first, checked to
 * its end, and only then handed over.
 */
export class SpooledBody implements Disposable {
  /** Bytes to look at at once. */
  readonly window: number;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #size = 0;
  #closed = false;
  #removed = false;

  /**
   * Opens a new file in a folder, which is made where it is missing.
   *
   * @param window Bytes that are looked at at once when the body is read.
   *
   * @throws {StorageError} If that is not possible.
   */
  constructor(folder: string, window: number) {
    this.window = window;
    this.#path = `${folder}/body-${crypto.randomUUID()}.spool`;
    try {
      Deno.mkdirSync(folder, { recursive: true });
      this.#file = Deno.openSync(this.#path, { createNew: true, read: true, write: true });
    } catch (error) {
      throw this.#fault(error);
    }
    this.#remove(); // where the system allows it, an open file needs no name: then a crash leaves nothing behind
  }

  /** Bytes written. */
  get size(): number {
    return this.#size;
  }

  /** Appends bytes. @throws {StorageError} If the disk is full, say. */
  append(bytes: Uint8Array): void {
    try {
      writeAllSync(this.#file, bytes);
    } catch (error) {
      throw this.#fault(error);
    }
    this.#size += bytes.length;
  }

  /** Fills a buffer with the bytes from a place on; returns how many there were. */
  read(from: number, buffer: Uint8Array): number {
    if (this.#closed) {
      throw new TypeError("Cannot read records: the next page was asked for, and theirs is gone");
    }
    try {
      this.#file.seekSync(from, Deno.SeekMode.Start);
      let used = 0;
      while (used < buffer.length) {
        const count = this.#file.readSync(buffer.subarray(used));
        if (count === null) break;
        used += count;
      }
      return used;
    } catch (error) {
      throw this.#fault(error);
    }
  }

  /** Closes and removes the file. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
    this.#remove();
  }

  #remove(): void {
    if (this.#removed) return;
    try {
      Deno.removeSync(this.#path);
      this.#removed = true;
    } catch {
      // Windows removes no open file; the second call comes after closing it. A folder may also have gone by itself.
    }
  }

  #fault(error: unknown): StorageError {
    const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
    const state = error instanceof Error ? error.message : String(error);
    return new StorageError(
      full ? "storage-full" : "storage-io",
      `Cannot set a large body aside in "${this.#path}": ${state}`,
      { cause: error, context: { path: this.#path } },
    );
  }
}
