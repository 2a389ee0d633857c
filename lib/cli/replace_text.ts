import { StorageError } from "../errors/mod.ts";
import { attempt, exists, leadsTo, publishNew, writeAllSync } from "../io/mod.ts";

/** Name under which {@linkcode replaceText} writes. */
export function newName(path: string): string {
  return `${path}.new`;
}

/**
 * Replaces a small file of a command's own: what was there stays until the new one is whole and flushed.
 *
 * @param path The file; it and its {@linkcode newName} are in `Access.inPlace`.
 * @param refuse Throws if what has one of the two names is not the command's own; it is asked at the last moment.
 * @throws {StorageError} If it cannot be written; then nothing is left under the new name.
 */
export function replaceText(path: string, text: string, refuse: (path: string) => void): void {
  const temporary = newName(path);
  attempt("write", path, () => {
    refuse(temporary);
    if (exists(temporary)) Deno.removeSync(temporary);
    using file = Deno.openSync(temporary, { write: true, createNew: true });
    try {
      writeAllSync(file, new TextEncoder().encode(text));
      file.syncSync();
      if (!leadsTo(temporary, file)) throw replaced(path, temporary);
      if (!exists(path) && publishNew(temporary, path)) return;
      refuse(path);
      Deno.renameSync(temporary, path);
    } catch (error) {
      // Half a file is useless, and a full disk may be why there is only half.
      if (leadsTo(temporary, file)) Deno.removeSync(temporary);
      throw error;
    }
  });
}

/** The error of a working file whose name has been taken from it. */
export function replaced(path: string, temporary: string): StorageError {
  return new StorageError(
    "storage-io",
    `Cannot write "${path}": somebody removed "${temporary}" meanwhile, or put something else in its place; ` +
      "see what it is, then run it again",
    { context: { path: temporary } },
  );
}
