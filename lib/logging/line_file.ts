import { dirname } from "node:path";
import { StorageError } from "../errors/mod.ts";
import { writeAllSync } from "../io/mod.ts";

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
  /** Calls a function later; returns how to cancel it. @default {a timer that does not keep the process alive} */
  readonly schedule?: (fn: () => void, ms: number) => () => void;
}

const FLUSH_AFTER_MS = 1_000;
const MOST_BUFFERED = 1_000_000;

/** Appends lines to a file: buffered, one write a flush, a flush at most every second, synced at the end. */
export class LineFile implements AsyncDisposable {
  readonly #file: LineTarget;
  readonly #onFailure: (error: unknown) => void;
  readonly #schedule: (fn: () => void, ms: number) => () => void;
  #lines: string[] = [];
  #size = 0;
  #cancel: (() => void) | undefined;
  #state: "open" | "failed" | "closed" = "open";

  /** Writes to an open file and closes it in the end. */
  constructor(file: LineTarget, options: LineFileOptions) {
    this.#file = file;
    this.#onFailure = options.onFailure;
    this.#schedule = options.schedule ?? scheduleTimer;
  }

  /** Opens a file for appending; its folder is made where it is absent. @throws {StorageError} If it cannot be. */
  static open(path: string, options: LineFileOptions): LineFile {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      const file = Deno.openSync(path, { create: true, read: true, append: true });
      endLastLine(file);
      return new LineFile(file, options);
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
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Writes what is buffered, syncs it to disk and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    this.flush();
    try {
      if (this.#state === "open") await this.#file.sync();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#state = "closed";
      this.#file.close();
    }
  }

  /** A log that cannot be written must not end its run; the audit database holds what counts. */
  #fail(error: unknown): void {
    this.#state = "failed";
    this.#onFailure(error);
  }
}

/** A killed process may have left half a line: it gets its end, so that the next one stands alone. */
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
