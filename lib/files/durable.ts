import { dirname, join } from "node:path";
import { StorageError } from "../errors/mod.ts";
import { attempt, exists, storageError, writeAllSync } from "../io/mod.ts";

/**
 * One step of durable writing, reported to {@linkcode DiskOptions.observe} as it is about to happen
 * (`point`) or right after it happened (all others). A test may throw at any of them, and can undo
 * what no `sync` or `sync-dir` has confirmed yet, as a power loss would.
 */
export type DiskStep =
  | { readonly kind: "point"; readonly name: string }
  | { readonly kind: "create"; readonly path: string }
  | { readonly kind: "sync"; readonly path: string; readonly length: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "sync-dir"; readonly path: string };

/** A file that is written to its end and still open. */
export interface OpenFile {
  /** Where it is. */
  readonly path: string;
  /** Open for writing. */
  readonly file: Deno.FsFile;
}

/** Options of {@linkcode Disk}. */
export interface DiskOptions {
  /** Folder for files that are not complete yet, on the same file system. @default `<root>/_tmp` */
  readonly temporary?: string;
  /** Is told each step. @default () => {} */
  readonly observe?: (step: DiskStep) => void;
}

/**
 * Writes that survive a crash: the only way in which this project creates, renames and removes files
 * of the lake.
 *
 * POSIX keeps a new name after a power loss only if the folder was flushed, and its content only if the
 * file was (fsync(2)); each method here does both in the right order. Folders are flushed up to `root`.
 */
export class Disk {
  /** The folder under which everything is written. */
  readonly root: string;
  readonly #temporary: string;
  readonly #observe: (step: DiskStep) => void;
  readonly #isObserved: boolean;
  /** Folders whose names are on the device. */
  readonly #kept = new Set<string>();
  /** Folders that were flushed after the last folder was created in them. */
  readonly #flushed = new Set<string>();

  /** @param root Absolute path of the folder under which everything is written. */
  /**
   * Works below a folder.
   *
   * @param root Folder at which every path starts.
   * @param options See {@linkcode DiskOptions}.
   */
  constructor(root: string, options: DiskOptions = {}) {
    this.root = root;
    this.#temporary = options.temporary ?? join(root, "_tmp");
    this.#observe = options.observe ?? (() => {});
    this.#isObserved = options.observe !== undefined;
  }

  /**
   * Returns where something of the folder is.
   *
   * @param path Relative path in its shortest form: for thousands of files it is not looked for a shorter one.
   */
  pathOf(path: string): string {
    return `${this.root}/${path}`;
  }

  /** Marks a named place at which a test may stop the process. */
  point(name: string): void {
    this.#observe({ kind: "point", name });
  }

  /**
   * Creates a folder with its parents and flushes the folders that hold their names, up to the root.
   *
   * Of a folder that is there nobody knows whether its name was flushed: a stop, or a flush that failed, may have come
   * between. So it is flushed at its first use.
   */
  makeDir(path: string): void {
    const unsure: string[] = [];
    const isSure = (dir: string) => this.#kept.has(dir) && isThere(dir);
    // What stands above the root is neither ours to look at nor to flush.
    for (let dir = path; dir.startsWith(this.root) && !isSure(dir); dir = dirname(dir)) {
      unsure.unshift(dir);
    }
    for (const dir of unsure) {
      const parent = dirname(dir);
      if (!isThere(dir)) {
        attempt("create folder", dir, () => Deno.mkdirSync(dir, { recursive: true }));
        this.#observe({ kind: "create", path: dir });
        this.#flushed.delete(parent);
      }
      if (dir === this.root) this.#syncAboveRoot();
      else if (!this.#flushed.has(parent)) this.syncDir(parent);
      this.#kept.add(dir);
    }
  }

  /** Opens a file for appending after cutting it to `length` bytes; creates it where it is missing. */
  openAppend(path: string, length: number): AppendFile {
    this.makeDir(dirname(path));
    const existed = isThere(path);
    const file = attempt(
      "open",
      path,
      () => Deno.openSync(path, { read: true, write: true, create: true }),
    );
    try {
      const size = attempt("look at", path, () => file.statSync().size);
      if (size < length) {
        throw new StorageError(
          "storage-damaged",
          `Cannot continue "${path}": it has ${size} bytes, the audit database has committed ${length}`,
        );
      }
      attempt("truncate", path, () => file.truncateSync(length));
      file.seekSync(0, Deno.SeekMode.End);
      if (!existed) {
        this.#observe({ kind: "create", path });
        this.syncDir(dirname(path));
      }
    } catch (error) {
      file.close();
      throw error;
    }
    return new AppendFile(path, file, (length) => this.#observe({ kind: "sync", path, length }));
  }

  /** Flushes a file that somebody else has written and still holds open. */
  syncFile(path: string, file: Deno.FsFile): void {
    attempt("flush", path, () => file.syncSync());
    // A look at each of many small files takes time.
    if (this.#isObserved) this.#observe({ kind: "sync", path, length: file.statSync().size });
  }

  /**
   * Flushes several files that somebody else has written and closes them: for many at once the file system writes its
   * journal a few times, not once for each.
   */
  async syncFiles(files: readonly OpenFile[]): Promise<void> {
    const lengths = files.map(({ file }) => this.#isObserved ? file.statSync().size : 0);
    const done = await Promise.allSettled(files.map(async ({ file }) => await file.sync()));
    for (const { file } of files) file.close();
    for (const [at, { path }] of files.entries()) {
      const result = done[at];
      if (result?.status === "rejected") throw storageError("flush", path, result.reason);
      this.#observe({ kind: "sync", path, length: lengths[at] ?? 0 });
    }
  }

  /** Writes a whole small file: temporary name, flush, rename, flush of the folder. */
  writeFile(path: string, bytes: Uint8Array): void {
    this.makeDir(dirname(path));
    const temporary = join(this.#temporary, `${crypto.randomUUID()}.tmp`);
    this.makeDir(this.#temporary);
    const file = attempt(
      "create",
      temporary,
      () => Deno.openSync(temporary, { write: true, createNew: true }),
    );
    try {
      this.#observe({ kind: "create", path: temporary });
      attempt("write", temporary, () => writeAllSync(file, bytes));
      this.syncFile(temporary, file);
    } finally {
      file.close();
    }
    this.rename(temporary, path);
  }

  /** Renames within the root, replacing what stands at `to`, and flushes both folders. */
  rename(from: string, to: string): void {
    this.renameAll([{ from, to }]);
  }

  /** Renames several files as {@linkcode rename} does, and flushes each of their folders once. */
  renameAll(files: readonly { readonly from: string; readonly to: string }[]): void {
    const targets = new Set(files.map(({ to }) => dirname(to)));
    for (const folder of targets) this.makeDir(folder);
    for (const { from, to } of files) {
      attempt("rename", from, () => Deno.renameSync(from, to));
      this.#observe({ kind: "rename", from, to });
    }
    for (const folder of targets) this.syncDir(folder);
    for (const folder of new Set(files.map(({ from }) => dirname(from)))) {
      if (!targets.has(folder)) this.syncDir(folder);
    }
  }

  /** Removes a file or a folder with all it holds; nothing happens where it is missing. */
  remove(path: string): void {
    if (!isThere(path)) return;
    this.#observe({ kind: "remove", path });
    attempt("remove", path, () => Deno.removeSync(path, { recursive: true }));
    this.syncDir(dirname(path));
  }

  #syncAboveRoot(): void {
    try {
      this.syncDir(dirname(this.root));
    } catch (error) {
      // A run may not look above its lake; then a power loss in its first seconds may take the empty folder.
      if (!(error instanceof StorageError && error.code === "storage-denied")) throw error;
    }
  }

  /** Flushes a folder, so that the names in it survive. */
  syncDir(path: string): void {
    // Windows cannot open a folder as a file; NTFS journals its names by itself.
    if (Deno.build.os !== "windows") {
      attempt("flush folder", path, () => {
        using dir = Deno.openSync(path);
        dir.syncSync();
      });
    }
    this.#flushed.add(path);
    this.#observe({ kind: "sync-dir", path });
  }
}

/** A file that only grows; opened by {@linkcode Disk.openAppend}. */
export class AppendFile implements Disposable {
  /** Where it stands. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #synced: (length: number) => void;
  #length: number;
  #flushed: number | undefined;
  #failed: unknown;
  #open = true;

  /** Used by {@linkcode Disk.openAppend} only. */
  constructor(path: string, file: Deno.FsFile, synced: (length: number) => void) {
    this.path = path;
    this.#file = file;
    this.#synced = synced;
    this.#length = file.statSync().size;
  }

  /** Bytes in the file, flushed or not. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends bytes.
   *
   * Once that or a flush has failed, both fail for good: some of the bytes may be in the file, so that the same ones
   * would be there twice.
   */
  write(bytes: Uint8Array): void {
    this.#once("write", () => writeAllSync(this.#file, bytes));
    this.#length += bytes.length;
  }

  /**
   * Flushes everything written so far to the device.
   *
   * Once that or a write has failed, both fail for good: Linux counts what it could not write as written, so that the
   * next flush would succeed without it (fsync(2)).
   */
  sync(): void {
    this.#once("flush", () => {
      if (this.#flushed !== this.#length) this.#file.syncDataSync();
    });
    if (this.#flushed === this.#length) return;
    this.#synced(this.#length);
    this.#flushed = this.#length;
  }

  #once(verb: string, action: () => void): void {
    if (this.#failed !== undefined) throw this.#failed;
    if (!this.#open) throw new Error(`Cannot ${verb} "${this.path}": it is closed`);
    try {
      attempt(verb, this.path, action);
    } catch (error) {
      this.#failed = error;
      throw error;
    }
  }

  /** Closes the file without flushing; a second time nothing happens. */
  [Symbol.dispose](): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }
}

function isThere(path: string): boolean {
  return attempt("look at", path, () => exists(path));
}
