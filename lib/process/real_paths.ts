import { dirname, join, relative, resolve } from "node:path";
import { ConfigError } from "../errors/mod.ts";
import { isInside } from "../io/mod.ts";

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

/** Options of {@linkcode refuseLinksOut}. */
export interface LinksOutOptions {
  /** Where links may lead, with all that is in it: absolute paths. */
  readonly granted: readonly string[];
  /** What it is granted for. */
  readonly to: "read" | "written";
  /** What to do instead of removing the link. */
  readonly next: string;
}

/**
 * Looks for links that lead out of what is granted: the runtime follows them all, to whatever they lead.
 *
 * @param folders Absolute paths, looked at with all that is below them; they need not exist.
 * @throws {ConfigError} That names the first.
 */
export function refuseLinksOut(
  folders: readonly string[],
  { granted, to, next }: LinksOutOptions,
): void {
  const roots = granted.map(realPath);
  for (const folder of folders) {
    const open = [folder];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const entry of entriesOf(at)) {
        if (entry.isFile) continue;
        const link = join(at, entry.name);
        if (entry.isDirectory) open.push(link);
        if (!entry.isSymlink) continue;
        const target = targetOf(link);
        if (roots.some((root) => isInside(target, root))) continue;
        throw new ConfigError(
          "config-invalid",
          `Cannot use folder "${folder}": "${relative(folder, link)}" in it is a link that leads ` +
            `out of what may be ${to}, to "${target}"; remove the link, or ${next}`,
          { context: { path: link, folder, link } },
        );
      }
    }
  }
}

/** Returns where a link leads; one to nothing is followed once, as what is written through it would be made there. */
function targetOf(link: string): string {
  try {
    return Deno.realPathSync(link);
  } catch {
    // Leads to nothing.
  }
  try {
    return realPath(resolve(realPath(dirname(link)), Deno.readLinkSync(link)));
  } catch {
    return link; // Its name is not UTF-8, and the runtime cannot open it either.
  }
}

function entriesOf(path: string): Iterable<Deno.DirEntry> {
  try {
    return Deno.readDirSync(path);
  } catch {
    return []; // A file, missing or not ours to look at: its use will say so.
  }
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
