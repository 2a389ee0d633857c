import { storageError } from "./storage_error.ts";
import process from "node:process";
import { type SyncWriter, writeTextSync } from "./write_all.ts";

/** What a fault of it names in the place of a path. */
export const STANDARD_OUTPUT = "standard output";

/** What this process writes its own words to. */
const own: Record<"stdout" | "stderr", SyncWriter> = { stdout: Deno.stdout, stderr: Deno.stderr };

/**
 * Sends what others write to the standard streams elsewhere; {@linkcode writeOut} and {@linkcode writeError} go on as
 * before. Call it before their code is loaded.
 */
export function divertStreams(divert: (text: string) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = Deno[name];
    if (own[name] !== stream) continue; // Diverted already.
    own[name] = { writeSync: stream.writeSync.bind(stream) };
    const writeSync = (bytes: Uint8Array) => {
      divert(new TextDecoder().decode(bytes));
      return bytes.length;
    };
    Object.defineProperties(stream, {
      writeSync: { value: writeSync },
      write: { value: (bytes: Uint8Array) => Promise.resolve(writeSync(bytes)) },
      writable: { get: () => new WritableStream({ write: (bytes) => void writeSync(bytes) }) },
    });
    process[name].write = (chunk: unknown, ...rest: unknown[]) => {
      divert(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk as Uint8Array));
      const done = rest.at(-1);
      if (typeof done === "function") queueMicrotask(() => done());
      return true;
    };
  }
}

/**
 * Writes a result to standard output.
 *
 * @throws {StorageError} If it cannot be written, as to a file on a full disk.
 * @throws {Deno.errors.BrokenPipe} If its reader, `head` or a pager, has seen enough.
 */
export function writeOut(text: string): void {
  try {
    writeTextSync(own.stdout, text);
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe
      ? error
      : storageError("write", STANDARD_OUTPUT, error);
  }
}

/** Writes a message to standard error. */
export function writeError(text: string): void {
  try {
    writeTextSync(own.stderr, text);
  } catch {
    // There is no other place to say so, and the work does not depend on who listens.
  }
}
