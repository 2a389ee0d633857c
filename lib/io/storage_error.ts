import { dirname } from "node:path";
import { IngestError, StorageError } from "../errors/mod.ts";

/** Says whether the runtime refuses a place that no permission but all of them opens: /proc, /sys and some of /dev. */
export function isOfSystem(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable && /^Requires all access/.test(error.message);
}

/** What to do about errors that are no fault of the disk. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  ENOTDIR: "move away the file that is in the place of a folder, then run again",
};

/** Turns an error of the runtime's file system calls into a {@linkcode StorageError}. */
export function storageError(verb: string, path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const options = { cause: error, context: { path } };
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StorageError(
      "storage-full",
      `Cannot ${verb} "${path}": no space left; free some and run it again`,
      options,
    );
  }
  if (isOfSystem(error)) {
    return new StorageError(
      "storage-denied",
      `Cannot ${verb} "${path}": it is a place of the system's own; name another one`,
      options,
    );
  }
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new StorageError(
      "storage-denied",
      `Cannot ${verb} "${path}": access is denied (${error.message}); check ${
        error instanceof Deno.errors.NotCapable ? "its permissions" : permissionsOf(path)
      }`,
      options,
    );
  }
  if (error instanceof Deno.errors.NotFound) {
    return new StorageError(
      "storage-missing",
      `Cannot ${verb} "${path}": it is missing, or a link in its path is broken; check the path`,
      options,
    );
  }
  if (code === "EROFS") {
    return new StorageError(
      "storage-denied",
      `Cannot ${verb} "${path}": its disk is read-only; name a place on another disk`,
      options,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  const next = NEXT_STEPS[String(code)] ?? "check the disk, then run again";
  return new StorageError("storage-io", `Cannot ${verb} "${path}": ${reason}; ${next}`, options);
}

/** A file that is not there, or cannot be looked at, is denied by a folder of its path. */
function permissionsOf(path: string): string {
  for (let at = path;; at = dirname(at)) {
    try {
      Deno.lstatSync(at);
      return at === path ? "its permissions" : `the permissions of "${at}"`;
    } catch (error) {
      const isBelow = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.PermissionDenied;
      if (!isBelow || dirname(at) === at) return "its permissions";
    }
  }
}

/**
 * Does something with a file, and turns what the runtime throws into a {@linkcode StorageError}.
 *
 * @param verb What is done, for the message: `Cannot <verb> "<path>"`.
 */
export function attempt<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    // An error of ours already says more.
    throw error instanceof IngestError ? error : storageError(verb, path, error);
  }
}
