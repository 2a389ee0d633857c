import { dirname } from "node:path";
import { StorageError } from "../errors/mod.ts";
import { openDriver } from "./_driver.ts";

/**
 * Makes sure that a file or folder may be written, or made in the nearest folder that is there, without trying to.
 *
 * @param ask Says of a file or folder that is there whether it may be written.
 * @throws {StorageError} That names what is read-only.
 */
export function refuseUnwritable(path: string, ask = mayWrite): void {
  const state = unwritable(path, ask);
  if (state === undefined) return;
  const message = `Cannot write "${path}": ${state}; name another place`;
  throw new StorageError("storage-denied", message, { context: { path } });
}

/**
 * Says why a file or folder can be neither written nor made; `undefined` if nothing is known against it.
 *
 * The system is asked, by way of SQLite: it alone knows of groups, access lists and read-only disks; the runtime goes by
 * the mode bits. On Windows nothing is asked: there a folder says nothing of the kind.
 */
export function unwritable(path: string, ask = mayWrite): string | undefined {
  let at = path;
  while (!isThere(at) && dirname(at) !== at) at = dirname(at);
  if (ask(at)) return undefined;
  const what = at === path ? "it" : `"${at}"`;
  return `${what} is read-only for this user, by its permissions or because its disk is`;
}

/** SQLite takes a folder for its temporary files if access(2) lets it read and write there. */
function mayWrite(path: string): boolean {
  if (Deno.build.os === "windows") return true;
  try {
    using driver = openDriver(":memory:", { timeout: 0, readOnly: false });
    driver.exec(`PRAGMA temp_store_directory = '${path.replaceAll("'", "''")}'`);
    driver.exec("PRAGMA temp_store_directory = ''");
    return true;
  } catch {
    return !isReadable(path);
  }
}

/** Of what cannot be read, it is not known whether it could be written. */
function isReadable(path: string): boolean {
  try {
    if (Deno.statSync(path).isDirectory) Deno.readDirSync(path);
    else Deno.openSync(path).close();
    return true;
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
