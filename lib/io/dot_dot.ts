import { dirname, isAbsolute, join, parse } from "node:path";

const SEPARATOR = Deno.build.os === "windows" ? /[\\/]/ : "/";

/**
 * Finds a link that `..` in a path would be taken back over. The system goes up from where the link leads; a path that
 * is only shortened as text would be another one.
 *
 * @param base Folder at which a relative path starts.
 * @returns The link; `undefined` if there is none, or it may not be looked at.
 */
export function linkBeforeDotDot(base: string, path: string): string | undefined {
  if (!path.includes("..")) return undefined;
  const { root } = parse(path);
  let at = isAbsolute(path) ? root : base;
  // The parts so far that a later ".." can take back.
  const own: string[] = [];
  for (const part of path.slice(isAbsolute(path) ? root.length : 0).split(SEPARATOR)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") {
      at = join(at, part);
      own.push(at);
      continue;
    }
    const last = own.pop();
    if (last !== undefined && isLink(last)) return last;
    at = dirname(at);
  }
  return undefined;
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false; // Missing, or not ours to look at: then opening it says so.
  }
}
