import { exists } from "./exists.ts";

/**
 * Gives a whole file its final name unless something has that name: a link, unlike a rename, replaces nothing.
 *
 * Where the file system has no links (FAT, some network disks), a look and a rename take its place, and what comes
 * between these two is replaced.
 *
 * @param temporary Its name so far.
 * @returns Whether it has the final name.
 */
export function publishNew(temporary: string, path: string): boolean {
  try {
    Deno.linkSync(temporary, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || exists(path)) return false;
    Deno.renameSync(temporary, path);
    return true;
  }
  Deno.removeSync(temporary);
  return true;
}
