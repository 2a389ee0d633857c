import { exists } from "./exists.ts";

/**
 * Says whether a name is still that of an open file or folder: somebody may have removed it, or put a link or another
 * file in its place. As long as it is open, the system gives its number to nothing else.
 */
export function leadsTo(path: string, open: Deno.FsFile): boolean {
  if (!exists(path)) return false;
  const [own, found] = [open.statSync(), Deno.lstatSync(path)];
  return !found.isSymlink && found.ino === own.ino && found.dev === own.dev;
}
