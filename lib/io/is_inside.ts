import { isAbsolute, relative } from "node:path";

/** Returns whether a path is a folder, or in it; neither is looked at. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
