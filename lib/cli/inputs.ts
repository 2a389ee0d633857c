import { globToRegExp } from "@std/path";
import { dirname, join } from "node:path";
import { UsageError } from "../errors/mod.ts";
import type { FileEntry } from "../files/mod.ts";
import { fixedPrefix, isGlob } from "./access.ts";
import { pathFrom, someWords } from "./words.ts";

/** Words of the commands that take files. */
export const FILES = { "FILE...": "Files, or a quoted glob such as 'in/**/*.csv'" } as const;

/** A file that a word names. */
export interface InputFile {
  /** As the user writes it. */
  readonly name: string;
  readonly path: string;
}

/** What the words of a command name. */
export interface Inputs {
  readonly files: readonly InputFile[];
  /** What must be readable: the files, and the fixed folders of globs. */
  readonly read: readonly string[];
}

/** The runtime looks at every path it was granted at each access: more files than this, and their folders are granted. */
const MOST_FILES = 1000;

/**
 * Finds the files that words name. A word that is not a file may be a glob, for shells that leave it alone.
 *
 * @throws {UsageError} If one is missing, is not a file, or matches nothing.
 */
export function inputFiles(words: readonly string[], cwd: string): Inputs {
  const files: InputFile[] = [];
  const read: string[] = [];
  for (const word of someWords(words, "FILE")) {
    const path = pathFrom(cwd, word);
    if (isGlob(word) && stateOf(path) === undefined) {
      const prefix = fixedPrefix(path);
      read.push(prefix);
      const found = expand(word, path, prefix);
      files.push(...found);
      read.push(...found.map((file) => file.path));
    } else {
      checkFile(word, path);
      read.push(path);
      files.push({ name: word, path });
    }
  }
  if (files.length > MOST_FILES) read.push(...new Set(files.map((file) => dirname(file.path))));
  return { files, read };
}

/** Describes files as a listing would. */
export async function entriesOf(files: readonly InputFile[]): Promise<FileEntry[]> {
  const { fileEntry } = await import("../files/mod.ts");
  return files.map(({ name, path }) => fileEntry(name, path, Deno.statSync(path)));
}

function expand(word: string, glob: string, prefix: string): InputFile[] {
  // Names begin as the word does, whatever the folder is called from the root on.
  const fixed = Math.max(0, word.length - glob.slice(prefix.length).length);
  const shown = word.slice(0, fixed).replace(/\/$/, "");
  const pattern = globToRegExp(glob, { extended: true, globstar: true });
  const depth = glob.includes("**") ? Infinity : glob.slice(prefix.length).split("/").length;
  const found = [...filesBelow(prefix, depth)].filter((path) => pattern.test(path)).sort();
  if (found.length === 0) {
    throw new UsageError("usage", `Cannot read "${word}": no file matches`);
  }
  return found.map((path) => {
    checkFile(path, path);
    checkInside(path, prefix);
    const rest = path.slice(prefix.length).replace(/^\//, "");
    return { name: shown === "" && !word.startsWith("/") ? rest : `${shown}/${rest}`, path };
  });
}

/** Lists files and links, not through links to folders; hidden ones are left out, as a shell does. */
function* filesBelow(folder: string, depth: number): Generator<string> {
  if (depth < 1) return;
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError("usage", `Cannot list "${folder}": ${reason}`, { cause: error });
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesBelow(path, depth - 1);
    else if (entry.isFile || stateOf(path)?.isFile) yield path;
  }
}

/** What a glob finds must be in its folder: the permission to read that folder would not say more. */
function checkInside(path: string, prefix: string): void {
  const root = Deno.realPathSync(prefix).replace(/\/$/, "");
  if (Deno.realPathSync(path).startsWith(`${root}/`)) return;
  throw new UsageError("usage", `Cannot read "${path}": the link leads out of "${prefix}"`);
}

/**
 * Makes sure that a path leads to a regular file.
 *
 * @throws {UsageError} That says what is there instead.
 */
export function checkFile(word: string, path: string): void {
  const state = stateOf(path);
  if (state?.isFile) return;
  const found = state === undefined
    ? "there is no such file"
    : state.isDirectory
    ? "it is a folder, expected a file"
    : "it is not a regular file";
  throw new UsageError("usage", `Cannot read "${word}": ${found}`);
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError("usage", `Cannot read "${path}": ${reason}`, { cause: error });
  }
}
