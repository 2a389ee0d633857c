import { dirname, join, relative, sep } from "node:path";
import { DataError, IngestError, UsageError } from "../errors/mod.ts";
import { type FileEntry, fileEntry } from "../files/file_entry.ts";
import { isArchive, listArchive } from "../files/zip_archive.ts";
import { parsePathPattern, wantedPattern } from "../grammar/mod.ts";
import { attempt, storageError } from "../io/mod.ts";
import { withRealPaths } from "../process/mod.ts";
import { pathWord } from "../terminal/mod.ts";
import { nothingAt, pathFrom } from "./words.ts";

/** Words of the commands that take files. */
export const FILES = { "FILE...": "Files, or a quoted glob such as 'in/**/*.csv'" } as const;

/** What the commands that cut and join files do not do. */
export const COPIED =
  "rows are copied byte for byte (files validate checks encoding and column counts)";

/** A file that a word names. */
export interface InputFile {
  /** As the user writes it. */
  readonly name: string;
  readonly path: string;
  /** Why it cannot be read, if the others are read all the same. */
  readonly problem?: string;
}

/** Options of {@linkcode inputFiles}. */
export interface InputOptions {
  /**
   * Whether a word may be a folder, for all files below it, or a named pipe, and whether what a folder or glob finds and
   * nobody can read is an input with a problem instead of an error.
   *
   * @default false
   */
  readonly anything?: boolean;
  /** Whether a file that nobody can read is a finding of the command, instead of an error before it begins. @default false */
  readonly unreadable?: boolean;
}

/** What the words of a command name. */
export interface Inputs {
  readonly files: readonly InputFile[];
  /**
   * What must be readable: the files, and the fixed folders of globs. A file with a comma in its path is not here if its
   * glob's folder is: the runtime's flags cannot say such a path, and the folder has to be readable anyhow.
   */
  readonly read: readonly string[];
}

/** The runtime looks at every path it was granted at each access: more files than this, and their folders are granted. */
const MOST_FILES = 1000;

/**
 * Finds the files that words name. A word that is not a file may be a glob, for shells that leave it alone.
 *
 * @throws {UsageError} If one is missing, is not a file, matches nothing, or cannot be granted.
 * @throws {StorageError} If the system denies one.
 */
export function inputFiles(
  words: readonly string[],
  cwd: string,
  { anything = false, unreadable = anything }: InputOptions = {},
): Inputs {
  const files: InputFile[] = [];
  const read: string[] = [];
  for (const word of words) {
    const path = pathFrom(cwd, word);
    const state = isGlob(word) || anything ? stateOf(path) : undefined;
    if (isGlob(word) && state === undefined || anything && state?.isDirectory === true) {
      const { folder, found } = state === undefined
        ? expand(word, cwd, anything)
        : { folder: path, found: below(word, path) };
      read.push(folder);
      // One by one: a folder may hold more than a call takes arguments.
      for (const file of found) {
        files.push(file);
        if (file.problem === undefined && !hasComma(file.path)) read.push(file.path);
      }
    } else {
      if (!(anything && state?.isFifo === true)) {
        checkFile(word, path, `; quote a glob for those in it, such as ${pathWord(`${word}/*`)}`);
      }
      checkComma(word, path);
      read.push(path);
      files.push({ name: word, path });
    }
  }
  if (!unreadable) {
    for (const { path } of files) tryToRead(path);
  }
  if (files.length > MOST_FILES) {
    const folders = new Set(files.map((file) => dirname(file.path)));
    for (const folder of folders) if (!hasComma(folder)) read.push(folder);
  }
  return { files, read };
}

/** Describes files as a listing would: an archive is the files in it, or itself if it cannot be read. */
export function entriesOf(files: readonly InputFile[]): FileEntry[] {
  return files.flatMap(({ name, path }) => {
    const entry = fileEntry(name, path, Deno.statSync(path));
    if (!isArchive(path)) return [entry];
    try {
      return listArchive(entry);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return [entry];
    }
  });
}

/** Finds what a glob matches, below the folders at its start that have no wildcard. */
function expand(
  word: string,
  cwd: string,
  anything: boolean,
): { readonly folder: string; readonly found: readonly InputFile[] } {
  const parts = word.split("/");
  const first = parts.findIndex(isGlob);
  // Names begin as the word does, whatever the folder is called from the root on.
  const shown = parts.slice(0, first).map((part) => `${part}/`).join("");
  const below = parts.slice(first).join("/");
  const wanted = wantedPattern(below);
  if (wanted !== undefined) {
    throw new UsageError(
      "usage",
      `Cannot read "${word}": there is no such file, and for a glob "${below}" is wrong, expected ${wanted}`,
      { context: { path: word } },
    );
  }
  const folder = pathFrom(cwd, fixedPrefix(word));
  const pattern = parsePathPattern(below);
  const depth = below.includes("**") ? Infinity : below.split("/").length;
  const found = [...filesBelow(folder, depth)]
    .map((path) => ({ name: relative(folder, path).replaceAll(sep, "/"), path }))
    .filter(({ name, path }) => pattern.test(name) && !stateOf(path)?.isDirectory)
    .sort((a, b) => a.path < b.path ? -1 : 1);
  if (found.length === 0) {
    throw new UsageError(
      "usage",
      `Cannot read "${word}": no file matches in "${folder}", hidden files left out; check the pattern`,
      { context: { path: word } },
    );
  }
  return {
    folder,
    found: found.map(({ name, path }) => foundFile({ name: shown + name, path }, folder, anything)),
  };
}

/** Finds all files below a folder. */
function below(word: string, folder: string): InputFile[] {
  const found = [...filesBelow(folder, Infinity)].sort();
  if (found.length === 0) {
    throw new UsageError(
      "usage",
      `Cannot read "${word}": there is no file in this folder, hidden files left out; name another`,
      { context: { path: word } },
    );
  }
  return found.map((path) => {
    const name = join(word, relative(folder, path)).replaceAll(sep, "/");
    return foundFile({ name, path }, folder, true);
  });
}

/** Checks what was found below a folder. */
function foundFile(file: InputFile, folder: string, anything: boolean): InputFile {
  try {
    checkFile(file.path, file.path);
    checkInside(file.path, folder);
    return file;
  } catch (error) {
    if (!anything || !(error instanceof IngestError)) throw error;
    return { ...file, problem: error.message };
  }
}

/** Whether the runtime's flags cannot say a path, or where it leads: a comma separates two of them. */
function hasComma(path: string): boolean {
  return withRealPaths([path]).some((real) => real.includes(","));
}

/** A word grants the file that it names and nothing else; the folder would be more than was asked for. */
function checkComma(word: string, path: string): void {
  if (!hasComma(path)) return;
  const next = hasComma(dirname(path))
    ? `rename its folder "${withRealPaths([dirname(path)]).find((real) => real.includes(","))}"`
    : `rename it, or quote a glob that finds it, such as ${
      pathWord(word.replaceAll(",", "?"))
    }: that grants its folder`;
  throw new UsageError(
    "usage",
    `Cannot read "${word}": the runtime cannot grant access to a path with a comma; ${next}`,
    { context: { path: word } },
  );
}

/** Lists all but folders, not through links; hidden ones are left out, as a shell does. */
export function* filesBelow(folder: string, depth = Infinity): Generator<string> {
  if (depth < 1) return;
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw storageError("list", folder, error);
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesBelow(path, depth - 1);
    else yield path;
  }
}

/** Returns the longest folder of a glob without a wildcard in it. */
export function fixedPrefix(glob: string): string {
  const parts = glob.split("/");
  const at = parts.findIndex((part) => isGlob(part));
  if (at < 0) return glob;
  return join(...(parts[0] === "" ? ["/"] : []), ...parts.slice(0, at)) || ".";
}

/** Returns whether a word holds wildcards. */
export function isGlob(word: string): boolean {
  return /[*?[{]/.test(word);
}

/** What a glob finds must be in its folder: the permission to read that folder would not say more. */
function checkInside(path: string, prefix: string): void {
  const root = Deno.realPathSync(prefix).replace(/\/$/, "");
  if (Deno.realPathSync(path).startsWith(`${root}/`)) return;
  throw new UsageError(
    "usage",
    `Cannot read "${path}": the link leads out of "${prefix}"; name what it leads to`,
    { context: { path } },
  );
}

/**
 * Makes sure that a path leads to a regular file.
 *
 * @param instead What to name instead of a folder.
 * @throws {UsageError} That says what is there instead.
 */
export function checkFile(word: string, path: string, instead = "; name the file itself"): void {
  const state = stateOf(path);
  if (state?.isFile) return;
  const found = state === undefined && path.includes("\ufffd")
    ? "its name is not UTF-8, which the runtime cannot open; rename it"
    : state === undefined
    ? nothingAt(path, "file")
    : state.isDirectory
    ? `it is a folder, expected a file${instead}`
    : "it is not a regular file; copy what it holds to one";
  throw new UsageError("usage", `Cannot read "${word}": ${found}`, { context: { path: word } });
}

/**
 * Makes sure that a path leads to a regular file that can be read.
 *
 * @throws {UsageError} That says what is there instead.
 * @throws {StorageError} If the system denies it.
 */
export function checkReadable(word: string, path: string): void {
  checkFile(word, path);
  tryToRead(path);
}

function tryToRead(path: string): void {
  attempt("read", path, () => Deno.openSync(path).close());
}

/**
 * Returns what a path leads to; `undefined` if there is nothing.
 *
 * @throws {UsageError} If it cannot be looked at.
 */
export function stateOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    if (error instanceof Deno.errors.PermissionDenied) throw storageError("read", path, error);
    const reason = error instanceof Deno.errors.NotCapable
      ? "the runtime refuses to open it; copy what it holds to a file"
      : error instanceof Error
      ? `${error.message}; check who may read it`
      : String(error);
    throw new UsageError("usage", `Cannot read "${path}": ${reason}`, {
      cause: error,
      context: { path },
    });
  }
}
