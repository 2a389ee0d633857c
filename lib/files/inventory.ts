import { dirname, join } from "node:path";
import { DataError } from "../errors/mod.ts";
import { parsePathPattern } from "../grammar/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { type FileEntry, fileEntry } from "./file_entry.ts";
import type { Finding } from "./findings.ts";
import { isArchive, listArchive } from "./zip_archive.ts";
import { attempt, hearing, isInside, storageError } from "../io/mod.ts";

/** In a listed name, the sign that its bytes are not UTF-8: no path leads to it any more. */
const REPLACEMENT = "\ufffd";

const ANY = [/^/];

/** Options of {@linkcode inventory}. */
export interface InventoryOptions {
  /** Globs on the relative path, `**` included; one must match. @default ["**\/*"] */
  readonly include?: readonly string[];
  /** Globs on the relative path; none may match. @default [] */
  readonly exclude?: readonly string[];
  /** Whether the files in zip archives are listed in their place. @default false */
  readonly archives?: boolean;
  /** Takes each entry that cannot be read; the listing is then partial and goes on. @default it is only logged */
  readonly onProblem?: ((problem: InventoryProblem) => void) | undefined;
  /** Takes the path of each link to a folder that it is in: nothing is missing, as the folder's files are listed once. @default () => {} */
  readonly onLoop?: ((path: string) => void) | undefined;
  /** Takes the path of each hidden file that would be taken if it were not, and of each hidden folder, which ends with `/`. @default () => {} */
  readonly onHidden?: ((path: string) => void) | undefined;
  /** Stops the walk. @default none */
  readonly signal?: AbortSignal;
}

/**
 * A file, folder or link that cannot be read: `file-name-encoding`, `file-unreadable` or `file-link`. Its
 * `place.source` is the path relative to the root.
 */
export type InventoryProblem = Finding;

interface Walk {
  readonly root: string;
  readonly include: readonly RegExp[];
  /** Those of them that name a hidden file or folder; no other takes one. */
  readonly hidden: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly archives: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onLoop: (path: string) => void;
  readonly onHidden: (path: string) => void;
  readonly report: (code: InventoryProblem["code"], path: string, message: string) => void;
}

/**
 * Lists the files below a folder, ordered by path.
 *
 * Skipped are what is being copied (`._COPYING_`), links to folders inside the root, and hidden files and folders, as Spark
 * hides them: a name that begins with `.` or `_` is taken by a glob that writes it so, such as `**\/_*.csv`, and by no other. One entry never ends the listing: a name that is not UTF-8, a file
 * or folder that cannot be read, what is neither (a pipe, a socket), and a link that leads out of the root, to itself or
 * nowhere are passed to `onProblem` and logged. A folder that `exclude` covers (`old/**`) is no problem.
 *
 * @param root Absolute path of the folder.
 * @throws {RangeError} If a glob cannot be used.
 * @throws {StorageError} `storage-missing` if the folder does not exist, `storage-denied` if it may not be read.
 */
export async function* inventory(
  root: string,
  options: InventoryOptions = {},
): AsyncGenerator<FileEntry> {
  const {
    include = ["**/*"],
    exclude = [],
    archives = false,
    onProblem,
    onLoop = () => {},
    onHidden = () => {},
    signal,
  } = options;
  const realRoot = attempt("list", root, () => Deno.realPathSync(root));
  const hear = hearing(signal);
  const files = walkFolder(root, "", {
    root: realRoot,
    include: include.map(parsePathPattern),
    hidden: include.filter((glob) => /(?:^|\/)[._]/.test(glob)).map(parsePathPattern),
    exclude: exclude.map(parsePathPattern),
    archives,
    signal,
    onLoop,
    onHidden,
    report(code, path, message) {
      logEvent("entry-unreadable", { code, path, reason: message });
      onProblem?.({ code, severity: "reject-file", message, place: { source: path } });
    },
  });
  // A promise for each step of the walk would cost more than the step.
  for (const file of files) {
    await hear();
    yield file;
  }
}

function* walkFolder(folder: string, prefix: string, walk: Walk): Generator<FileEntry> {
  let last = "";
  for (const child of listFolder(folder, prefix, walk)) {
    walk.signal?.throwIfAborted();
    const path = prefix + child.name;
    const absolutePath = join(folder, child.name);
    const again = child.name === last;
    last = child.name;
    if (again) {
      // Names whose different bytes are replaced look the same; at most one of them can be opened.
      if (matches(path, walk)) reportName(path, walk);
    } else if (child.isDirectory) {
      yield* walkFolder(absolutePath, `${path}/`, walk);
    } else {
      const isOpened = walk.archives && isArchive(path);
      const within = isOpened ? { ...walk, include: ANY, hidden: ANY } : walk;
      const entry = child.isSymlink
        ? followLink(absolutePath, path, within)
        : describeFile(absolutePath, path, within);
      if (entry !== undefined && isOpened) yield* filesIn(entry, walk);
      else if (entry !== undefined) yield entry;
    }
  }
}

/** Lists the files in an archive that its path or their own is included by; it stays one file if it cannot be read. */
function filesIn(archive: FileEntry, walk: Walk): FileEntry[] {
  const within = matches(archive.path, walk) ? { ...walk, include: ANY } : walk;
  try {
    const files = listArchive(archive);
    reportHidden(files.map(({ path }) => path.slice(archive.path.length + 1)), archive, within);
    return files.filter(({ path }) => matches(path, within));
  } catch (error) {
    if (error instanceof DataError) return [archive];
    walk.report("file-unreadable", archive.path, reasonOf(error));
    return [];
  }
}

/** Names what is hidden in an archive, a folder of it once. */
function reportHidden(names: readonly string[], { path }: FileEntry, walk: Walk): void {
  if (walk.hidden.length > 0) return;
  const found = names.flatMap((name) => {
    const parts = name.split("/");
    const at = parts.findIndex(isHidden);
    const isFolder = at < parts.length - 1;
    return at < 0 ? [] : [`${path}/${parts.slice(0, at + 1).join("/")}${isFolder ? "/" : ""}`];
  });
  for (const one of new Set(found)) passOver(one, walk);
}

/** Names what is hidden, unless the globs leave it out whatever its name is. */
function passOver(path: string, walk: Walk): void {
  const isFolder = path.endsWith("/");
  const isMeant = isFolder
    ? !isExcludedFolder(path.slice(0, -1), walk)
    : (walk.archives && isArchive(path) || walk.include.some((glob) => glob.test(path))) &&
      !walk.exclude.some((glob) => glob.test(path));
  if (isMeant) walk.onHidden(path);
}

function listFolder(folder: string, prefix: string, walk: Walk): Deno.DirEntry[] {
  const children: (readonly [key: string, child: Deno.DirEntry])[] = [];
  try {
    for (const child of Deno.readDirSync(folder)) {
      if (mayBeMeant(child.name, walk)) children.push([sortKey(child), child]);
      else if (isHidden(child.name)) passOver(prefix + sortKey(child), walk);
    }
  } catch (error) {
    if (prefix === "") throw storageError("list", folder, error);
    reportFolder(prefix.slice(0, -1), error, walk);
  }
  return children.sort(([a], [b]) => a < b ? -1 : 1).map(([, child]) => child);
}

/** Makes the order of a walk the order of the paths: `a.csv` comes before `a/b.csv`. */
function sortKey(child: Deno.DirEntry): string {
  return child.isDirectory ? `${child.name}/` : child.name;
}

function describeFile(absolutePath: string, path: string, walk: Walk): FileEntry | undefined {
  if (!matches(path, walk)) return undefined;
  try {
    // A turn of the event loop for each file would cost more than the look.
    const info = Deno.lstatSync(absolutePath);
    if (info.isFile) return fileEntry(path, absolutePath, info);
    reportKind(path, info, walk);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      walk.report("file-unreadable", path, reasonOf(error));
    } else if (path.includes(REPLACEMENT)) {
      reportName(path, walk);
    } else {
      logEvent("file-vanished", { path });
    }
  }
  return undefined;
}

/** Returns the file at the end of a link. */
function followLink(absolutePath: string, path: string, walk: Walk): FileEntry | undefined {
  let info: Deno.FileInfo;
  let target: string;
  try {
    target = Deno.realPathSync(absolutePath);
    info = Deno.statSync(absolutePath);
    if (!isInside(target, walk.root)) {
      // What an include glob would find behind a folder's link cannot be known.
      const isMissed = info.isDirectory ? !isExcludedFolder(path, walk) : matches(path, walk);
      if (isMissed) walk.report("file-link", path, "the link leads out of the folder");
      return undefined;
    }
  } catch (error) {
    if (matches(path, walk)) reportLink(path, error, walk);
    return undefined;
  }
  if (info.isDirectory) {
    logEvent("folder-link", { path });
    const isLoop = isInside(Deno.realPathSync(dirname(absolutePath)), target);
    if (isLoop && !isExcludedFolder(path, walk)) walk.onLoop(path);
  } else if (matches(path, walk)) {
    if (info.isFile) return fileEntry(path, absolutePath, info);
    reportKind(path, info, walk);
  }
  return undefined;
}

/** A pipe, socket or device may have been meant to be a file; to open it could wait for ever. */
function reportKind(path: string, info: Deno.FileInfo, walk: Walk): void {
  const kind = info.isFifo ? "a pipe" : info.isSocket ? "a socket" : "a device";
  walk.report("file-unreadable", path, `it is ${kind}, not a file; move it away, or leave it out`);
}

function reportLink(path: string, error: unknown, walk: Walk): void {
  if (error instanceof Deno.errors.FilesystemLoop) {
    walk.report("file-link", path, "the link leads to itself");
  } else if (!(error instanceof Deno.errors.NotFound)) {
    walk.report("file-link", path, `the link cannot be followed: ${reasonOf(error)}`);
  } else if (path.includes(REPLACEMENT)) {
    reportName(path, walk);
  } else {
    walk.report("file-link", path, "the link leads nowhere");
  }
}

function reportFolder(path: string, error: unknown, walk: Walk): void {
  if (isExcludedFolder(path, walk)) return;
  if (!(error instanceof Deno.errors.NotFound)) {
    walk.report("file-unreadable", path, `the folder cannot be listed: ${reasonOf(error)}`);
  } else if (path.includes(REPLACEMENT)) {
    reportName(path, walk);
  } else {
    logEvent("file-vanished", { path });
  }
}

function reportName(path: string, walk: Walk): void {
  walk.report(
    "file-name-encoding",
    path,
    "the name is not UTF-8, so that the runtime cannot open it: rename it",
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a name may lead to a file that a glob takes; what is still being copied never does. */
function mayBeMeant(name: string, walk: Walk): boolean {
  return (walk.hidden.length > 0 || !isHidden(name)) && !name.endsWith("._COPYING_");
}

/** Spark's rule (`HadoopFSUtils.shouldFilterOutPathName`): the folder `_year=2024` is a partition. */
function isHidden(name: string): boolean {
  // What is odd in an archive is nothing to pass over.
  return name !== ".." && name !== "." &&
    (name.startsWith(".") || name.startsWith("_") && !name.includes("="));
}

function matches(path: string, walk: Walk): boolean {
  const globs = path.split("/").some(isHidden) ? walk.hidden : walk.include;
  return globs.some((glob) => glob.test(path)) &&
    !walk.exclude.some((glob) => glob.test(path));
}

/** Returns whether a glob excludes whatever the folder holds, at any depth. */
function isExcludedFolder(path: string, walk: Walk): boolean {
  return walk.exclude.some((glob) => glob.test(path) || glob.test(`${path}/x/x`));
}
