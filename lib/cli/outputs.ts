import { Buffer } from "node:buffer";
import { dirname, join } from "node:path";
import { StorageError, SuspendedError, UsageError } from "../errors/mod.ts";
import type { FileEntry } from "../files/file_entry.ts";
import { attempt, exists, isInside, leadsTo, publishNew, storageError } from "../io/mod.ts";
import { countOf, pathWord } from "../terminal/mod.ts";
import { replaced } from "./replace_text.ts";
import {
  LONGEST_NAME,
  makeTemporary,
  type MakeTemporaryOptions,
  temporaryName,
} from "./temporary_name.ts";
import { withoutCase } from "./words.ts";
import { folderMode, narrowMode, resultMode, takeAfter } from "./result_mode.ts";

/** Options of {@linkcode writeWhole}. */
export interface WriteWholeOptions<T> {
  /** Whether it may replace a file. */
  readonly force: boolean;
  /** What the file is made from: only those who may read all of it may read the file. */
  readonly inputs: readonly string[];
  /** What there is in the end: this file, none, or what was there before. @default () => "new" */
  readonly keep?: (result: T) => "new" | "none" | "old";
  /** Whether SQLite opens the file. @default false */
  readonly isDatabase?: boolean;
}

/**
 * Writes a file under a temporary name and renames it when it is whole and flushed: what was there before stays until
 * then, and a fault or a stop leaves nothing under the final name.
 *
 * @param path The file; its permissions are those of `Access.files`.
 * @param write Writes the file under the name that it is given.
 * @throws {UsageError} If there is one meanwhile, or another command writes it at the same time.
 */
export async function writeWhole<T>(
  path: string,
  write: (temporary: string) => Promise<T>,
  options: WriteWholeOptions<T>,
): Promise<T> {
  const { keep = () => "new" } = options;
  return await underTemporaryName(path, {
    kind: "file",
    isDatabase: options.isDatabase ?? false,
    keep,
    force: options.force,
    create(temporary) {
      const mode = resultMode(path, options.inputs);
      // Fails if the name is taken: the file of another command is not ours to write.
      const file = Deno.openSync(temporary, { write: true, createNew: true, mode });
      if (exists(path)) takeAfter(temporary, path);
      return file;
    },
    async fill(temporary) {
      const result = await write(temporary);
      flush(temporary);
      refuseNewcomer(path, options);
      return result;
    },
    publish(temporary) {
      if (options.force) Deno.renameSync(temporary, path);
      else if (!publishNew(temporary, path)) throw newcomer(path);
    },
  });
}

/**
 * Makes sure that no file of that name has appeared during the work.
 *
 * @throws {UsageError} If there is one, and it may not be replaced.
 */
export function refuseNewcomer(path: string, { force }: { readonly force: boolean }): void {
  if (!force && exists(path)) throw newcomer(path);
}

function newcomer(path: string): UsageError {
  return new UsageError("usage", `Cannot write "${path}": it exists now; --force replaces it`, {
    context: { path },
  });
}

/**
 * Fills a folder under a temporary name and renames it when all of it is there: a set of parts is whole or absent.
 *
 * @param path The folder, which is not there yet; its permissions are those of `Access.folders`.
 * @param fill Writes files into the folder that it is given.
 * @param options `inputs`: what they are made from; only those who may read all of it may read them.
 * @throws {UsageError} If there is one meanwhile, or another command fills it at the same time.
 */
export async function fillWhole<T>(
  path: string,
  fill: (temporary: string) => Promise<T>,
  { inputs }: { readonly inputs: readonly string[] },
): Promise<T> {
  const mode = resultMode(path, inputs);
  return await underTemporaryName(path, {
    kind: "folder",
    create(temporary) {
      Deno.mkdirSync(temporary, { mode: folderMode(mode) });
      // Windows cannot open a folder as a file.
      return Deno.build.os === "windows" ? undefined : Deno.openSync(temporary);
    },
    async fill(temporary) {
      const result = await fill(temporary);
      finishFolder(temporary, mode);
      return result;
    },
    publish(temporary) {
      // The look is for an empty folder, which a rename would replace; it replaces nothing else.
      let isTaken = exists(path);
      try {
        if (!isTaken) return Deno.renameSync(temporary, path);
      } catch (error) {
        isTaken = exists(path);
        if (!isTaken) throw error;
      }
      throw new UsageError("usage", `Cannot write to "${path}": it exists now; name a new folder`, {
        context: { path },
      });
    },
  });
}

/** Narrows and flushes what is in a folder, and then its names. */
function finishFolder(folder: string, mode: number): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    narrowMode(path, isDirectory ? folderMode(mode) : mode);
    if (isDirectory) finishFolder(path, mode);
    else flush(path);
  }
  flush(folder);
}

/**
 * Makes a folder if it is missing, and removes it at the end if it is still empty.
 *
 * @param path The folder; its permissions are those of `Access.makes`.
 */
export function makeFolder(path: string): Disposable {
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    // It exists: the launcher saw it and asked for no permission, or another process was quicker.
    const exists = error instanceof Deno.errors.AlreadyExists ||
      error instanceof Deno.errors.NotCapable;
    if (exists) return { [Symbol.dispose]() {} };
    throw asStorageError(path, error);
  }
  return {
    [Symbol.dispose]() {
      try {
        Deno.removeSync(path);
      } catch {
        // It holds results.
      }
    },
  };
}

/** Makes the folders of files below a folder, as {@linkcode makeFolder} does, each after the one that it is in. */
export function makeFoldersOf(files: readonly string[], out: string): Disposable {
  const folders = new Set<string>();
  for (const file of files) {
    const way: string[] = [];
    for (let at = dirname(file); isInside(at, out); at = dirname(at)) way.unshift(at);
    for (const folder of way) folders.add(folder);
  }
  using made = new DisposableStack();
  for (const folder of folders) made.use(makeFolder(folder));
  return made.move();
}

async function underTemporaryName<T>(
  path: string,
  { fill, publish, keep = () => "new", force = false, ...made }: MakeTemporaryOptions & {
    readonly fill: (temporary: string) => Promise<T>;
    readonly publish: (temporary: string) => void;
    readonly keep?: (result: T) => "new" | "none" | "old";
    readonly force?: boolean;
  },
): Promise<T> {
  const temporary = temporaryName(path);
  using own = attempt("write", path, () => makeTemporary(path, made));
  const isOwn = () => own === undefined || leadsTo(temporary, own);
  const removeOwn = () => isOwn() && remove(temporary);
  // A second Ctrl-C ends the process at once.
  globalThis.addEventListener("unload", removeOwn);
  try {
    const result = await fill(temporary);
    const kept = keep(result);
    if (!isOwn()) throw replaced(path, temporary);
    if (kept === "new") publish(temporary);
    else Deno.removeSync(temporary);
    if (kept === "none" && force && exists(path)) Deno.removeSync(path);
    return result;
  } catch (error) {
    removeOwn();
    throw asStorageError(path, error);
  } finally {
    globalThis.removeEventListener("unload", removeOwn);
  }
}

/**
 * Returns the error that ends a command half-way. What it has written stays, and would be in the way of the repeat that
 * the error asks for: then it says so, and how to go on.
 *
 * @param written The results that are whole.
 */
export function halfWay(
  error: unknown,
  written: readonly string[],
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): unknown {
  const cause = signal.aborted ? signal.reason : error;
  const isKnown = cause instanceof SuspendedError || cause instanceof StorageError;
  if (!isKnown || force || written.length === 0) return cause;
  const message = cause.message.replace(/(?:;| and) run it again$/, "") +
    `; ${countOf(written.length, "result")} of this command ${
      written.length === 1 ? "is whole and stays" : "are whole and stay"
    }, the last of them "${written.at(-1)}"; run it again with --force, or without their inputs`;
  const options = { cause, context: { ...cause.context, written } };
  return cause instanceof SuspendedError
    ? new SuspendedError("suspended-signal", message, options)
    : new StorageError(cause.code as "storage-io", message, options);
}

/** What the file system says becomes an error with a code; everything else stays as it is. */
function asStorageError(path: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!/^E[A-Z]+$/.test(code) || error instanceof Deno.errors.NotCapable) return error;
  return storageError("write", path, error);
}

/** An input with the name of its result. */
export interface NamedResult {
  readonly entry: { readonly path: string } & Pick<FileEntry, "packed">;
  readonly result: string;
}

/**
 * Makes sure that every input gets a result of its own, letter case apart, with a name that can be written.
 *
 * @throws {UsageError} That names the first two inputs of one result, or one whose result has a name that is too long.
 */
export function checkResults(results: readonly NamedResult[]): void {
  const taken = new Map<string, NamedResult>();
  for (const { entry, result } of results) {
    const name = result.split(SEPARATOR).find((name) => Buffer.byteLength(name) > LONGEST_NAME);
    if (name !== undefined) {
      throw new UsageError(
        "usage",
        `Cannot write the result of "${entry.path}": its name "${name}" is longer than ${LONGEST_NAME} bytes; ` +
          `give the input, or the value that it comes from, a shorter one`,
        { context: { path: entry.path } },
      );
    }
    const key = withoutCase(result);
    const other = taken.get(key);
    if (other !== undefined) {
      const archive = entry.packed?.archive.path;
      const where = other.result === result ? "" : " on a disk that ignores letter case";
      // Of what is in one archive, no word names one alone.
      const next = other.entry.path === entry.path
        ? "name it once"
        : archive !== undefined && archive === other.entry.packed?.archive.path
        ? `take them out first: headwaters files decompress ${pathWord(archive)} --out FOLDER`
        : "use another --out for one of them";
      throw new UsageError(
        "usage",
        `Cannot write "${result}": both "${other.entry.path}" and "${entry.path}" would get this name${where}; ${next}`,
        { context: { path: result } },
      );
    }
    taken.set(key, { entry, result });
  }
}

const SEPARATOR = /[\\/]/;

function flush(path: string): void {
  // Windows cannot open a folder as a file; NTFS journals its names by itself.
  if (Deno.build.os === "windows" && Deno.statSync(path).isDirectory) return;
  using file = Deno.openSync(path);
  file.syncSync();
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // It was never made, or the disk refuses that too; without its final name it cannot be mistaken for a whole result.
  }
}
