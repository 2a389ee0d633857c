import { getLogger } from "@logtape/logtape";
import { globToRegExp, join, relative, SEPARATOR } from "@std/path";
import { storageError } from "./storage_error.ts";

const log = getLogger(["headwaters", "files"]);

/** A file that {@linkcode inventory} found. */
export interface FileEntry {
  /** Path relative to the root, with `/` on every system. */
  readonly path: string;
  /** Path to open it by. */
  readonly absolutePath: string;
  /** Bytes. */
  readonly size: number;
  /** Time of the last change, ms since 1970. */
  readonly mtimeMs: number;
}

/** Options of {@linkcode inventory}. */
export interface InventoryOptions {
  /** Globs on the relative path, `**` included; one must match. @default ["**\/*"] */
  readonly include?: readonly string[];
  /** Globs on the relative path; none may match. @default [] */
  readonly exclude?: readonly string[];
  /** Stops the walk. @default none */
  readonly signal?: AbortSignal;
}

interface Walk {
  readonly root: string;
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Lists the files below a folder, ordered by path.
 *
 * Skipped are hidden files and folders (as Spark hides them: a name that begins with `.` or `_`, or ends with
 * `._COPYING_`), links to folders, and links to files outside the root: each of those is logged.
 *
 * @param root Absolute path of the folder.
 * @throws {StorageError} `storage-missing` if the folder does not exist, `storage-denied` if it may not be read.
 */
export async function* inventory(
  root: string,
  options: InventoryOptions = {},
): AsyncGenerator<FileEntry> {
  const { include = ["**/*"], exclude = [], signal } = options;
  let realRoot: string;
  try {
    realRoot = await Deno.realPath(root);
  } catch (error) {
    throw storageError("list", root, error);
  }
  const walk = { root: realRoot, include: include.map(toRegExp), exclude: exclude.map(toRegExp) };
  yield* walkFolder(root, "", { ...walk, signal });
}

async function* walkFolder(folder: string, prefix: string, walk: Walk): AsyncGenerator<FileEntry> {
  for (const child of await listFolder(folder, prefix === "")) {
    walk.signal?.throwIfAborted();
    const path = prefix + child.name;
    const absolutePath = join(folder, child.name);
    if (child.isDirectory) {
      yield* walkFolder(absolutePath, `${path}/`, walk);
    } else if (matches(path, walk)) {
      const entry = await describe(absolutePath, path, walk);
      if (entry !== undefined) yield entry;
    }
  }
}

async function listFolder(folder: string, isRoot: boolean): Promise<Deno.DirEntry[]> {
  const children: Deno.DirEntry[] = [];
  try {
    for await (const child of Deno.readDir(folder)) {
      if (!isHidden(child.name)) children.push(child);
    }
  } catch (error) {
    // A folder below may vanish between the listing of its parent and its own.
    if (!isRoot && error instanceof Deno.errors.NotFound) return [];
    throw storageError("list", folder, error);
  }
  return children.sort((a, b) => sortKey(a) < sortKey(b) ? -1 : 1);
}

/** Makes the order of a walk the order of the paths: `a.csv` stands before `a/b.csv`. */
function sortKey(child: Deno.DirEntry): string {
  return child.isDirectory ? `${child.name}/` : child.name;
}

async function describe(
  absolutePath: string,
  path: string,
  walk: Walk,
): Promise<FileEntry | undefined> {
  try {
    const link = await Deno.lstat(absolutePath);
    if (link.isSymlink && !isInside(walk.root, await Deno.realPath(absolutePath))) {
      log.warn("link leads out of the folder and is not followed", { path });
      return undefined;
    }
    const info = link.isSymlink ? await Deno.stat(absolutePath) : link;
    if (!info.isFile) {
      log.debug("not a regular file", { path });
      return undefined;
    }
    return { path, absolutePath, size: info.size, mtimeMs: info.mtime?.getTime() ?? 0 };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw storageError("look at", absolutePath, error);
    }
    log.warn("file has vanished or its link leads nowhere", { path });
    return undefined;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${SEPARATOR}`);
}

function isHidden(name: string): boolean {
  return name.startsWith(".") || name.startsWith("_") || name.endsWith("._COPYING_");
}

function matches(path: string, walk: Walk): boolean {
  return walk.include.some((glob) => glob.test(path)) &&
    !walk.exclude.some((glob) => glob.test(path));
}

function toRegExp(glob: string): RegExp {
  return globToRegExp(glob, { extended: true, globstar: true });
}
