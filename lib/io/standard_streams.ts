import { storageError } from "./storage_error.ts";
import { writeTextSync } from "./write_all.ts";

/**
 * Writes a result to standard output.
 *
 * @throws {StorageError} If it cannot be written, as to a file on a full disk.
 * @throws {Deno.errors.BrokenPipe} If its reader, `head` or a pager, has seen enough.
 */
export function writeOut(text: string): void {
  try {
    writeTextSync(Deno.stdout, text);
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe
      ? error
      : storageError("write", "standard output", error);
  }
}

/** Writes a message to standard error. */
export function writeError(text: string): void {
  try {
    writeTextSync(Deno.stderr, text);
  } catch {
    // There is no other place to say so, and the work does not depend on who listens.
  }
}
