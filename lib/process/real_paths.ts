import { dirname, isAbsolute, join, relative } from "node:path";
import { ConfigError } from "../errors/mod.ts";

/**
 * Returns paths with the places that they lead to: the runtime asks for the permission of both.
 *
 * @param paths Absolute paths; of one that does not exist yet, the nearest folder that does is followed.
 */
export function withRealPaths(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [path, realPath(path)]))];
}

/** Returns where a path leads; of one that does not exist yet, the nearest folder that does is followed. */
export function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    // What may not be looked at is where it says it is; so is what is above it.
    if (error instanceof Deno.errors.NotCapable) return path;
    // Missing, or a link that leads to nothing; what is above it may still be a link.
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), relative(parent, path));
  }
}

/** The files of a SQLite database: while it is in use there are two more next to it, and none next to a link to it. */
export function databaseFiles(path: string): string[] {
  const real = realPath(path);
  return [path, `${real}-wal`, `${real}-shm`];
}

/**
 * Looks for links that lead out of a folder: what is written through them would be written elsewhere.
 *
 * @param folder Absolute path; it need not exist.
 * @param depth How many levels below it are looked at.
 * @throws {ConfigError} That names the first.
 */
export function refuseLinksOut(folder: string, depth: number): void {
  const root = realPath(folder);
  const visit = (path: string, left: number) => {
    for (const entry of entriesOf(path)) {
      const child = join(path, entry.name);
      if (entry.isSymlink && leadsOut(root, realPath(child))) {
        throw new ConfigError(
          "config-invalid",
          `Cannot use folder "${folder}": "${
            relative(folder, child)
          }" in it is a link that leads out of it; ` +
            "remove the link, or name the folder that it leads to",
          { context: { folder, link: child } },
        );
      }
      if (entry.isDirectory && left > 1) visit(child, left - 1);
    }
  };
  visit(folder, depth);
}

function entriesOf(path: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return []; // Missing or not ours to look at: its use will say so.
  }
}

function leadsOut(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === ".." || /^\.\.[\\/]/.test(way) || isAbsolute(way);
}

/**
 * Writes paths as the value of a permission flag.
 *
 * @throws {ConfigError} If one holds a comma: the runtime's flags have no way to say it.
 */
export function pathList(paths: readonly string[]): string {
  for (const path of paths) {
    if (!path.includes(",")) continue;
    throw new ConfigError(
      "config-invalid",
      `Cannot allow path "${path}": the runtime cannot name a path with a comma; rename the file or folder`,
      { context: { path } },
    );
  }
  return paths.join(",");
}
