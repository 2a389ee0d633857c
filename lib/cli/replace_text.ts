import { attempt, writeAllSync } from "../io/mod.ts";

/** Name under which {@linkcode replaceText} writes. */
export function newName(path: string): string {
  return `${path}.new`;
}

/**
 * Replaces a small file of a command's own: what was there stays until the new one is whole and flushed.
 *
 * @param path The file; it and its {@linkcode newName}, which must be its own as well, are in `Access.inPlace`.
 * @throws {StorageError} If it cannot be written; then nothing is left under the new name.
 */
export function replaceText(path: string, text: string): void {
  const temporary = newName(path);
  attempt("write", path, () => {
    using file = Deno.openSync(temporary, { write: true, create: true, truncate: true });
    try {
      writeAllSync(file, new TextEncoder().encode(text));
      file.syncSync();
    } catch (error) {
      // Half of it helps nobody, and the space may be what is missing.
      Deno.removeSync(temporary);
      throw error;
    }
    Deno.renameSync(temporary, path);
  });
}
