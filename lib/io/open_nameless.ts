import { StorageError } from "../errors/mod.ts";
import { leadsTo } from "./leads_to.ts";
import { attempt } from "./storage_error.ts";

/**
 * Makes a file for what does not fit into memory; it has no name for longer than it takes to open it.
 *
 * @throws {StorageError} If it cannot be made, or something else has that name.
 */
export function openNameless(path: string): Deno.FsFile {
  const how = { read: true, write: true, create: true };
  const file = attempt("create", path, () => Deno.openSync(path, how));
  try {
    // One that a killed process left between these two steps is empty.
    if (leadsTo(path, file) && file.statSync().size === 0) {
      attempt("remove", path, () => Deno.removeSync(path));
      return file;
    }
    throw new StorageError(
      "storage-io",
      `Cannot create "${path}": something else has that name; move it away, then run it again`,
      { context: { path } },
    );
  } catch (error) {
    file.close();
    throw error;
  }
}
