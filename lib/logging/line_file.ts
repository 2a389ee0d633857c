import { dirname } from "node:path";
import { StorageError } from "../errors/mod.ts";
import { exists, writeAllSync } from "../io/mod.ts";
import { compressLog, pieceOf } from "./rotate.ts";

/** What {@linkcode LineFile} needs of a file. */
export interface LineTarget {
  /** Writes as much as the system takes; returns the number of bytes. */
  writeSync(bytes: Uint8Array): number;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  /** Gives the file back. */
  close(): void;
}

/** Options of {@linkcode LineFile}. */
export interface LineFileOptions {
  /** Told once when writing fails; later lines are dropped. */
  readonly onFailure: (error: unknown) => void;
  /** When the file is closed and a new one begun. @default never */
  readonly rotation?: Rotation;
  /** Calls a function later; returns how to cancel it. @default {a timer that does not keep the process alive} */
  readonly schedule?: (fn: () => void, ms: number) => () => void;
}

/** When a file is closed and a new one begun. */
export interface Rotation {
  /** Size from which it is closed. */
  readonly bytes: number;
  /** Age from which it is closed, in ms. */
  readonly age: number;
  /** Puts the closed file away and opens a new one. */
  readonly next: () => LineTarget;
}

const FLUSH_AFTER_MS = 1_000;
const MOST_BUFFERED = 1_000_000;
/** Size and age (ms) of a log of which a new piece begins. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_AGE = 24 * 60 * 60 * 1_000;

/** Appends lines to a file: buffered, one write a flush, a flush at most every second, synced at the end. */
export class LineFile implements AsyncDisposable {
  #file: LineTarget;
  /** Its name; `undefined` for what is none of a folder. */
  #path: string | undefined;
  readonly #rotation: Rotation | undefined;
  #written = 0;
  #openedAt = performance.now();
  readonly #onFailure: (error: unknown) => void;
  readonly #schedule: (fn: () => void, ms: number) => () => void;
  #lines: string[] = [];
  #size = 0;
  #cancel: (() => void) | undefined;
  #state: "open" | "failed" | "closed" = "open";
  #compressing: readonly Promise<void>[] = [];

  /** Writes to an open file and closes it in the end. */
  constructor(file: LineTarget, options: LineFileOptions) {
    this.#file = file;
    this.#onFailure = options.onFailure;
    this.#rotation = options.rotation;
    this.#schedule = options.schedule ?? scheduleTimer;
  }

  /** Opens a file for appending; its folder is made where it is absent. @throws {StorageError} If it cannot be. */
  static open(
    path: string,
    options: LineFileOptions & Partial<Pick<Rotation, "bytes" | "age">>,
  ): LineFile {
    const { bytes = MOST_BYTES, age = MOST_AGE, ...rest } = options;
    const open = () => Deno.openSync(path, { create: true, read: true, append: true });
    const compressing: Promise<void>[] = [];
    const next = () => {
      compressing.push(compressLog(putAway(path)));
      return open();
    };
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      const file = open();
      endLastLine(file);
      const lines = new LineFile(file, { ...rest, rotation: { bytes, age, next } });
      lines.#path = path;
      lines.#written = file.statSync().size;
      lines.#compressing = compressing;
      return lines;
    } catch (cause) {
      const denied = cause instanceof Deno.errors.NotCapable ||
        cause instanceof Deno.errors.PermissionDenied;
      const state = cause instanceof Error ? cause.message : String(cause);
      const message = `Cannot open log file ${JSON.stringify(path)}: ${state}`;
      throw new StorageError(denied ? "storage-denied" : "storage-io", message, { cause });
    }
  }

  /** Adds a line, given without its end. */
  append(line: string): void {
    if (this.#state !== "open") return;
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= MOST_BUFFERED) this.flush();
    else this.#cancel ??= this.#schedule(() => this.flush(), FLUSH_AFTER_MS);
  }

  /** Writes what is buffered. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#lines.length === 0) return;
    const bytes = new TextEncoder().encode(this.#lines.join("\n") + "\n");
    this.#lines = [];
    this.#size = 0;
    try {
      writeAllSync(this.#file, bytes);
      this.#written += bytes.length;
      this.#rotate();
    } catch (error) {
      this.#fail(error);
    }
  }

  #rotate(): void {
    const { bytes = Infinity, age = Infinity, next } = this.#rotation ?? {};
    const isDue = this.#written >= bytes || performance.now() - this.#openedAt >= age;
    if (!isDue || next === undefined) return;
    this.#file.close();
    this.#file = next();
    this.#written = 0;
    this.#openedAt = performance.now();
  }

  /** Writes what is buffered, syncs it to disk and closes the file; closed pieces are compressed by then. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    this.flush();
    try {
      if (this.#state === "open") await this.#file.sync();
      // What is written to a file that somebody has removed is an error to nobody.
      if (this.#path !== undefined && !exists(this.#path)) throw missing(this.#path);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#state = "closed";
      this.#file.close();
    }
    await Promise.all(this.#compressing);
  }

  /** A log that cannot be written must not end its run; the audit database holds what counts. */
  #fail(error: unknown): void {
    this.#state = "failed";
    this.#onFailure(error);
  }
}

function missing(path: string): StorageError {
  return new StorageError(
    "storage-missing",
    `Cannot find log file ${JSON.stringify(path)}: it was removed or moved while it was written; ` +
      "the audit database has what counts",
    { context: { path } },
  );
}

/** Renames a log to its next piece, and returns that one's path. */
function putAway(path: string): string {
  for (let number = 1;; number++) {
    const piece = pieceOf(path, number);
    if (exists(piece) || exists(`${piece}.gz`)) continue;
    Deno.renameSync(path, piece);
    return piece;
  }
}

/** A killed process may have left half a line: it gets its end, so that the next one is a line of its own. */
function endLastLine(file: Deno.FsFile): void {
  const { size } = file.statSync();
  if (size === 0) return;
  file.seekSync(size - 1, Deno.SeekMode.Start);
  const last = new Uint8Array(1);
  file.readSync(last);
  if (last[0] !== 0x0a) file.writeSync(new Uint8Array([0x0a]));
}

function scheduleTimer(fn: () => void, ms: number): () => void {
  const timer = setTimeout(fn, ms);
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}
