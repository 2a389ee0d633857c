import { storageError } from "../io/mod.ts";

/** Looks at a file; `undefined` if there is none. */
export function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw storageError("look at", path, error);
  }
}
