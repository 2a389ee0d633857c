import { dirname, isAbsolute, join, parse, relative } from "node:path";
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
  // What may not be looked at is where it says it is; to try would be in the receipt, as what was refused.
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return path;
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    // A link may lead to where nothing may be looked at.
    if (error instanceof Deno.errors.NotCapable) return path;
    // Missing, or a link that leads to nothing; what is above it may still be a link.
    const parent = dirname(path);
    if (parent === path || !mayRead(parent)) return path;
    return join(realPath(parent), relative(parent, path));
  }
}

/** To ask first keeps a run's receipt free of a refusal that means nothing: who started it has followed the links. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
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

/** As many links on one way are too many for any system. */
const MOST_LINKS = 40;

/** Returns where a link leads, also to what is not there yet: what is written through it would be made there. */
function targetOf(link: string, links = 0): string {
  try {
    return Deno.realPathSync(link);
  } catch {
    // Leads to nothing.
  }
  let target: string;
  try {
    target = Deno.readLinkSync(link);
  } catch {
    return link; // No link, or one whose name is not UTF-8, which the runtime cannot open either.
  }
  if (links === MOST_LINKS) return link;
  // Step by step: a part of the way may be a link, and ".." behind it is not where the text says.
  let at = isAbsolute(target) ? parse(target).root : realPath(dirname(link));
  for (const part of target.slice(isAbsolute(target) ? at.length : 0).split(SEPARATOR)) {
    if (part === "..") at = dirname(at);
    else if (part !== "" && part !== ".") at = targetOf(join(at, part), links + 1);
  }
  return at;
}

const SEPARATOR = Deno.build.os === "windows" ? /[\\/]/ : "/";

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
