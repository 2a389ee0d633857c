import { basename, dirname, join } from "node:path";
import { refuseUnwritable } from "../db/may_write.ts";
import { UsageError } from "../errors/mod.ts";
import { hostWithPort, isHost } from "../grammar/mod.ts";
import { databaseFiles, linkedFile, linkState, pathList, withRealPaths } from "../process/mod.ts";
import { isInside } from "../io/mod.ts";
import { existing, refuseInputs } from "./no_input.ts";
import { checkTemporary, temporaryName } from "./temporary_name.ts";
import { nothingAt, withoutCase } from "./words.ts";

/** What a command must be allowed to do for its words and flags; the runtime denies everything else. */
export interface Access {
  /** Files and folders that it reads; each must exist. @default [] */
  readonly read?: readonly string[];
  /** SQLite databases that it only reads, with the files that SQLite keeps next to one that is in use. @default [] */
  readonly databases?: readonly string[];
  /** What else it depends on, a folder with all that is in it: no output may be there. @default [] */
  readonly keeps?: readonly string[];
  /** Files that it writes: under a temporary name next to it, and renamed when whole. @default [] */
  readonly files?: readonly string[];
  /** Those of the files that may be replaced without being asked for: results of the same command. @default [] */
  readonly replaces?: readonly string[];
  /** Folders that it fills: under a temporary name next to it, and renamed when whole. @default [] */
  readonly folders?: readonly string[];
  /** Folder that it makes if it is missing, and those in it that `files` need. @default none */
  readonly makes?: string;
  /** Files that it writes without a temporary name: it has its own way to keep them whole. @default [] */
  readonly inPlace?: readonly string[];
  /** Servers, as `host:port`. @default [] */
  readonly net?: readonly string[];
  /** Environment variables. @default [] */
  readonly env?: readonly string[];
  /** Whether all other variables are as if they were not set, instead of an error: a package looks for some. @default false */
  readonly hidesEnv?: boolean;
  /** A third of what short-lived memory may take, in MiB: V8 would let 100 MB of it pile up. @default what V8 takes */
  readonly youngMiB?: number;
  /** Flags that its process gets on top of those of the user: what only the launcher may look up. @default [] */
  readonly args?: readonly string[];
}

/** Longest value of one flag; Linux takes at most 128 KiB in one argument. */
const MAX_FLAG_LENGTH = 60_000;

/** Paths that a command may write. */
export function writtenPaths(access: Access): string[] {
  const { files = [], folders = [], inPlace = [] } = access;
  const targets = [...files, ...folders];
  return [...targets, ...targets.map(temporaryName), ...inPlace, ...madeFolders(access)];
}

/** Folders that are to be made, without those in one of them. */
function madeFolders({ files = [], makes }: Access): string[] {
  if (makes === undefined) return [];
  const needed = [makes, ...files.map((path) => dirname(path))];
  return [
    ...new Set(
      needed.filter((folder) => isInside(folder, makes)).flatMap((folder) => {
        let highest: string[] = [];
        for (let at = folder; isInside(at, makes) && existing(at) === undefined; at = dirname(at)) {
          highest = [at];
        }
        return highest;
      }),
    ),
  ];
}

/** Permissions as flags of `deno run`. */
export function permissionFlags(access: Access): string[] {
  const { read = [], databases = [], net = [], env = [] } = access;
  const write = writtenPaths(access);
  return [
    ...flags(
      "--allow-read",
      topmost(withRealPaths([...read, ...databases.flatMap(databaseFiles), ...write])),
    ),
    ...flags("--allow-write", topmost(withRealPaths(write))),
    ...flags("--allow-net", net),
    ...flags("--allow-env", env),
    ...(access.hidesEnv ? ["--ignore-env"] : []),
  ];
}

/** One flag, or as many as a long list needs. */
function flags(name: string, values: readonly string[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const value of new Set(values)) {
    const list = lists.at(-1);
    if (list === undefined || value.length > room) {
      lists.push([value]);
      room = MAX_FLAG_LENGTH;
    } else list.push(value);
    room -= value.length + 1;
  }
  return lists.map((list) => `${name}=${pathList(list)}`);
}

/** Returns paths without those that are in a folder among them: the runtime looks at each path at each access. */
function topmost(paths: readonly string[]): string[] {
  const folders = new Set(paths);
  return paths.filter((path) => {
    for (let at = path; dirname(at) !== at;) {
      at = dirname(at);
      if (folders.has(at)) return false;
    }
    return true;
  });
}

/** Returns `host:port` of an address. */
export function hostOf(url: URL): string {
  if (!isHost(url.host)) {
    throw new UsageError("usage", `Cannot use host "${url.hostname}": expected one host`);
  }
  return hostWithPort(url);
}

/**
 * Checks what can be known before anything starts: inputs exist; no output is an input, exists already or is asked for
 * twice; the temporary name of an output is free or that of a leftover, and its folder may be written.
 *
 * @param options `force`: whether a file that exists may be replaced, `undefined` if that cannot be asked for; never an
 * input. `mayWrite`: as in {@linkcode refuseUnwritable}.
 * @throws {UsageError} That names the path and the next step.
 * @throws {StorageError} If it may not be written, or looked at.
 */
export function checkAccess(
  access: Access,
  options: { readonly force: boolean | undefined; readonly mayWrite?: (path: string) => boolean },
): void {
  const { read = [], databases = [], files = [], folders = [], inPlace = [], makes } = access;
  const { replaces = [], keeps = [] } = access;
  for (const path of [...read, ...databases, ...files, ...folders, ...inPlace]) checkName(path);
  for (const path of read) {
    if (existing(path) === undefined) throw unreadable(path, nothingAt(path, "file or folder"));
  }
  for (const path of databases) {
    const link = linkedFile(path);
    if (link !== undefined) throw unreadable(path, linkState(link));
  }
  refuseInputs([...files, ...folders, ...inPlace], access);
  if (makes !== undefined && existing(makes) === undefined) {
    checkNew(makes);
    checkParent(makes);
  }
  const seen = new Set<string>();
  for (const path of [...files, ...folders, ...inPlace]) {
    for (const name of [path, temporaryName(path)].map(sameName)) {
      if (seen.has(name)) {
        throw new UsageError(
          "usage",
          `Cannot write "${path}": two inputs would get this name; rename one`,
          { context: { path } },
        );
      }
      seen.add(name);
    }
    if (makes === undefined || !isInside(dirname(path), makes)) checkParent(path);
    else checkWay(path);
  }
  for (const path of files) checkFree(path, replaces.includes(path) || options.force);
  for (const path of folders) checkNew(path);
  const inputs = [...read, ...databases, ...keeps];
  for (const path of files) checkTemporary(path, { kind: "file", inputs });
  for (const path of folders) checkTemporary(path, { kind: "folder", inputs });
  const into = [...files, ...folders, ...inPlace].map((path) => dirname(path));
  for (const folder of new Set(makes === undefined ? into : [makes, ...into])) {
    refuseUnwritable(folder, options.mayWrite);
  }
}

function unreadable(path: string, state: string): UsageError {
  return new UsageError("usage", `Cannot read "${path}": ${state}`, { context: { path } });
}

/** A name that the runtime's flags cannot say. */
function checkName(path: string): void {
  if (basename(path) === "-") throw new UsageError("usage", 'Cannot use "-": expected a name');
  const found = withRealPaths([path]).find((real) => real.includes(","));
  if (found === undefined) return;
  throw new UsageError(
    "usage",
    `Cannot use "${found}": the runtime cannot grant access to a path with a comma; rename it`,
    { context: { path: found } },
  );
}

/** Returns what two paths have in common that lead to one name, on file systems that ignore letter case as well. */
function sameName(path: string): string {
  let folder = dirname(path);
  try {
    folder = Deno.realPathSync(folder);
  } catch {
    // It is missing: whether it may be is checked elsewhere.
  }
  return withoutCase(join(folder, basename(path)));
}

/**
 * Checks that a file may be made, or replaced.
 *
 * @throws {UsageError} If it may not.
 */
export function checkFree(path: string, force: boolean | undefined): void {
  const info = existing(path, Deno.lstatSync);
  if (info === undefined) return;
  if (!info.isFile) {
    throw new UsageError(
      "usage",
      `Cannot write "${path}": it is ${kindOf(info)}; name another file`,
      { context: { path } },
    );
  }
  if (!force) {
    const next = force === undefined
      ? "name a new file"
      : "--force replaces it, --out names another";
    throw new UsageError("usage", `Cannot write "${path}": it exists; ${next}`, {
      context: { path },
    });
  }
  if (info.mode !== null && (info.mode & 0o222) === 0) {
    throw new UsageError(
      "usage",
      `Cannot write "${path}": it is read-only; make it writable first, or name another file`,
      { context: { path } },
    );
  }
}

/** A folder that is there, even an empty one, may be a mount point or in use, and has its own rights. */
function checkNew(path: string): void {
  const info = existing(path, Deno.lstatSync);
  if (info === undefined) return;
  const state = info.isDirectory ? "exists" : `is ${kindOf(info)}`;
  throw new UsageError("usage", `Cannot write to "${path}": it ${state}; name a new folder`, {
    context: { path },
  });
}

function checkParent(path: string): void {
  const parent = dirname(path);
  const info = existing(parent);
  if (info?.isDirectory) return;
  const state = info === undefined
    ? "does not exist; make it first"
    : "is not a folder; name another";
  throw new UsageError("usage", `Cannot write "${path}": "${parent}" ${state}`, {
    context: { path },
  });
}

/** The folders of a path may be missing, but nothing else may have their names. */
function checkWay(path: string): void {
  let folder = dirname(path);
  while (existing(folder) === undefined) folder = dirname(folder);
  checkParent(join(folder, basename(path)));
}

/** Says what something is that is not a file. */
function kindOf(info: Deno.FileInfo): string {
  if (info.isSymlink) return "a link";
  if (info.isDirectory) return "a folder";
  return info.isFile ? "a file" : "not a regular file";
}

/** Flushes the folders of what was written, so that the names survive a power loss. */
export function flushFolders({ files = [], folders = [], inPlace = [], makes }: Access): void {
  const targets = [...files, ...folders, ...inPlace, ...(makes === undefined ? [] : [makes])];
  for (const folder of new Set(targets.map(dirname))) {
    try {
      using open = Deno.openSync(folder);
      open.syncSync();
    } catch {
      // Windows and some network disks cannot flush a folder; the files themselves are flushed.
    }
  }
}
